import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { StudioError } from '../core/errors';
import type { INotebookJob, ITask, ITaskClient } from '../tokens';
import { filesBelow } from './files';
import type { OutputKind } from './outputs';
import { findOutputs, parseS3Uri } from './outputs';
import { hasEnded } from './tracker';

/** Where a file is opened: beside another widget, by default as a tab. */
export interface IOutputPlace {
  mode?: 'split-right';
  /** Id of the widget it is opened beside. */
  ref?: string;
}

/** Brings a job's output files here and opens them. */
export class OutputOpener {
  constructor(options: OutputOpener.IOptions) {
    this._options = options;
  }

  /**
   * Open one file of a job's output, fetching the output first if need be.
   *
   * @returns the path opened, or null if the download was cancelled or its
   * failure was announced already.
   * @throws StudioError - if there is no such file.
   */
  async open(
    job: INotebookJob,
    kind: OutputKind,
    place: IOutputPlace = {}
  ): Promise<string | null> {
    const { contents, documents } = this._options;
    const here = (await filesBelow(contents, this.folderOf(job))) ?? [];
    let found = findOutputs(job, here);
    if (!found[kind]) {
      const files = await this._download(job);
      if (files === null) {
        return null;
      }
      found = findOutputs(job, files);
    }
    const path = found[kind];
    if (!path) {
      throw Private.missing(job, kind, this._options.trans);
    }
    documents.openOrReveal(path, Private.FACTORIES[kind], undefined, place);
    return path;
  }

  /**
   * Open the notebook as it was submitted: a copy beside the outputs that can't be changed.
   *
   * @returns as {@link open}.
   * @throws StudioError - if the job names no input.
   */
  async openSnapshot(job: INotebookJob): Promise<string | null> {
    const { tasks, follow, contents, documents, trans } = this._options;
    const input = parseS3Uri(`${job.inputUri.replace(/\/+$/, '')}/`);
    if (!input || !job.notebookName) {
      throw new StudioError({
        code: 'InputMissing',
        message: trans.__(
          'It is not known where the input of “%1” is.',
          job.displayName
        )
      });
    }
    const directory = `${this.folderOf(job)}/input`;
    const here = (await filesBelow(contents, directory)) ?? [];
    let path = here.find(each => each.endsWith(`/${job.notebookName}`));
    if (!path) {
      const task = await tasks.start({
        kind: 'download',
        clientToken: `notebook-job-input:${job.name}`,
        title: job.displayName,
        spec: {
          bucket: input.bucket,
          key: `${input.key}${job.notebookName}`,
          directory,
          overwrite: true,
          readOnly: true
        }
      });
      const files = await this._finish(await follow(task, job));
      path = files?.[0];
    }
    if (!path) {
      return null;
    }
    documents.openOrReveal(path, Private.FACTORIES.input);
    return path;
  }

  /** Where a job's output lies below the server's root. */
  folderOf(job: Pick<INotebookJob, 'name'>): string {
    const folder = this._options.folder().replace(/^\/+|\/+$/g, '');
    return [folder, job.name].filter(Boolean).join('/');
  }

  /** Fetch and unpack; two calls at once share one download. */
  private _download(job: INotebookJob): Promise<string[] | null> {
    const running = this._running.get(job.name);
    if (running) {
      return running;
    }
    const download = this._start(job).finally(() => {
      this._running.delete(job.name);
    });
    this._running.set(job.name, download);
    return download;
  }

  private async _start(job: INotebookJob): Promise<string[] | null> {
    const { tasks, follow, exists } = this._options;
    const location = parseS3Uri(job.outputUri);
    if (!hasEnded(job) || !location || !(await exists(job))) {
      throw Private.noOutput(job, this._options.trans);
    }
    const task = await tasks.start({
      kind: 'download',
      clientToken: `notebook-job-output:${job.name}`,
      title: job.displayName,
      spec: {
        ...location,
        directory: this.folderOf(job),
        unpack: true,
        overwrite: true
      }
    });
    return this._finish(await follow(task, job));
  }

  /** The files a download brought; null if it ended otherwise, which was announced. */
  private async _finish(last: ITask): Promise<string[] | null> {
    const { tasks } = this._options;
    if (last.state === 'failed' || last.state === 'interrupted') {
      // It was announced; without this the same token would only repeat it.
      await tasks.forget(last.id).catch(() => undefined);
    }
    const files = last.result?.files;
    return last.state === 'succeeded' && Array.isArray(files)
      ? files.map(String)
      : null;
  }

  private readonly _options: OutputOpener.IOptions;
  private readonly _running = new Map<string, Promise<string[] | null>>();
}

export namespace OutputOpener {
  export interface IOptions {
    contents: Contents.IManager;
    documents: IDocumentManager;
    tasks: ITaskClient;
    trans: TranslationBundle;
    /** Folder for outputs below the server's root, as the settings have it now. */
    folder: () => string;
    /** Whether a job has left an output archive. */
    exists: (job: INotebookJob) => Promise<boolean>;
    /**
     * Follows a download to its end and shows it; makes the server forget what
     * went well or was cancelled.
     */
    follow: (task: ITask, job: INotebookJob) => Promise<ITask>;
  }
}

namespace Private {
  export const FACTORIES: Record<OutputKind, string> = {
    notebook: 'Notebook',
    html: 'HTML Viewer',
    log: 'Editor',
    input: 'Notebook'
  };

  export function noOutput(
    job: INotebookJob,
    trans: TranslationBundle
  ): StudioError {
    return hasEnded(job)
      ? new StudioError({
          code: 'OutputMissing',
          message: trans.__(
            'The job “%1” left no output in %2.',
            job.displayName,
            job.outputUri
          ),
          hint: trans.__(
            'A job that is stopped or fails before its notebook starts writes none, and a bucket may expire old objects. The job’s log may say more.'
          )
        })
      : new StudioError({
          code: 'OutputPending',
          message: trans.__(
            'The job “%1” has not ended yet; its output is written at the end.',
            job.displayName
          )
        });
  }

  export function missing(
    job: INotebookJob,
    kind: OutputKind,
    trans: TranslationBundle
  ): StudioError {
    const name = job.displayName;
    const words: Record<OutputKind, [string, string]> = {
      notebook: [
        trans.__('There is no executed notebook in the output of “%1”.', name),
        trans.__(
          'The job ended before its notebook was executed. The log may say why.'
        )
      ],
      html: [
        trans.__('There is no HTML page in the output of “%1”.', name),
        trans.__(
          'Tick “HTML” among the output formats when you run the notebook again.'
        )
      ],
      log: [
        trans.__('There is no log in the output of “%1”.', name),
        trans.__(
          'The job ended before it could save its log. Its live log may still be there.'
        )
      ],
      input: [
        trans.__('There is no input notebook in the output of “%1”.', name),
        trans.__('The job ended before it could copy the notebook.')
      ]
    };
    const [message, hint] = words[kind];
    return new StudioError({ code: 'OutputMissing', message, hint });
  }
}
