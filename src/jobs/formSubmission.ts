import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { StudioError, toStudioError } from '../core/errors';
import type { IJobFormPart, INotebookJobSpec, ITask } from '../tokens';
import type { FormParts } from './formParts';
import { isFinal } from './submissions';
import type { ISubmission, Submissions } from './submissions';

/** How the last try to submit ended, if not in a job. */
export type SubmitOutcome =
  { kind: 'failed'; error: StudioError } | { kind: 'cancelled' } | null;

/** The way of one form from *Submit* to a job, or to what an active part makes of it. */
export class FormSubmission implements IDisposable {
  constructor(private readonly _options: FormSubmission.IOptions) {
    _options.submissions.changed.connect(this._onSubmission, this);
  }

  get outcome(): SubmitOutcome {
    return this._outcome;
  }

  /** Whether *Submit* was pressed and has not ended yet. */
  get isSubmitting(): boolean {
    return this._isSubmitting;
  }

  /** Name of the training job, once chosen. */
  get jobName(): string | null {
    return this._jobName;
  }

  /** The task while files are staged. */
  get task(): ITask | undefined {
    return (
      this._options.parts.active?.task ??
      (this._jobName === null
        ? undefined
        : this._options.submissions.get(this._jobName)?.task)
    );
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /**
   * Submit what a form describes.
   *
   * @param prepare - makes the spec, under the name chosen before if there is one: a repeated
   * request can't make a second job. Null ends it without a word.
   */
  async run(
    prepare: (chosen: string | null) => Promise<INotebookJobSpec | null>
  ): Promise<void> {
    this._isSubmitting = true;
    this._outcome = null;
    this._options.changed();
    try {
      const spec = await prepare(this._jobName);
      if (spec) {
        this._jobName = spec.name;
        await this._options.save();
        const part = this._options.parts.active;
        if (part) {
          await this._submitPart(part, spec);
        } else {
          this._finish(await this._options.submissions.submit(spec));
        }
      }
    } catch (thrown) {
      await this._fail(toStudioError(thrown));
    } finally {
      this._isSubmitting =
        this.task !== undefined && this._options.parts.active === undefined;
      this._options.changed();
    }
  }

  /** Take up the name a draft held: an earlier page may have left its submission under way. */
  resume(jobName: string | null): void {
    const { submissions } = this._options;
    this._jobName = jobName;
    const name = jobName ?? '';
    const item = submissions.get(name) ?? submissions.ended(name);
    if (item) {
      this._onSubmission(submissions, item);
    }
  }

  private async _submitPart(
    part: IJobFormPart,
    spec: INotebookJobSpec
  ): Promise<void> {
    try {
      if (await part.submit(spec)) {
        this._complete(null);
        return;
      }
      this._outcome = { kind: 'cancelled' };
      this._jobName = null;
    } catch (thrown) {
      const error = toStudioError(thrown);
      // Perhaps it arrived: under the same name it can't be made twice.
      if (error.code !== 'ServerUnreachable') {
        this._jobName = null;
      }
      throw error;
    }
  }

  private async _fail(error: StudioError): Promise<void> {
    if (error.code === 'IdempotentParameterMismatch') {
      // An earlier press on Submit has reached the server after all, though its
      // answer was lost: follow what it started instead of making a second job.
      await this._options.submissions.refresh().catch(() => undefined);
    }
    if (!this.task && !this._isComplete) {
      this._outcome = { kind: 'failed', error };
    }
  }

  private _finish(task: ITask): void {
    switch (task.state) {
      case 'succeeded':
        this._complete(task.clientToken);
        return;
      case 'cancelled':
        this._outcome = { kind: 'cancelled' };
        // What was cancelled is gone for good; the next try is another job.
        this._jobName = null;
        break;
      case 'interrupted':
        // Perhaps the job exists: under the same name it can't be made twice.
        this._outcome = { kind: 'failed', error: this._taskError(task) };
        break;
      default:
        this._outcome = { kind: 'failed', error: this._taskError(task) };
        this._jobName = null;
    }
    void this._options.save();
  }

  private _complete(name: string | null): void {
    if (!this._isComplete) {
      this._isComplete = true;
      this._options.completed(name);
    }
  }

  private _onSubmission(_: Submissions, item: ISubmission): void {
    if (item.name !== this._jobName) {
      return;
    }
    // A submission of an earlier page comes back by itself, without `run`.
    if (item.isResumed) {
      this._isSubmitting = !isFinal(item.task.state);
      if (!this._isSubmitting) {
        this._finish(item.task);
      }
    }
    this._options.changed();
  }

  private _taskError(task: ITask): StudioError {
    return new StudioError(
      task.error ?? {
        code: 'TaskInterrupted',
        message: task.phase,
        hint: this._options.trans.__(
          'Look at the list of jobs before you submit it again.'
        )
      }
    );
  }

  /** Also the token of the submission: chosen once, given up when its task has ended. */
  private _jobName: string | null = null;
  private _outcome: SubmitOutcome = null;
  private _isSubmitting = false;
  private _isComplete = false;
  private _isDisposed = false;
}

export namespace FormSubmission {
  export interface IOptions {
    submissions: Submissions;
    parts: FormParts;
    trans: TranslationBundle;
    /** Called at each change. */
    changed: () => void;
    /** Keep the form across a reload. */
    save: () => Promise<void>;
    /** Called once, with the training job's name, or null where a part has submitted. */
    completed: (name: string | null) => void;
  }
}
