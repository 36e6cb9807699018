import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IResourceWatcher, IWatchHandle } from '../tokens';
import type { Loadable } from './loadable';
import { isFresh } from './loadable';
import { Viewers } from './viewers';

/** Milliseconds after which a view shown again reads anew. */
export const STALE = 5000;

/** What several views show, read again and again while one of them is looked at. */
export abstract class WatchedModel<T> implements IDisposable {
  /** @param key - what is read; models of the same key are read once for all. */
  constructor(watcher: IResourceWatcher, key: string) {
    this._watch = watcher.subscribe({
      key,
      poll: () => this._poll(),
      isVisible: () => this._isWanted(),
      isTracked: () => !this._isDisposed && this._isTracked()
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loadable<T> {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._watch.dispose();
      this._abort.abort();
      Signal.clearData(this);
    }
  }

  /**
   * Register a view; nothing is read unless some view says that it is visible.
   *
   * @param detail - what the view shows of it, where views differ.
   */
  addViewer(isVisible: () => boolean, detail?: string): IDisposable {
    return this._viewers.add({ isVisible, detail });
  }

  /** Read everything now; failures show in `state`. */
  async refresh(): Promise<void> {
    await this._watch.refresh();
  }

  /** Read unless that was just done. */
  async refreshIfStale(): Promise<void> {
    if (this._isStale()) {
      await this._watch.refresh();
    }
  }

  /** Read now if somebody looks; others read when they look. */
  async refreshIfSeen(): Promise<void> {
    if (this._isSeen()) {
      await this.refresh();
    } else if (this._state.phase === 'ready') {
      this._state = { ...this._state, at: 0 };
    }
  }

  /** Read once; what fails is both shown and thrown, as the watcher slows down by it. */
  protected abstract _poll(): Promise<void>;

  /** Whether to read now and then. */
  protected _isWanted(): boolean {
    return this._isSeen();
  }

  /** Whether to read often, as an end is awaited. */
  protected _isTracked(): boolean {
    return false;
  }

  /** Whether somebody looks. */
  protected _isSeen(): boolean {
    return (
      !this._isDisposed && !document.hidden && this._viewers.visible.length > 0
    );
  }

  protected _isStale(): boolean {
    return !isFresh(this._state, STALE);
  }

  protected _set(state: Loadable<T>): void {
    if (!this._isDisposed) {
      this._state = state;
      this._emit();
    }
  }

  protected _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  protected readonly _watch: IWatchHandle;
  protected readonly _viewers = new Viewers();
  /** Aborted when the model is disposed of. */
  protected readonly _abort = new AbortController();
  protected _state: Loadable<T> = { phase: 'idle' };
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
