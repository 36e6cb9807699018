import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { StudioError, toStudioError } from '../core/errors';
import type { Loadable } from '../core/loadable';
import { latest } from '../core/loadable';
import type { StudioStore } from '../core/store';
import type {
  IJobFormHost,
  IJobFormPart,
  IJobsApi,
  INotebookJob,
  INotebookJobSpec,
  ITask
} from '../tokens';
import { FormFields } from './formFields';
import { formKey } from './formKey';
import type { IFormOptions } from './formKey';
import { FormParts } from './formParts';
import type { FormPartFactories } from './formParts';
import type { IJobDefaults } from './formState';
import {
  draftOf,
  formOf,
  mergeParameters,
  newForm,
  readDraft,
  specOf
} from './formState';
import { timeoutSeconds } from './limits';
import type { INotebookInfo, INotebookSource } from './notebook';
import { notebookMissing } from './notebook';
import { isFinal } from './submissions';
import type { ISubmission, Submissions } from './submissions';
import type { IKernelChoice, IProblems } from './validation';
import { firstProblem, validate } from './validation';

/** What to do with a notebook that has changes which aren't saved. */
export type UnsavedChoice = 'save' | 'saved-version' | 'cancel';

/** How the last try to submit ended, if not in a job. */
export type SubmitOutcome =
  { kind: 'failed'; error: StudioError } | { kind: 'cancelled' } | null;

/** One form for one notebook: what is typed, what is wrong with it, and submitting it. */
export class JobFormModel
  extends FormFields
  implements IDisposable, IJobFormHost
{
  constructor(options: JobFormModel.IOptions) {
    super(newForm(options.suggestName(), options.defaults));
    this._options = options;
    this.notebookPath = options.notebookPath;
    this.definitionId = options.definitionId;
    this.key = formKey(options);
    this.parts = new FormParts(options.parts ?? new Map(), options.trans);
    this.parts.changed.connect(() => {
      this.onTouched();
      this.emit();
    });
    this._saver = new Debouncer(() => this._save(), 500);
    options.submissions.changed.connect(this._onSubmission, this);
    this.ready = this._initialize();
  }

  /** Path of the notebook relative to the server's root. */
  readonly notebookPath: string;

  /** The definition that is edited, if the form was opened for one. */
  readonly definitionId?: string;

  /** Tells this form from others, also of the same notebook. */
  readonly key: string;

  /** What other capabilities add to the form. */
  readonly parts: FormParts;

  /** Settled once notebook and draft were read; never rejects. */
  readonly ready: Promise<void>;

  /**
   * Emitted once: with the training job's name when the job exists, with null when a part has
   * submitted the form in its own way.
   */
  get submitted(): ISignal<this, string | null> {
    return this._submitted;
  }

  /** The job the form was opened for, to run it again or to edit. */
  get job(): INotebookJob | undefined {
    return this._options.job;
  }

  get instanceType(): string {
    return this.form.instanceType;
  }

  get maxRuntimeSeconds(): number {
    return timeoutSeconds(this.form.timeout, this.form.timeoutUnit);
  }

  /** The parameters as parts see them. */
  get parameters(): IJobFormHost['parameters'] {
    return this.form.parameters.map(({ id, name, value, parameter }) => ({
      id,
      name,
      value,
      defaultText: parameter?.defaultText,
      type: parameter?.type
    }));
  }

  get notebook(): Loadable<INotebookInfo> {
    return this._notebook;
  }

  get kernels(): ReadonlyArray<IKernelChoice> | undefined {
    return this._kernels;
  }

  get instanceTypes(): ReadonlyArray<string> | undefined {
    return this._instanceTypes;
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
      this.parts.active?.task ??
      (this._jobName === null
        ? undefined
        : this._options.submissions.get(this._jobName)?.task)
    );
  }

  /** Whether there is a tag that can be taken away again. */
  get canUndoTag(): boolean {
    return this._undoTag !== null;
  }

  get problems(): IProblems {
    return validate(
      this.form,
      {
        notebookPath: this.notebookPath,
        info: latest(this._notebook),
        kernels: this._kernels,
        instanceTypes: this._instanceTypes,
        covers: this.parts.covers
      },
      this._options.trans
    );
  }

  /** Why the form can't be submitted now, in a sentence, or null. */
  get blocked(): string | null {
    const { trans } = this._options;
    if (this._isSubmitting) {
      return trans.__('The job is being submitted.');
    }
    if (!latest(this._notebook)) {
      return this._notebook.phase === 'failed'
        ? trans.__('The notebook can’t be read.')
        : trans.__('The notebook is being read.');
    }
    return firstProblem(this.problems) ?? this.parts.problem;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._saver.dispose();
    this.parts.dispose();
    Signal.clearData(this);
  }

  /** Tag a cell `parameters` in the notebook and read its defaults. */
  async tagCell(index: number): Promise<void> {
    this._undoTag = await this._options.notebooks.tagCell(
      this.notebookPath,
      index
    );
    await this.readNotebook();
  }

  /** Take the tag away again that {@link tagCell} has set. */
  async undoTag(): Promise<void> {
    this._undoTag?.();
    this._undoTag = null;
    await this.readNotebook();
  }

  /** Read the notebook, its kernel and parameters again; what was typed stays. */
  async readNotebook(): Promise<void> {
    this._notebook = {
      phase: 'loading',
      previous: latest(this._notebook)
    };
    this.emit();
    try {
      const info = await this._options.notebooks.read(this.notebookPath);
      this._notebook = { phase: 'ready', value: info, at: Date.now() };
      this.replace({
        kernelName: this.form.kernelName || this._chooseKernel(info),
        parameters: mergeParameters(
          this.form.parameters,
          info.parameters,
          this.newId
        )
      });
    } catch (thrown) {
      this._notebook = {
        phase: 'failed',
        error: toStudioError(thrown),
        previous: latest(this._notebook)
      };
    }
    this.emit();
  }

  /**
   * Submit the job.
   *
   * #### Notes
   * A second call while the first one runs does nothing. The training job's
   * name is chosen before, so that a repeated request can't make a second job.
   */
  async submit(): Promise<void> {
    if (this.blocked !== null) {
      return;
    }
    this._isSubmitting = true;
    this._outcome = null;
    this.emit();
    try {
      if (await this._prepareNotebook()) {
        this._jobName ??= await this._options.newJobName(
          this.form.displayName,
          PathExt.basename(this.notebookPath)
        );
        const spec = specOf(this.form, this._jobName, this.notebookPath);
        await this._save();
        const part = this.parts.active;
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
        this.task !== undefined && this.parts.active === undefined;
      this.emit();
    }
  }

  /** Cancel what is under way. */
  cancel(): void {
    const part = this.parts.active;
    if (part) {
      part.cancel?.();
    } else if (this._jobName !== null) {
      this._options.cancel(this._jobName);
    }
  }

  /** Forget the draft; for a form that is closed on purpose. */
  async discard(): Promise<void> {
    this._isDiscarded = true;
    await this._options.store.remove(this._draftKey);
  }

  /** Whether the notebook's saved state is what the person wants to run. */
  private async _prepareNotebook(): Promise<boolean> {
    const { notebooks, confirmUnsaved } = this._options;
    const path = this.notebookPath;
    if (!(await notebooks.exists(path))) {
      throw notebookMissing(path, this._options.trans);
    }
    if (!notebooks.isDirty(path)) {
      return true;
    }
    const choice = await confirmUnsaved(path);
    if (choice === 'save') {
      await notebooks.save(path);
    }
    return choice !== 'cancel';
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
      await this._options.submissions.resume().catch(() => undefined);
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
        this._outcome = {
          kind: 'failed',
          error: Private.taskError(task, this._options.trans)
        };
        break;
      default:
        this._outcome = {
          kind: 'failed',
          error: Private.taskError(task, this._options.trans)
        };
        this._jobName = null;
    }
    void this._save();
  }

  private _complete(name: string | null): void {
    if (!this._isComplete) {
      this._isComplete = true;
      void this.discard();
      this._submitted.emit(name);
    }
  }

  private _onSubmission(_: Submissions, item: ISubmission): void {
    if (item.name !== this._jobName) {
      return;
    }
    // A submission of an earlier page comes back by itself, without `submit`.
    if (item.isResumed) {
      this._isSubmitting = !isFinal(item.task.state);
      if (!this._isSubmitting) {
        this._finish(item.task);
      }
    }
    this.emit();
  }

  private async _initialize(): Promise<void> {
    const draft = readDraft(await this._options.store.load(this._draftKey));
    if (draft) {
      this.replace(draft.form);
      this._jobName = draft.jobName;
      this._resume();
    } else if (this.job) {
      this.replace(formOf(this.job, this.newId));
      // The job itself is not there after a reload.
      await this._save();
    }
    await this.parts.load(this, draft?.parts);
    const types = this._options.api.instanceTypes().then(
      found => {
        this._instanceTypes = found;
      },
      // Without the list the service itself says if the type is wrong.
      () => undefined
    );
    this._kernels = await this._options.kernels().catch(() => []);
    await this.readNotebook();
    await types;
    this.emit();
  }

  /** An earlier page may have left a submission under way, or ended. */
  private _resume(): void {
    const { submissions } = this._options;
    const name = this._jobName ?? '';
    const item = submissions.get(name) ?? submissions.ended(name);
    if (item) {
      this._onSubmission(submissions, item);
    }
  }

  private _chooseKernel(info: INotebookInfo): string {
    const kernels = this._kernels ?? [];
    const named = kernels.find(kernel => kernel.name === info.kernelName);
    // An unknown kernel stays unchosen: silently running another one misleads.
    return named ? named.name : info.kernelName ? '' : (kernels[0]?.name ?? '');
  }

  private get _draftKey(): string {
    return `draft:${this.key}`;
  }

  protected onTouched(): void {
    void this._saver.invoke().catch(() => undefined);
  }

  private async _save(): Promise<void> {
    if (!this._isDiscarded) {
      await this._options.store.save(
        this._draftKey,
        draftOf(this._jobName, this.form, this.parts.save())
      );
    }
  }

  private readonly _options: JobFormModel.IOptions;
  private readonly _saver: Debouncer;
  private readonly _submitted = new Signal<this, string | null>(this);
  /** Also the token of the submission: chosen once, given up when its task has ended. */
  private _jobName: string | null = null;
  private _notebook: Loadable<INotebookInfo> = { phase: 'idle' };
  private _kernels: ReadonlyArray<IKernelChoice> | undefined;
  private _instanceTypes: ReadonlyArray<string> | undefined;
  private _outcome: SubmitOutcome = null;
  private _undoTag: (() => void) | null = null;
  private _isSubmitting = false;
  private _isComplete = false;
  private _isDiscarded = false;
  private _isDisposed = false;
}

export namespace JobFormModel {
  export interface IOptions extends IFormOptions {
    /** What other capabilities add. */
    parts?: FormPartFactories;
    /** Cancel the submission of a training job. */
    cancel: (name: string) => void;
    api: Pick<IJobsApi, 'instanceTypes'>;
    submissions: Submissions;
    notebooks: INotebookSource;
    store: StudioStore;
    defaults: IJobDefaults;
    trans: TranslationBundle;
    /** The kernels installed here, the default one first. */
    kernels: () => Promise<ReadonlyArray<IKernelChoice>>;
    /** A name for people that no other job has. */
    suggestName: () => string;
    /** A training job name that no other job has. */
    newJobName: (displayName: string, notebookName: string) => Promise<string>;
    confirmUnsaved: (path: string) => Promise<UnsavedChoice>;
  }
}

namespace Private {
  export function taskError(
    task: ITask,
    trans: TranslationBundle
  ): StudioError {
    return new StudioError(
      task.error ?? {
        code: 'TaskInterrupted',
        message: task.phase,
        hint: trans.__('Look at the list of jobs before you submit it again.')
      }
    );
  }
}
