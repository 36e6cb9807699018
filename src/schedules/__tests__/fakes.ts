import { FakeWatcher, trans } from '../../__tests__/fakes';
import { StudioError } from '../../core/errors';
import { job } from '../../jobs/__tests__/fakes';
import type {
  IContext,
  IJobDefinitionDetails,
  IJobListOptions,
  INotebookJob,
  ISchedule,
  ISchedulesApi,
  IStudioContext,
  ITaskRequest,
  ITrigger,
  Known
} from '../../tokens';
import type { IDefinitionActions } from '../components/actions';
import { DefinitionModel } from '../detailModel';
import { DefinitionsModel } from '../model';
import type { INotebookFiles, NotebookState } from '../notebookFile';

export { FakeTasks, FakeWatcher, settle, trans } from '../../__tests__/fakes';
export { job };

export const ID = 'report-report-0a1b2c3d-2026-11-22-10-00-00';

export function definition(
  change: Partial<IJobDefinitionDetails> = {}
): IJobDefinitionDetails {
  const id = change.id ?? ID;
  return {
    id,
    arn: `arn:aws:sagemaker:us-west-2:123456789012:pipeline/${id}`,
    displayName: 'Nightly report',
    notebookName: 'report.ipynb',
    createdAt: new Date('2026-11-01T10:00:00Z'),
    tags: {},
    roleArn: 'role',
    job: job({ notebookName: 'report.ipynb', parameters: { rows: '10' } }),
    notebookPath: 'work/report.ipynb',
    notebookHash: 'abc',
    maxAttempts: 1,
    ...change
  };
}

export function trigger(change: Partial<ITrigger> = {}): ITrigger {
  return {
    kind: 'scheduler',
    schedule: {
      expression: 'cron(0 9 * * ? *)',
      timeZone: 'Europe/Lisbon'
    },
    isEnabled: true,
    hasTarget: true,
    ...change
  };
}

/** AWS, as far as definitions go. */
export class FakeSchedules implements ISchedulesApi {
  definitions: IJobDefinitionDetails[] = [definition()];
  triggers = new Map<string, Known<ITrigger | null>>([
    [ID, { value: trigger() }]
  ]);
  kind: { kind: 'scheduler' | 'rule'; reason?: string } = { kind: 'scheduler' };
  failure: StudioError | null = null;
  calls: unknown[][] = [];

  async triggerKind() {
    return this.kind;
  }

  async list() {
    this._note('list');
    return { definitions: this.definitions };
  }

  async describe(id: string) {
    this._note('describe', id);
    const found = this.definitions.find(each => each.id === id);
    if (!found) {
      throw new StudioError({ code: 'DefinitionMissing', message: id });
    }
    return found;
  }

  async trigger(id: string) {
    this._note('trigger', id);
    return this.triggers.get(id) ?? { value: null };
  }

  async creation(...args: Parameters<ISchedulesApi['creation']>) {
    this._note('creation', ...args);
    return task(args[0].job.name);
  }

  async revision(...args: Parameters<ISchedulesApi['revision']>) {
    this._note('revision', ...args);
    return task(args[2].job.name);
  }

  async reschedule(_: unknown, __: unknown, schedule: ISchedule) {
    this._note('reschedule', schedule);
  }

  async setEnabled(...args: Parameters<ISchedulesApi['setEnabled']>) {
    this._note('setEnabled', ...args);
  }

  async runNow(...args: Parameters<ISchedulesApi['runNow']>) {
    this._note('runNow', ...args);
    return 'job-1';
  }

  async remove(...args: Parameters<ISchedulesApi['remove']>) {
    this._note('remove', ...args);
  }

  /** The arguments of the calls of a verb. */
  of(verb: string): unknown[][] {
    return this.calls
      .filter(([name]) => name === verb)
      .map(call => call.slice(1));
  }

  private _note(...call: unknown[]): void {
    this.calls.push(call);
    if (this.failure) {
      throw this.failure;
    }
  }
}

function task(name: string): ITaskRequest {
  return {
    kind: 'stage',
    clientToken: name,
    title: 'Nightly report',
    spec: {}
  };
}

/** Jobs of definitions. */
export class FakeRuns {
  jobs: INotebookJob[] = [];
  asked: IJobListOptions[] = [];
  failure: StudioError | null = null;

  async list(options: IJobListOptions) {
    this.asked.push(options);
    if (this.failure) {
      throw this.failure;
    }
    const { definitionId } = options;
    return {
      jobs: this.jobs.filter(
        each => !definitionId || each.jobDefinitionId === definitionId
      )
    };
  }
}

export const context: IStudioContext = {
  get: async () => ({ mode: 'studio' }) as IContext
} as unknown as IStudioContext;

export const notebooks = (state: NotebookState = 'same'): INotebookFiles => ({
  hash: async () => 'abc',
  compare: async () => state
});

export function actions(): jest.Mocked<IDefinitionActions> {
  return {
    openDefinitions: jest.fn(),
    openDefinition: jest.fn(),
    openJob: jest.fn(),
    pause: jest.fn(),
    resume: jest.fn(),
    editSchedule: jest.fn(),
    editAll: jest.fn(),
    runNow: jest.fn(),
    remove: jest.fn(),
    refresh: jest.fn()
  };
}

export function makeList() {
  const api = new FakeSchedules();
  const jobs = new FakeRuns();
  const watcher = new FakeWatcher();
  const model = new DefinitionsModel({
    api,
    jobs,
    context,
    watcher,
    expectations: null
  });
  return { api, jobs, watcher, model, trans };
}

export function makeDetail(state: NotebookState = 'same') {
  const api = new FakeSchedules();
  const jobs = new FakeRuns();
  const watcher = new FakeWatcher();
  const model = new DefinitionModel({
    id: ID,
    api,
    jobs,
    notebooks: notebooks(state),
    watcher
  });
  model.addViewer(() => true);
  return { api, jobs, watcher, model };
}
