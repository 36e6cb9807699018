import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { showStudioError } from '../../components/showStudioError';
import { field } from '../../core/context';
import { toStudioError } from '../../core/errors';
import { latest } from '../../core/loadable';
import type { StudioStore } from '../../core/store';
import type {
  IChangeActivity,
  ILocalSpaceApi,
  IResourceWatcher,
  ISpaceChanges,
  ISpaceDraft,
  IStudioContext,
  ITask,
  ITaskClient
} from '../../tokens';
import type { IInstanceFacts } from '../instanceTypes';
import type { IChangeSettings } from './api';
import type { ChangeChannel } from './channel';
import { isEmptyDraft } from './draft';
import type { ChangeFlow, IRunning } from './flow';
import type { Purpose } from './plan';
import type { ChangeGateway } from './proposal';

/** What changes are made from. */
export interface IControllerOptions {
  app: JupyterFrontEnd;
  documents: IDocumentManager;
  gateway: ChangeGateway;
  context: IStudioContext;
  tasks: ITaskClient;
  local: ILocalSpaceApi;
  poller: IResourceWatcher;
  /** Keeps the history, and the change under way. */
  store: StudioStore;
  settings: () => IChangeSettings;
  instanceFacts: () => Promise<ReadonlyMap<string, IInstanceFacts>>;
  channel: ChangeChannel;
  trans: TranslationBundle;
  locale?: string;
}

/** What the parts of a change are made from. */
export interface IChangeOptions extends IControllerOptions {
  /** Don't wait for running cells of the own space any longer. */
  switchNow: () => void;
}

/**
 * Collects what is wanted, and has it carried out; the flow with its dialogs loads on first use.
 */
export class ChangeController implements ISpaceChanges {
  constructor(private readonly _options: IControllerOptions) {
    // Another tab's change takes this tab's server away, too.
    _options.channel.begun.connect((_, begun) => {
      void this._try(async () => (await this._flow()).join(begun));
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get done(): ISignal<this, string> {
    return this._done;
  }

  get activities(): readonly IChangeActivity[] {
    return this._running().map(({ spaceName, task, own }) => {
      const isWaiting = this._loaded?.isWaiting(task) ?? false;
      return {
        spaceName,
        title: task.title,
        phase: task.phase,
        isWaiting,
        canCancel: isWaiting || own === undefined
      };
    });
  }

  draft(spaceName?: string): ISpaceDraft | null {
    return this._drafts.get(this._key(spaceName)) ?? null;
  }

  collect(draft: ISpaceDraft, spaceName?: string): void {
    const key = this._key(spaceName);
    this._drafts.set(key, { ...this._drafts.get(key), ...draft });
    this._changed.emit();
  }

  discard(spaceName?: string): void {
    if (this._drafts.delete(this._key(spaceName))) {
      this._changed.emit();
    }
  }

  propose(
    draft?: ISpaceDraft,
    spaceName?: string,
    focus?: keyof ISpaceDraft
  ): Promise<void> {
    if (draft) {
      this.collect(draft, spaceName);
    }
    const wanted = this.draft(spaceName) ?? {};
    return this._propose('change', wanted, spaceName, focus);
  }

  restart(spaceName?: string): Promise<void> {
    return this._propose('restart', {}, spaceName);
  }

  stop(spaceName?: string): Promise<void> {
    return this._propose('stop', {}, spaceName);
  }

  start(spaceName: string, instanceType?: string): Promise<void> {
    return this._propose(
      'start',
      { ...this.draft(spaceName), ...(instanceType && { instanceType }) },
      spaceName
    );
  }

  switchNow(spaceName?: string): Promise<void> {
    return this._try(async () => {
      const running = this._find(spaceName);
      if (running) {
        await (await this._flow()).switchNow(running);
      }
    });
  }

  cancel(spaceName?: string): Promise<void> {
    return this._try(async () => {
      const running = this._find(spaceName);
      if (running) {
        await this._options.tasks.cancel(running.task.id);
      }
    });
  }

  /** Follow the changes that earlier pages left, or tell how they ended. */
  async resume(changes: ITask[]): Promise<void> {
    await (await this._flow()).resume(changes);
  }

  private _propose(
    purpose: Purpose,
    draft: ISpaceDraft,
    spaceName: string | undefined,
    focus?: keyof ISpaceDraft
  ): Promise<void> {
    return this._try(async () => {
      const flow = await this._flow();
      const key = this._key(spaceName);
      const left = await flow.propose(purpose, draft, key || undefined, focus);
      if (left && isEmptyDraft(left)) {
        this.discard(spaceName);
      } else if (left) {
        this._drafts.set(key, left);
        this._changed.emit();
      }
    });
  }

  private async _flow(): Promise<ChangeFlow> {
    this._loading ??= this._load().catch(error => {
      this._loading = undefined;
      throw error;
    });
    return this._loading;
  }

  private async _load(): Promise<ChangeFlow> {
    const [{ ChangeFlow }, { isWaiting }] = await Promise.all([
      import('./flow'),
      import('./ownChange'),
      import('../../components/viewStyles')
    ]);
    const flow = new ChangeFlow(
      { ...this._options, switchNow: () => void this.switchNow() },
      {
        onActivity: () => this._changed.emit(),
        onDone: spaceName => this._done.emit(spaceName),
        onRefused: (draft, spaceName) => this.collect(draft, spaceName),
        propose: (draft, spaceName) => void this.propose(draft, spaceName)
      }
    );
    this._loaded = { flow, isWaiting };
    return flow;
  }

  private _running(): IRunning[] {
    return [...(this._loaded?.flow.running.values() ?? [])];
  }

  private _find(spaceName: string | undefined): IRunning | undefined {
    const key = this._key(spaceName);
    return this._running().find(
      running => this._key(running.spaceName) === key
    );
  }

  /** The space that is meant where none is named has no name, whether it was named or not. */
  private _key(spaceName: string | undefined): string {
    const context = latest(this._options.context.state);
    const meant = context && field(context, 'spaceName');
    return !spaceName || spaceName === meant ? '' : spaceName;
  }

  private async _try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { trans } = this._options;
      showStudioError(toStudioError(error), trans, {
        title: trans.__('The space was not changed')
      });
    }
  }

  private readonly _drafts = new Map<string, ISpaceDraft>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _done = new Signal<this, string>(this);
  private _loading: Promise<ChangeFlow> | undefined;
  private _loaded:
    | { flow: ChangeFlow; isWaiting: (task: IRunning['task']) => boolean }
    | undefined;
}
