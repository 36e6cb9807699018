import type { ITaskRequest } from '.';
import type { INotebookJob, INotebookJobSpec } from './jobs';

/** One job of a sweep to be. */
export interface ISweepJob {
  /** Training job name; see `newJobName`. */
  name: string;
  displayName: string;
  /** All parameters of the job, not only those that vary. */
  parameters: Record<string, string>;
}

/** Several jobs of one notebook, which differ in their parameters. */
export interface ISweepSpec {
  /** By the rule of training job names, chosen once; the S3 prefix of the common input. */
  id: string;
  displayName: string;
  /** What all jobs have in common; its own name and parameters don't count. */
  base: INotebookJobSpec;
  /** 1–500. */
  jobs: ISweepJob[];
  /** Jobs that may be unfinished at once. */
  concurrency: number;
  /** How the jobs were drawn from a larger grid, e.g. `12 of 24 seed 42`. */
  sample?: string;
}

/** Which jobs: of one sweep, of all runs of one notebook, or by name. */
export type JobsOf =
  { sweep: string } | { notebook: string } | { names: readonly string[] };

/** Verbs on several jobs at once. Every promise rejects with a {@link StudioError}. */
export interface ISweepsApi {
  /** The durable task that stages the input once and then creates the jobs one by one. */
  submission(spec: ISweepSpec): Promise<ITaskRequest>;
  /**
   * Jobs by what they belong to, the newest first, deleted ones left out; those asked for by
   * name in the order of the names.
   */
  jobs(which: JobsOf, signal?: AbortSignal): Promise<INotebookJob[]>;
}
