import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { toStudioError } from '../core/errors';
import { known } from '../core/known';
import { isFresh, latest } from '../core/loadable';
import type { Loadable } from '../core/loadable';
import { Viewers } from '../core/viewers';
import type {
  ILocalClone,
  ILocalClones,
  IRepositoriesApi,
  IResourceWatcher,
  IStudioContext,
  ISuggestedRepositories,
  IWatchHandle,
  Known
} from '../tokens';
import type { ILocalRepositoriesApi } from './local';
import { mergeRepositories } from './merge';
import type { IRepository } from './merge';
import { repositoryKey } from './url';

/** Milliseconds after which a view shown again reads anew. */
const STALE = 5000;
/** What administrators set is looked at again this often, milliseconds. */
const SUGGESTIONS_AGE = 5 * 60_000;

/** What is known of repositories. */
export interface IRepositoriesFacts {
  /** Null where there is no AWS. */
  suggested: ISuggestedRepositories | null;
  /** Why there is no AWS; empty where there is. */
  unavailable: string;
  clones: Known<ILocalClones>;
  /** The suggested ones, merged. */
  items: IRepository[];
  /** Clones of repositories nobody suggests. */
  others: ILocalClone[];
}

/** Suggested repositories and clones of them: read while somebody looks. */
export class RepositoriesModel implements IDisposable {
  constructor(private readonly _options: RepositoriesModel.IOptions) {
    this._watch = _options.watcher.subscribe({
      key: 'repositories',
      poll: () => this._poll(),
      isVisible: () => this._isSeen(),
      isTracked: () => false
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loadable<IRepositoriesFacts> {
    return this._state;
  }

  get facts(): IRepositoriesFacts | undefined {
    return latest(this._state);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._watch.dispose();
      Signal.clearData(this);
    }
  }

  /** A suggested repository by any of its addresses. */
  find(url: string): IRepository | undefined {
    const key = repositoryKey(url);
    return this.facts?.items.find(each => each.key === key);
  }

  /** Register a view; nothing is read unless some view says it is visible. */
  addViewer(isVisible: () => boolean): IDisposable {
    return this._viewers.add({ isVisible });
  }

  /** Read everything now; failures show in `state`. */
  async refresh(): Promise<void> {
    this._suggestedAt = 0;
    await this._watch.refresh();
  }

  /** Read unless that was just done. */
  async refreshIfStale(): Promise<void> {
    if (!isFresh(this._state, STALE)) {
      await this._watch.refresh();
    }
  }

  /** Read now if somebody looks; others read when they look. */
  async refreshIfSeen(): Promise<void> {
    this._suggestedAt = 0;
    if (this._isSeen()) {
      await this._watch.refresh();
    } else if (this._state.phase === 'ready') {
      this._state = { ...this._state, at: 0 };
    }
  }

  private async _poll(): Promise<void> {
    const previous = this.facts;
    this._set({ phase: 'loading', previous });
    try {
      const [clones, found] = await Promise.all([
        known(() => this._options.local.clones()),
        this._suggestions(previous)
      ]);
      const value = {
        ...found,
        clones,
        ...mergeRepositories(found.suggested, clones.value?.clones ?? [])
      };
      this._set({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous });
      throw error;
    }
  }

  private async _suggestions(
    previous: IRepositoriesFacts | undefined
  ): Promise<Pick<IRepositoriesFacts, 'suggested' | 'unavailable'>> {
    const isNew = Date.now() - this._suggestedAt < SUGGESTIONS_AGE;
    if (previous?.suggested && isNew) {
      return previous;
    }
    const context = await this._options.context.get();
    if (context.mode === 'none') {
      return { suggested: null, unavailable: context.modeReason };
    }
    const suggested = await this._options.api.suggested();
    this._suggestedAt = Date.now();
    return { suggested, unavailable: '' };
  }

  private _isSeen(): boolean {
    return !document.hidden && this._viewers.visible.length > 0;
  }

  private _set(state: Loadable<IRepositoriesFacts>): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _watch: IWatchHandle;
  private readonly _viewers = new Viewers();
  private readonly _changed = new Signal<this, void>(this);
  private _state: Loadable<IRepositoriesFacts> = { phase: 'idle' };
  private _suggestedAt = 0;
  private _isDisposed = false;
}

export namespace RepositoriesModel {
  export interface IOptions {
    api: IRepositoriesApi;
    context: IStudioContext;
    local: ILocalRepositoriesApi;
    watcher: IResourceWatcher;
  }
}
