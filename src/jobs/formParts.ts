import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import type { IJobFormHost, IJobFormPart, JobFormPartFactory } from '../tokens';

/** Where a part stands in the form. */
export type FormPlace = 'when' | 'sweep';

/** What makes the parts of a form, by place. */
export type FormPartFactories = ReadonlyMap<FormPlace, JobFormPartFactory>;

/** The parts other capabilities add to one form. */
export class FormParts implements IDisposable {
  constructor(
    private readonly _factories: FormPartFactories,
    private readonly _trans: TranslationBundle
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get(place: FormPlace): IJobFormPart | undefined {
    return this._parts.get(place);
  }

  /** Why a part is missing. */
  get failure(): StudioError | null {
    return this._failure;
  }

  /** The part that submits in place of the form. */
  get active(): IJobFormPart | undefined {
    return [...this._parts.values()].find(part => part.isActive);
  }

  /** Why the form can't be submitted, or null. */
  get problem(): string | null {
    const active = [...this._parts.values()].filter(part => part.isActive);
    return active.length > 1
      ? this._trans.__(
          'Choose either a schedule or several values: a sweep runs once, now.'
        )
      : (active[0]?.problem ?? null);
  }

  readonly covers = (name: string): boolean =>
    [...this._parts.values()].some(
      part => part.isActive && part.covers?.(name)
    );

  /** Make the parts; one that can't be made is left out, and the form works without it. */
  async load(host: IJobFormHost, saved: Record<string, unknown> = {}) {
    for (const [place, factory] of this._factories) {
      const part = await factory(host).catch(error => {
        this._failure = toStudioError(error);
        return undefined;
      });
      if (!part || this._isDisposed) {
        part?.dispose();
        continue;
      }
      if (place in saved) {
        part.restore(saved[place]);
      }
      part.changed.connect(this._onChanged, this);
      this._parts.set(place, part);
    }
  }

  /** What is kept across a reload. */
  save(): Record<string, unknown> {
    return Object.fromEntries(
      [...this._parts].map(([place, part]) => [place, part.save()])
    );
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._parts.forEach(part => part.dispose());
    this._parts.clear();
    Signal.clearData(this);
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private readonly _parts = new Map<FormPlace, IJobFormPart>();
  private readonly _changed = new Signal<this, void>(this);
  private _failure: StudioError | null = null;
  private _isDisposed = false;
}
