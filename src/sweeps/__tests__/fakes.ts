import { FakeTasks, FakeWatcher, database, trans } from '../../__tests__/fakes';
import { StudioStore } from '../../core/store';
import { FakeJobs } from '../../jobs/__tests__/fakes';
import type {
  IJobFormHost,
  INotebookJobSpec,
  ISweepSpec,
  ISweepsApi,
  JobsOf,
  Known
} from '../../tokens';
import { Signal } from '@lumino/signaling';
import { SweepNotes } from '../notes';
import { Sweeps } from '../sweeps';

export * from '../../__tests__/fakes';
export { job } from '../../jobs/__tests__/fakes';

export const ID = 'Grid-train-0a1b2c3d-2025-06-15-12-00-00';

export const BASE: INotebookJobSpec = {
  name: ID,
  displayName: 'Grid',
  notebookPath: 'train.ipynb',
  kernelName: 'python3',
  instanceType: 'ml.m5.large',
  parameters: { label: 'x' },
  environment: {},
  extraFiles: [],
  packageFolder: false,
  outputFormats: [],
  maxRuntimeSeconds: 3600,
  maxRetryAttempts: 1,
  networkIsolation: false
};

/** AWS's side of sweeps. */
export class FakeSweeps implements ISweepsApi {
  constructor(readonly jobsApi: FakeJobs) {}
  asked: JobsOf[] = [];

  async submission(spec: ISweepSpec) {
    return {
      kind: 'sweep' as const,
      clientToken: spec.id,
      title: spec.displayName,
      spec: spec as unknown as Record<string, unknown>
    };
  }

  async jobs(which: JobsOf) {
    this.asked.push(which);
    const names = 'names' in which ? which.names : null;
    return names
      ? this.jobsApi.held.filter(each => names.includes(each.name))
      : [...this.jobsApi.held].reverse();
  }
}

/** A form of a notebook with two parameters. */
export class FakeHost implements IJobFormHost {
  notebookPath = 'train.ipynb';
  instanceType = 'ml.m5.large';
  usesSpot = false;
  maxRuntimeSeconds = 3600;
  parameters: IJobFormHost['parameters'] = [
    {
      id: 1,
      name: 'rate',
      value: '0.1',
      defaultText: '0.1',
      type: 'number'
    },
    {
      id: 2,
      name: 'label',
      value: 'x',
      defaultText: 'demo',
      type: 'string'
    }
  ];
  readonly changed = new Signal<this, void>(this);
}

export function makeSweeps() {
  const jobs = new FakeJobs();
  const api = new FakeSweeps(jobs);
  const tasks = new FakeTasks();
  const watcher = new FakeWatcher();
  const notes = new SweepNotes(new StudioStore(database(), 'sweeps'));
  const actions = { open: jest.fn(), compare: jest.fn(), stop: jest.fn() };
  const quota: { value: Known<number | 'missing'> } = { value: { value: 2 } };
  const sweeps = new Sweeps({
    api,
    options: { quota: async () => quota.value },
    instances: {
      trainingPrices: async () => ({ value: { 'ml.m5.large': 0.115 } })
    },
    tasks,
    notes,
    trans,
    ...actions
  });
  return { jobs, api, tasks, watcher, notes, sweeps, actions, quota };
}
