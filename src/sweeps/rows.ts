import type { TranslationBundle } from '@jupyterlab/translation';

import { isEnded } from '../components/taskNotification';
import type { StatusTone } from '../components/StatusChip';
import { statusOf } from '../jobs/components/JobStatus';
import { hasEnded } from '../jobs/tracker';
import type { INotebookJob, ITask, JobStatus } from '../tokens';
import type { ISweepNote } from './notes';

/** One job of a sweep as the server's task tells of it. */
export interface ITaskJob {
  name: string;
  /** SageMaker's, `Deleted` for a job that is gone, or `NotCreated`. */
  status: string;
}

/** One job of a sweep, be it there yet or not. */
export interface ISweepRow {
  name: string;
  displayName: string;
  parameters: Record<string, string>;
  job?: INotebookJob;
  state: 'to-come' | 'running' | 'completed' | 'failed' | 'stopped' | 'missing';
  tone: StatusTone;
  label: string;
}

/** How many jobs of a sweep are in which state. */
export interface ISweepCounts {
  total: number;
  created: number;
  completed: number;
  failed: number;
  stopped: number;
}

/** The jobs a task knows of. */
export function jobsOf(task: ITask | undefined): ITaskJob[] {
  const jobs = task?.result?.jobs;
  return Array.isArray(jobs) ? (jobs as ITaskJob[]) : [];
}

/** What became of the jobs of a task. */
export function countsOf(task: ITask): ISweepCounts {
  const jobs = jobsOf(task);
  const count = (status: string) =>
    jobs.filter(job => job.status === status).length;
  return {
    total: jobs.length,
    created: jobs.length - count('NotCreated'),
    completed: count('Completed'),
    failed: count('Failed'),
    stopped: count('Stopped') + count('Stopping')
  };
}

/** How a sweep ended, e.g. `The sweep “grid” has ended: 5 completed, 1 failed`. */
export function endWords(task: ITask, trans: TranslationBundle): string {
  const { total, created, completed, failed, stopped } = countsOf(task);
  const parts = [
    completed > 0 ? trans.__('%1 completed', completed) : '',
    failed > 0 ? trans.__('%1 failed', failed) : '',
    stopped > 0 ? trans.__('%1 stopped', stopped) : '',
    total > created ? trans.__('%1 not created', total - created) : ''
  ].filter(Boolean);
  return task.state === 'cancelled'
    ? trans.__('The sweep “%1” was stopped: %2', task.title, parts.join(', '))
    : trans.__('The sweep “%1” has ended: %2', task.title, parts.join(', '));
}

/** All jobs of a sweep in their order, from what was planned, what the task tells and what AWS has. */
export function toRows(
  note: ISweepNote | undefined,
  task: ITask | undefined,
  jobs: readonly INotebookJob[],
  trans: TranslationBundle
): ISweepRow[] {
  const byName = new Map(jobs.map(job => [job.name, job]));
  const planned = new Map(note?.jobs.map(job => [job.name, job]));
  const told = new Map(jobsOf(task).map(job => [job.name, job.status]));
  // Jobs as they were made, where neither note nor task are left.
  const made = [...jobs].sort(
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime()
  );
  const names = new Set([
    ...planned.keys(),
    ...told.keys(),
    ...made.map(job => job.name)
  ]);
  const isOver = !task || isEnded(task);
  return [...names].map(name => {
    const job = byName.get(name);
    return {
      name,
      displayName: job?.displayName ?? planned.get(name)?.displayName ?? name,
      parameters: job?.parameters ?? planned.get(name)?.parameters ?? {},
      job,
      ...stateOf(job, told.get(name), isOver, trans)
    };
  });
}

function stateOf(
  job: INotebookJob | undefined,
  told: string | undefined,
  isOver: boolean,
  trans: TranslationBundle
): Pick<ISweepRow, 'state' | 'tone' | 'label'> {
  // Of two that know of the end, either may be the first.
  const isEarlier = job && !hasEnded(job) && told && told !== 'InProgress';
  if (job && !(isEarlier && ENDS.has(told))) {
    return { state: STATES[job.status], ...statusOf(job, trans) };
  }
  if (told && told in STATES) {
    const status = told as JobStatus;
    return {
      state: STATES[status],
      ...statusOf({ status, secondaryStatus: '' }, trans)
    };
  }
  if (told === 'Deleted') {
    return { state: 'missing', tone: 'warning', label: trans.__('Deleted') };
  }
  return isOver
    ? { state: 'missing', tone: 'stopped', label: trans.__('Not created') }
    : { state: 'to-come', tone: 'waiting', label: trans.__('To come') };
}

const STATES: Record<JobStatus, ISweepRow['state']> = {
  InProgress: 'running',
  Stopping: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Stopped: 'stopped'
};
const ENDS = new Set(['Completed', 'Failed', 'Stopped']);

/** Names of the parameters that are not the same in all jobs, in their order. */
export function variedNames(rows: readonly ISweepRow[]): string[] {
  const names = new Set(rows.flatMap(row => Object.keys(row.parameters)));
  return [...names].filter(
    name => new Set(rows.map(row => row.parameters[name])).size > 1
  );
}
