import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { StudioStore } from '../core/store';
import type { IJobExpectations } from '../tokens';

/** Which job definitions are known to start jobs by themselves, kept across reloads. */
export class JobExpectations implements IJobExpectations {
  constructor(private readonly _store: StudioStore) {
    this.ready = this._restore();
  }

  /** Settled once the definitions of an earlier session are known. */
  readonly ready: Promise<void>;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get activeDefinitions(): ReadonlySet<string> {
    return this._active;
  }

  setActive(id: string, isActive: boolean): void {
    if (this._active.has(id) === isActive) {
      return;
    }
    if (isActive) {
      this._active.add(id);
    } else {
      this._active.delete(id);
    }
    void this._store.save('active', [...this._active]);
    this._changed.emit();
  }

  private async _restore(): Promise<void> {
    const kept = await this._store.load<unknown>('active');
    if (Array.isArray(kept)) {
      kept.forEach(id => this._active.add(String(id)));
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _active = new Set<string>();
}
