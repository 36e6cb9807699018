import type { CodeKind } from '../code';
import type { OutputKind } from '../outputs';

/** What a person can do from a view; each one reports its own failure itself. */
export interface IJobActions {
  /** Open the list of all jobs. */
  openJobs: () => unknown;
  /** Open the list of notebooks that run on a schedule. */
  openDefinitions: () => unknown;
  openJob: (name: string) => unknown;
  openOutput: (name: string, kind: OutputKind) => unknown;
  /** Open the notebook as it was submitted. */
  openSnapshot: (name: string) => unknown;
  runAgain: (name: string) => unknown;
  /** Put a cell that runs the job again into the notebook used last, or on the clipboard. */
  insertCode: (name: string, kind: CodeKind) => unknown;
  /** Open the list of AWS's own scheduler; null where that is not installed. */
  readonly openInNeighbour: (() => unknown) | null;
  /** Open the comparison of some jobs. */
  compare: (names: string[]) => unknown;
  /** Open the sweep a job belongs to, by its id. */
  openSweep: (id: string) => unknown;
  stop: (name: string) => unknown;
  remove: (name: string) => unknown;
  cancelSubmission: (name: string) => unknown;
  refresh: () => unknown;
}
