import type { TranslationBundle } from '@jupyterlab/translation';

import { hasEnded } from '../jobs/tracker';
import type { INotebookJob } from '../tokens';
import type { RunValue } from './measures';

/** What the server read from the output notebook of one job (task `results`). */
export interface IRecorded {
  /** Values recorded with scrapbook or papermill. */
  values: Record<string, RunValue>;
  /** What cells printed; at most 64 KB a run. */
  texts: { cell: number; text: string }[];
  cells?: { total: number; failed: number };
  /** Why there is nothing, or not all. */
  problem?: string;
}

/** One row of a comparison. */
export interface IRun {
  name: string;
  displayName: string;
  /** None where there is no such job (any more). */
  job?: INotebookJob;
  recorded: Record<string, RunValue>;
  printed: Record<string, RunValue>;
  /** Why values are missing, in words. */
  note?: string;
}

/**
 * Put together what is known of each job.
 *
 * @param printed - numbers found in what runs printed, by name of the run.
 */
export function toRuns(
  names: readonly string[],
  jobs: ReadonlyMap<string, INotebookJob>,
  recorded: ReadonlyMap<string, IRecorded>,
  printed: ReadonlyMap<string, Record<string, RunValue>>,
  trans: TranslationBundle
): IRun[] {
  return names.map(name => {
    const job = jobs.get(name);
    const found = recorded.get(name);
    return {
      name,
      displayName: job?.displayName ?? name,
      job,
      recorded: found?.values ?? {},
      printed: printed.get(name) ?? {},
      note: noteOf(job, found, trans)
    };
  });
}

/** Why a run has no values, or not all of them. */
function noteOf(
  job: INotebookJob | undefined,
  found: IRecorded | undefined,
  trans: TranslationBundle
): string | undefined {
  if (!job) {
    return trans.__('There is no such job any more, or it was deleted.');
  }
  if (!hasEnded(job)) {
    return trans.__('It has not ended yet; values are read at the end.');
  }
  if (found?.problem) {
    return found.problem;
  }
  if (found?.cells && found.cells.failed > 0) {
    return trans.__(
      'The notebook failed in %1 of its %2 cells; later values are missing.',
      found.cells.failed,
      found.cells.total
    );
  }
  return job.status === 'Failed' ? job.failureReason : undefined;
}
