import type { OutputKind } from '../outputs';

/** What a person can do from a view; each one reports its own failure itself. */
export interface IJobActions {
  /** Open the list of all jobs. */
  openJobs: () => unknown;
  /** Open the list of notebooks that run on a schedule. */
  openDefinitions: () => unknown;
  openJob: (name: string) => unknown;
  openOutput: (name: string, kind: OutputKind) => unknown;
  stop: (name: string) => unknown;
  remove: (name: string) => unknown;
  cancelSubmission: (name: string) => unknown;
  refresh: () => unknown;
}
