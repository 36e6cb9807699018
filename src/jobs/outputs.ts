import type { INotebookJob } from '../tokens';

/** The files of a job a person can open. */
export type OutputKind = 'notebook' | 'html' | 'log' | 'input';

/** The log the driver leaves beside the outputs. */
export const LOG_FILE = 'sagemaker_job_execution.log';

/**
 * The file name the driver writes the executed notebook under.
 *
 * #### Notes
 * The driver allows a dot only before the extension and no colon: every `.`
 * and `:` of SM_OUTPUT_NOTEBOOK_NAME becomes `-`, then `-*ipynb` at the end
 * becomes `.ipynb`; its shell joins runs of spaces (headless_execution.sh of
 * the driver, 0.0.13).
 */
export function driverOutputName(name: string): string {
  return name
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[.:]/g, '-')
    .replace(/-*ipynb$/, '.ipynb');
}

/** Which of a job's files a list of paths holds; unknown kinds are left out. */
export function findOutputs(
  job: Pick<INotebookJob, 'outputNotebookName' | 'notebookName'>,
  paths: ReadonlyArray<string>
): Partial<Record<OutputKind, string>> {
  const named = (name: string) =>
    paths.find(path => Private.baseName(path) === name);
  const notebooks = paths.filter(
    path =>
      path.endsWith('.ipynb') &&
      // nbconvert's copy, made when `ipynb` is among the formats.
      !path.endsWith('.nbconvert.ipynb') &&
      Private.baseName(path) !== job.notebookName
  );
  const expected = job.outputNotebookName
    ? named(driverOutputName(job.outputNotebookName))
    : undefined;
  const notebook =
    expected ?? (notebooks.length === 1 ? notebooks[0] : undefined);
  const pages = paths.filter(path => path.endsWith('.html'));
  const html =
    (notebook && paths.find(path => path === Private.htmlOf(notebook))) ??
    (pages.length === 1 ? pages[0] : undefined);
  const log = named(LOG_FILE);
  const input = job.notebookName ? named(job.notebookName) : undefined;
  return {
    ...(notebook ? { notebook } : {}),
    ...(html ? { html } : {}),
    ...(log ? { log } : {}),
    ...(input ? { input } : {})
  };
}

/** A failure as the driver reports it: which files it could still save. */
export interface IFailureReport {
  /** The reason without the driver's mark. */
  reason: string;
  /** What the driver says it saved; undefined when it said nothing. */
  saved?: { input: boolean; notebook: boolean; log: boolean };
}

/** Read the driver's `[SM-110]` mark: input, output notebook, log; 1 = saved. */
export function readFailure(failureReason: string): IFailureReport {
  const match = /\[SM-([01]{3})[01]*\]\s*/.exec(failureReason);
  if (!match) {
    return { reason: failureReason };
  }
  const [input, notebook, log] = [...match[1]].map(flag => flag === '1');
  return {
    reason: failureReason.replace(match[0], ''),
    saved: { input, notebook, log }
  };
}

/** Bucket and key of an `s3://` URI, or null if it isn't one. */
export function parseS3Uri(
  uri: string
): { bucket: string; key: string } | null {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri);
  return match ? { bucket: match[1], key: match[2] } : null;
}

namespace Private {
  export function baseName(path: string): string {
    return path.slice(path.lastIndexOf('/') + 1);
  }

  export function htmlOf(notebook: string): string {
    return notebook.replace(/\.ipynb$/, '.html');
  }
}
