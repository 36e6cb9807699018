import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { StudioStore } from '../../../core/store';
import { FakeTasks, FakeWatcher, database } from '../../../__tests__/fakes';
import type {
  IContext,
  IFileSystemDetails,
  IFileSystemsApi,
  IInstancesApi,
  ISpace,
  ISpaceApp,
  ISpacesApi,
  IStateMachinesApi,
  IStudioContext,
  ITask,
  Known
} from '../../../tokens';
import type { IInstanceFacts } from '../../instanceTypes';
import type { IChangeSettings } from '../api';
import { ChangeChannel } from '../channel';
import { ChangeController } from '../controller';
import { MACHINE, app, images, rules, space, trans } from './fixtures';

/** A document as the document manager holds it. */
export function makeDocument(path: string) {
  const made = {
    saves: 0,
    failure: null as Error | null,
    widget: new Widget(),
    context: {
      path,
      contentsModel: { writable: true },
      model: { readOnly: false, dirty: true },
      save: async () => {
        if (made.failure) {
          throw made.failure;
        }
        made.saves += 1;
        made.context.model.dirty = false;
      }
    }
  };
  return made;
}

/** JupyterLab, its server and AWS, as far as changes go. */
export class World {
  documents: ReturnType<typeof makeDocument>[] = [];
  kernels: { path: string; state: string }[] = [];
  terminals: string[] = [];
  /** Tags of the cell each notebook has. */
  tags: string[] = [];
  spaces: Record<string, ISpace> = {
    'my-space': space(),
    second: space({ name: 'second', raw: {} })
  };
  apps: Record<string, ISpaceApp | null> = { 'my-space': app(), second: null };
  machine = MACHINE;
  efs: Known<IFileSystemDetails[]> = { value: [] };
  mode: IContext['mode'] = 'local';
  /** Of the app this JupyterLab runs in; null outside of an app. */
  appName: string | null = 'default';
  /** What answers at the server's address; null for nobody. */
  bootId: string | null = 'old';
  settings: IChangeSettings = {
    stateMachineArn: '',
    schedulerRoleArn: '',
    executor: 'auto',
    fallbacks: []
  };
  scratch: { path: string; totalBytes: number; usedBytes: number } | null =
    null;
  readonly tasks = new ChangeTasks();
  readonly poller = new FakeWatcher();
  readonly store = new StudioStore(database(), 'space');
  readonly shell = new Widget();
  readonly runningChanged = new Signal<object, void>({});

  document(path: string) {
    const made = makeDocument(path);
    this.documents.push(made);
    return made;
  }

  /** Have a page pick up what earlier ones left. */
  async resume(controller: ChangeController): Promise<void> {
    const tasks = await this.tasks.list();
    const changes = tasks.filter(({ kind }) => kind === 'change');
    if (changes.length > 0) {
      await controller.resume(changes);
    }
  }

  controller(): ChangeController {
    return new ChangeController({
      app: this._app(),
      documents: {
        findWidget: () => undefined,
        contextForWidget: (widget: Widget) =>
          this.documents.find(each => each.widget === widget)?.context
      } as unknown as IDocumentManager,
      gateway: this._gateway(),
      context: this._context(),
      tasks: this.tasks,
      local: {
        get: async () => ({ scratch: this.scratch })
      } as never,
      poller: this.poller,
      store: this.store,
      settings: () => this.settings,
      instanceFacts: async () => FACTS,
      channel: new ChangeChannel('test'),
      trans
    });
  }

  private _app(): JupyterFrontEnd {
    const answer = async (input: RequestInfo | URL) => {
      const url = input instanceof Request ? input.url : String(input);
      if (this.bootId === null) {
        throw new TypeError('Failed to fetch');
      }
      return new Response(
        JSON.stringify(url.includes('/context') ? { bootId: this.bootId } : {})
      );
    };
    const idle = { refreshRunning: async () => undefined };
    return {
      restored: Promise.resolve(),
      shell: Object.assign(this.shell, {
        widgets: (area: string) =>
          area === 'main' ? this.documents.map(each => each.widget) : []
      }),
      serviceManager: {
        contents: {
          get: async () => ({
            content: { cells: [{ metadata: { tags: this.tags } }] }
          })
        },
        serverSettings: ServerConnection.makeSettings({
          baseUrl: 'http://lab.test/',
          fetch: answer as typeof fetch
        }),
        sessions: {
          ...idle,
          running: () =>
            this.kernels.map(({ path }) => ({
              path,
              type: 'notebook',
              // As stale as JupyterLab keeps it.
              kernel: { id: path, name: 'python3', execution_state: 'idle' }
            }))
        },
        kernels: {
          ...idle,
          runningChanged: this.runningChanged,
          running: () =>
            this.kernels.map(({ path, state }) => ({
              id: path,
              name: 'python3',
              execution_state: state
            }))
        },
        terminals: {
          ...idle,
          isAvailable: () => true,
          running: () => this.terminals.map(name => ({ name }))
        }
      }
    } as unknown as JupyterFrontEnd;
  }

  private _gateway() {
    const spaces = {
      describe: async (name = 'my-space') => this.spaces[name],
      app: async (name = 'my-space') => this.apps[name],
      rules: async () => ({ value: rules }),
      images: async () => ({ value: images })
    } as unknown as ISpacesApi;
    const instances: IInstancesApi = {
      types: async () => [...FACTS.keys()],
      quotas: async () => ({
        value: Object.fromEntries(
          [...FACTS.keys()].map(type => [type, { limit: 2, inUse: 0 }])
        )
      }),
      prices: async () => ({ value: { 'ml.t3.medium': 0.05 } }),
      trainingPrices: async () => ({ value: {} })
    };
    const stateMachines: IStateMachinesApi = {
      find: async () =>
        this.machine
          ? { value: this.machine }
          : { value: null, reason: 'there is none' }
    };
    const fileSystems = {
      efs: async () => this.efs,
      lustre: async () => ({ value: [] })
    } as unknown as IFileSystemsApi;
    return { fileSystems, spaces, instances, stateMachines };
  }

  private _context(): IStudioContext {
    const known = (value: string | null) =>
      value === null
        ? { value, reason: 'not in an app' }
        : { value, source: 'test' };
    const context = {
      mode: this.mode,
      bootId: this.bootId ?? 'old',
      fields: {
        spaceName: known('my-space'),
        appName: known(this.appName),
        userProfileName: known('data-scientist'),
        consoleUrl: known('https://console.example/')
      }
    };
    return {
      state: { phase: 'ready', value: context, at: 0 },
      get: async () => context
    } as unknown as IStudioContext;
  }
}

/** Tasks that tell those who follow them of each change. */
export class ChangeTasks extends FakeTasks {
  put(task: Partial<ITask> & { id: string; clientToken: string }): ITask {
    return super.put({ kind: 'change', phase: 'Checking', ...task });
  }

  follow(id: string, onChange?: (task: ITask) => void): Promise<ITask> {
    if (onChange) {
      this.taskChanged.connect((_, task) => {
        if (task.id === id) {
          onChange(task);
        }
      });
    }
    return super.follow(id);
  }

  async cancel(id: string): Promise<void> {
    await super.cancel(id);
    this.move(id, { state: 'cancelled' });
  }

  /** The newest task. */
  get last(): ITask {
    return [...this.tasks.values()].slice(-1)[0];
  }
}

const facts = (gpus: number): IInstanceFacts => ({
  vcpus: 2,
  memoryGiB: 4,
  network: 'Up to 5 Gigabit',
  isFastLaunch: false,
  ...(gpus > 0 && { gpus: { count: gpus, name: 'GPU', memoryGiB: 24 } })
});

const FACTS = new Map([
  ['ml.t3.medium', facts(0)],
  ['ml.m5.xlarge', facts(0)],
  ['ml.m6i.xlarge', facts(0)],
  ['ml.g5.xlarge', facts(1)]
]);
