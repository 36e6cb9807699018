import type { INotebookJob } from '../tokens';

/** What a form is for. */
export interface IFormOptions {
  /** Path of the notebook relative to the server's root. */
  notebookPath: string;
  /** A job whose options the form begins with. */
  job?: INotebookJob;
  /** Whether the job's own copy of the notebook is run, as the notebook is gone. */
  usesCopy?: boolean;
  /** The definition that is edited. */
  definitionId?: string;
}

/** Tells forms apart: one a notebook, one a job run again, one a definition. */
export function formKey(options: IFormOptions): string {
  const { notebookPath, job, definitionId } = options;
  return definitionId
    ? `definition:${definitionId}`
    : job
      ? `job:${job.name}`
      : notebookPath;
}
