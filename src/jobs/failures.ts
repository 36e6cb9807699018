import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { StudioStore } from '../core/store';

/** Failed jobs nobody has looked at yet, kept across reloads. */
export class UnseenFailures {
  /** @param _isSeen - whether a list of jobs is in view, so that nothing stays unseen. */
  constructor(
    private readonly _store: StudioStore,
    private readonly _isSeen: () => boolean
  ) {
    this.ready = this._restore();
  }

  readonly ready: Promise<void>;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get names(): ReadonlySet<string> {
    return this._names;
  }

  add(name: string): void {
    if (!this._isSeen() && !this._names.has(name)) {
      this._names.add(name);
      this._save();
    }
  }

  /** A job was looked at, or the list of all of them. */
  see(name?: string): void {
    const before = this._names.size;
    if (name === undefined) {
      this._names.clear();
    } else {
      this._names.delete(name);
    }
    if (this._names.size !== before) {
      this._save();
    }
  }

  private async _restore(): Promise<void> {
    const kept = await this._store.load<unknown>('unseen-failures');
    if (Array.isArray(kept)) {
      kept.forEach(name => this._names.add(String(name)));
    }
    if (this._isSeen()) {
      this.see();
    }
    this._changed.emit();
  }

  private _save(): void {
    void this._store.save('unseen-failures', [...this._names]);
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _names = new Set<string>();
}
