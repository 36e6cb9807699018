import type { OutputKind } from '../outputs';

/** What a person can do from a view; each one reports its own failure. */
export interface IJobActions {
  /** Open the list of all jobs. */
  openJobs: () => void;
  openJob: (name: string) => void;
  openOutput: (name: string, kind: OutputKind) => void;
  stop: (name: string) => void;
  remove: (name: string) => void;
  cancelSubmission: (name: string) => void;
  refresh: () => void;
}
