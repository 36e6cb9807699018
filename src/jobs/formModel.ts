import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Loadable } from '../core/loadable';
import { latest } from '../core/loadable';
import type { StudioStore } from '../core/store';
import type {
  IJobFormHost,
  IJobOptionsApi,
  IJobsApi,
  INotebookJob
} from '../tokens';
import { FormChoices } from './choices';
import { FormFields } from './formFields';
import { formKey } from './formKey';
import type { IFormOptions } from './formKey';
import { FormMemory } from './formMemory';
import { FormNotebook, chooseKernel } from './formNotebook';
import { FormParts } from './formParts';
import type { FormPartFactories } from './formParts';
import { FormSubmission } from './formSubmission';
import type { IJobDefaults } from './formState';
import { NO_COPY, copyOf, domainOptions } from './options';
import { draftOf, formOf, mergeParameters, newForm, specOf } from './formState';
import type { INotebookInfo, INotebookSource } from './notebook';
import { prepareNotebook } from './prepareNotebook';
import type { UnsavedChoice } from './prepareNotebook';
import { Preflight } from './preflight';
import type { IPreflightForm } from './findings';
import type { Submissions } from './submissions';
import type { IKernelChoice, IProblems } from './validation';
import { firstProblem, validate } from './validation';

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
    this.choices = new FormChoices(options.choices, () => this.emit());
    this._notebook = new FormNotebook(options.notebooks, this.notebookPath);
    this.preflight = new Preflight({
      api: options.choices,
      trans: options.trans,
      changed: () => this.emit()
    });
    this.parts.changed.connect(() => {
      this.onTouched();
      this.emit();
    });
    this._memory = new FormMemory({
      store: options.store,
      key: this.key,
      notebookPath: this.notebookPath,
      draft: () =>
        draftOf(this.submission.jobName, this.form, this.parts.save())
    });
    this.submission = new FormSubmission({
      submissions: options.submissions,
      parts: this.parts,
      trans: options.trans,
      changed: () => this.emit(),
      save: () => this._memory.save(),
      completed: name => {
        void this._memory.accept(this.form);
        this._submitted.emit(name);
      }
    });
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

  /** What there is to choose from. */
  readonly choices: FormChoices;

  /** What is looked at before a job is submitted. */
  readonly preflight: Preflight;

  /** The way from *Submit* to a job. */
  readonly submission: FormSubmission;

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

  /** Whether there is nothing but the job's own copy to run. */
  get usesCopyOnly(): boolean {
    return this._options.usesCopy ?? false;
  }

  /** When the choices were accepted that the form was filled with; undefined for the defaults. */
  get lastChoices(): Date | undefined {
    return this._memory.lastAt;
  }

  get notebook(): Loadable<INotebookInfo> {
    return this._notebook.state;
  }

  get kernels(): ReadonlyArray<IKernelChoice> | undefined {
    return this._kernels;
  }

  get instanceTypes(): ReadonlyArray<string> | undefined {
    return this._instanceTypes;
  }

  /** Whether *Submit* was pressed and has not ended yet. */
  get isSubmitting(): boolean {
    return this.submission.isSubmitting;
  }

  /** Whether there is a tag that can be taken away again. */
  get canUndoTag(): boolean {
    return this._notebook.canUndoTag;
  }

  get problems(): IProblems {
    return validate(
      this.form,
      {
        notebookPath: this.notebookPath,
        info: latest(this.notebook),
        kernels: this._kernels,
        instanceTypes: this._instanceTypes,
        hasOwnImage: this.form.imageUri !== '',
        covers: this.parts.covers
      },
      this._options.trans
    );
  }

  /** Why the form can't be submitted now, in a sentence, or null. */
  get blocked(): string | null {
    const { trans } = this._options;
    if (this.isSubmitting) {
      return trans.__('The job is being submitted.');
    }
    if (!latest(this.notebook)) {
      return this.notebook.phase === 'failed'
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
    this._memory.dispose();
    this.submission.dispose();
    this.parts.dispose();
    Signal.clearData(this);
  }

  /** Tag a cell `parameters` in the notebook and read its defaults. */
  async tagCell(index: number): Promise<void> {
    await this._notebook.tag(index);
    await this.readNotebook();
  }

  /** Take the tag away again that {@link tagCell} has set. */
  async undoTag(): Promise<void> {
    this._notebook.undoTag();
    await this.readNotebook();
  }

  /** Read the notebook, its kernel and parameters again; what was typed stays. */
  async readNotebook(): Promise<void> {
    this._notebook.begin();
    this.emit();
    const info = await this._notebook.read(this.form);
    if (info) {
      this.replace({
        kernelName:
          this.form.kernelName || chooseKernel(info, this._kernels ?? []),
        parameters: mergeParameters(
          this.form.parameters,
          info.parameters,
          this.newId
        )
      });
    }
    this.emit();
  }

  /** Leave the choices of the last time and begin with the settings; they are forgotten. */
  async startFromDefaults(): Promise<void> {
    const { defaults } = this._options;
    const { displayName, parameters } = this.form;
    const forgotten = this._memory.forgetLast();
    this.update({
      ...newForm(displayName, defaults),
      ...domainOptions(this.choices.surroundings),
      parameters
    });
    await forgotten;
    await this.readNotebook();
  }

  /** Run the job's own copy of its notebook and files, or the notebook as it is now. */
  async useCopy(isUsed: boolean): Promise<void> {
    const { job } = this;
    if (job) {
      this.update(isUsed ? copyOf(job) : NO_COPY);
      await this.readNotebook();
    }
  }

  /** Look at everything that can be looked at before submitting. */
  check(): Promise<void> {
    return this.preflight.run(this._preflightForm, true);
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
    await this.submission.run(async chosen => {
      if (!(await this._isPrepared()) || !(await this._isChecked())) {
        return null;
      }
      const name =
        chosen ??
        (await this._options.newJobName(
          this.form.displayName,
          PathExt.basename(this.notebookPath)
        ));
      return specOf(this.form, name, this.notebookPath);
    });
  }

  /** Cancel what is under way. */
  cancel(): void {
    const part = this.parts.active;
    if (part) {
      part.cancel?.();
    } else if (this.submission.jobName !== null) {
      this._options.cancel(this.submission.jobName);
    }
  }

  /** Forget the draft; for a form that is closed on purpose. */
  async discard(): Promise<void> {
    await this._memory.discard();
  }

  /** Whether the notebook's saved state is what the person wants to run. */
  private async _isPrepared(): Promise<boolean> {
    return this.form.snapshotUri
      ? true
      : prepareNotebook(this.notebookPath, this._options);
  }

  /** What was chosen on purpose is looked at once before it is submitted. */
  private async _isChecked(): Promise<boolean> {
    const { preflight } = this;
    const form = this._preflightForm;
    if (!preflight.isCurrent(form)) {
      await preflight.run(form, false);
      return !preflight.hasProblem;
    }
    return true;
  }

  private get _preflightForm(): IPreflightForm {
    return {
      ...this.form,
      surroundings: this.choices.surroundings,
      starter: this.parts.active?.starter
    };
  }

  private async _initialize(): Promise<void> {
    const draft = await this._memory.draft();
    const last = draft || this.job ? undefined : await this._memory.last();
    if (draft) {
      this.replace(draft.form);
      this.submission.resume(draft.jobName);
    } else if (this.job) {
      this.replace(formOf(this.job, this.newId));
      if (this._options.usesCopy) {
        this.replace(copyOf(this.job));
      }
      // The job itself is not there after a reload.
      await this._memory.save();
    } else if (last) {
      this.replace(last);
    }
    const surroundings = this.choices.readSurroundings().then(() => {
      if (!draft && !this.job && !last) {
        this.replace(domainOptions(this.choices.surroundings));
        this.emit();
      }
    });
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
    await Promise.all([types, surroundings]);
    this.emit();
  }

  protected onTouched(): void {
    this._memory.saveSoon();
  }

  private readonly _options: JobFormModel.IOptions;
  private readonly _notebook: FormNotebook;
  private readonly _memory: FormMemory;
  private readonly _submitted = new Signal<this, string | null>(this);
  private _kernels: ReadonlyArray<IKernelChoice> | undefined;
  private _instanceTypes: ReadonlyArray<string> | undefined;
  private _isDisposed = false;
}

export namespace JobFormModel {
  export interface IOptions extends IFormOptions {
    /** What other capabilities add. */
    parts?: FormPartFactories;
    /** Cancel the submission of a training job. */
    cancel: (name: string) => void;
    api: Pick<IJobsApi, 'instanceTypes'>;
    choices: IJobOptionsApi;
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
