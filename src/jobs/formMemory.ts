import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';

import type { StudioStore } from '../core/store';
import type { IJobDraft, IJobForm } from './formState';
import { readDraft } from './formState';
import { LastChoices } from './lastChoices';
import type { ILastChoices } from './lastChoices';

/** What is kept of a form until it is submitted, and of its choices for the next one. */
export class FormMemory implements IDisposable {
  constructor(private readonly _options: FormMemory.IOptions) {
    this._lastChoices = new LastChoices(_options.store);
    this._saver = new Debouncer(() => this.save(), 500);
  }

  /** When the choices were accepted that {@link last} gave; undefined for none. */
  get lastAt(): Date | undefined {
    return this._last && new Date(this._last.at);
  }

  get isDisposed(): boolean {
    return this._saver.isDisposed;
  }

  dispose(): void {
    this._saver.dispose();
  }

  /** What was typed before a reload. */
  async draft(): Promise<IJobDraft | undefined> {
    return readDraft(await this._options.store.load(this._draftKey));
  }

  /** The choices last accepted for the notebook. */
  async last(): Promise<Partial<IJobForm> | undefined> {
    this._last = await this._lastChoices.load(this._options.notebookPath);
    return this._last?.form;
  }

  /** Keep what is typed, in a moment. */
  saveSoon(): void {
    void this._saver.invoke().catch(() => undefined);
  }

  async save(): Promise<void> {
    if (!this._isDiscarded) {
      await this._options.store.save(this._draftKey, this._options.draft());
    }
  }

  /** Forget what was typed; for a form that is closed on purpose. */
  async discard(): Promise<void> {
    this._isDiscarded = true;
    await this._options.store.remove(this._draftKey);
  }

  /** The form has become a job. */
  async accept(form: IJobForm): Promise<void> {
    await this.discard();
    await this._lastChoices.save(this._options.notebookPath, form);
  }

  /** Forget the choices of the last time. */
  async forgetLast(): Promise<void> {
    this._last = undefined;
    await this._lastChoices.forget(this._options.notebookPath);
  }

  private get _draftKey(): string {
    return `draft:${this._options.key}`;
  }

  private readonly _lastChoices: LastChoices;
  private readonly _saver: Debouncer;
  private _last: ILastChoices | undefined;
  private _isDiscarded = false;
}

export namespace FormMemory {
  export interface IOptions {
    store: StudioStore;
    /** Tells the form from others. */
    key: string;
    notebookPath: string;
    /** The form as it is to be kept now. */
    draft: () => IJobDraft;
  }
}
