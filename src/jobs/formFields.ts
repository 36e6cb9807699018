import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IJobFormHost } from '../tokens';
import type { IJobForm } from './formState';
import { timeoutSeconds } from './limits';

/** The fields of a form and the ways to change them. */
export abstract class FormFields {
  constructor(form: IJobForm) {
    this._form = form;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get form(): Readonly<IJobForm> {
    return this._form;
  }

  get instanceType(): string {
    return this.form.instanceType;
  }

  get usesSpot(): boolean {
    return this.form.usesSpot;
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

  /** Change fields. */
  update(change: Partial<IJobForm>): void {
    this.replace(change);
    this.onTouched();
    this.emit();
  }

  addParameter(): void {
    const row = { id: this.newId(), name: '', value: '' };
    this.update({ parameters: [...this.form.parameters, row] });
  }

  setParameter(id: number, change: { name?: string; value?: string }): void {
    this.update({
      parameters: this.form.parameters.map(row =>
        row.id === id ? { ...row, ...change } : row
      )
    });
  }

  removeParameter(id: number): void {
    this.update({
      parameters: this.form.parameters.filter(row => row.id !== id)
    });
  }

  /**
   * @param name - of a variable the notebook reads.
   * @param value - what apps of the image have.
   */
  addVariable(name = '', value = ''): void {
    const row = { id: this.newId(), name, value };
    this.update({ environment: [...this.form.environment, row] });
  }

  setVariable(
    id: number,
    change: { name?: string; value?: string; isPlain?: boolean }
  ): void {
    this.update({
      environment: this.form.environment.map(row =>
        row.id === id
          ? {
              ...row,
              ...change,
              isForgotten: row.isForgotten && change.value === undefined
            }
          : row
      )
    });
  }

  removeVariable(id: number): void {
    this.update({
      environment: this.form.environment.filter(row => row.id !== id)
    });
  }

  addTag(): void {
    const row = { id: this.newId(), name: '', value: '' };
    this.update({ tags: [...this.form.tags, row] });
  }

  setTag(id: number, change: { name?: string; value?: string }): void {
    this.update({
      tags: this.form.tags.map(row =>
        row.id === id ? { ...row, ...change } : row
      )
    });
  }

  removeTag(id: number): void {
    this.update({ tags: this.form.tags.filter(row => row.id !== id) });
  }

  addFiles(paths: ReadonlyArray<string>): void {
    const files = new Set([...this.form.extraFiles, ...paths]);
    this.update({ extraFiles: [...files] });
  }

  removeFile(path: string): void {
    this.update({
      extraFiles: this.form.extraFiles.filter(other => other !== path)
    });
  }

  /** Called when a person has changed something. */
  protected abstract onTouched(): void;

  /** Set fields without taking it for a person's change. */
  protected replace(change: Partial<IJobForm>): void {
    this._form = { ...this._form, ...change };
    const { parameters, environment, tags } = this._form;
    this._lastId = Math.max(
      this._lastId,
      ...[...parameters, ...environment, ...tags].map(row => row.id)
    );
  }

  protected emit(): void {
    this._changed.emit();
  }

  /** An id no row of this form has. */
  protected readonly newId = (): number => {
    this._lastId += 1;
    return this._lastId;
  };

  private readonly _changed = new Signal<this, void>(this);
  private _form: IJobForm;
  private _lastId = 0;
}
