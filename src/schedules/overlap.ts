/** Whether runs of a schedule will overlap. Pure. */
import type { INotebookJob, ISchedule } from '../tokens';
import { nextRuns } from './runs';

/** Runs that are looked at for the shortest pause between two. */
const RUNS = 25;
/** Jobs whose durations count; older ones tell less. */
const JOBS = 10;

/** A schedule that starts runs before the ones before have ended. */
export interface IOverlap {
  /** Shortest time between two starts, milliseconds. */
  interval: number;
  /** How long a run typically takes, milliseconds. */
  duration: number;
}

/**
 * How long the newest jobs that were completed took, in the middle of them; undefined where there
 * are none.
 */
export function typicalDuration(
  jobs: readonly INotebookJob[],
  notebookName: string
): number | undefined {
  const durations = jobs
    .filter(
      job =>
        job.status === 'Completed' &&
        job.notebookName === notebookName &&
        job.endedAt
    )
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, JOBS)
    .map(job => job.endedAt!.getTime() - job.createdAt.getTime())
    .sort((a, b) => a - b);
  return durations[Math.floor((durations.length - 1) / 2)];
}

/** Shortest time between two of the next runs, milliseconds; undefined where there is one at most. */
export function shortestInterval(
  schedule: ISchedule,
  now: number
): number | undefined {
  const runs = nextRuns(schedule, now, RUNS);
  const gaps = runs.slice(1).map((run, index) => run - runs[index]);
  return gaps.length > 0 ? Math.min(...gaps) : undefined;
}

/** The overlap to warn of, or null. */
export function overlapOf(
  schedule: ISchedule,
  duration: number | undefined,
  now: number
): IOverlap | null {
  const interval = shortestInterval(schedule, now);
  return interval !== undefined && duration !== undefined && duration > interval
    ? { interval, duration }
    : null;
}
