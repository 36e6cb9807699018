import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { field, ownSpace } from '../core/context';
import { toStudioError } from '../core/errors';
import { isFresh, latest } from '../core/loadable';
import type { Loadable } from '../core/loadable';
import { Viewers } from '../core/viewers';
import type {
  INewSpace,
  IResourceWatcher,
  ISpacesApi,
  ISpaceSummary,
  IStudioContext,
  IWatchHandle
} from '../tokens';
import { isMoving, isRunning } from './facts';

/** Milliseconds after which a list shown again is read again. */
const STALE = 5000;

/** The person's spaces: their private ones, and those everybody shares. */
export class SpacesModel implements IDisposable {
  constructor(private readonly _options: SpacesModel.IOptions) {
    this._watch = _options.watcher.subscribe({
      key: 'spaces',
      poll: () => this._poll(),
      isVisible: () => this._isSeen(),
      isTracked: () => this._isSeen() && this.spaces.some(isMoving)
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** This space first, then those that run, then by name. */
  get state(): Loadable<ReadonlyArray<ISpaceSummary>> {
    return this._state;
  }

  get spaces(): ReadonlyArray<ISpaceSummary> {
    return latest(this._state) ?? [];
  }

  /** The space this JupyterLab runs in, if it is known. */
  get ownName(): string | undefined {
    return this._ownName;
  }

  /** Whether it belongs to the person, so that they may delete it. */
  isMine({ owner }: ISpaceSummary): boolean {
    return owner === undefined || this._me === undefined || owner === this._me;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._watch.dispose();
    Signal.clearData(this);
  }

  find(name: string): ISpaceSummary | undefined {
    return this.spaces.find(space => space.name === name);
  }

  /** Register a view; spaces are only read while some view says it is visible. */
  addViewer(isVisible: () => boolean): IDisposable {
    return this._viewers.add({ isVisible });
  }

  /** Read them now; failures show in `state`. */
  async refresh(): Promise<void> {
    await this._watch.refresh();
  }

  /** Read them unless that was just done. */
  async refreshIfStale(): Promise<void> {
    if (!isFresh(this._state, STALE)) {
      await this.refresh();
    }
  }

  /** Read them now if somebody looks; others read when they look. */
  async refreshIfSeen(): Promise<void> {
    if (this._isSeen()) {
      await this.refresh();
    }
  }

  async create(space: INewSpace): Promise<void> {
    await this._options.api.create(space);
    await this.refresh();
  }

  async remove(name: string): Promise<void> {
    await this._options.api.remove(name);
    await this.refresh();
  }

  private async _poll(): Promise<void> {
    const previous = latest(this._state);
    this._set({ phase: 'loading', previous });
    try {
      const context = await this._options.context.get();
      const all = await this._options.api.list();
      this._ownName = ownSpace(context);
      const meant = field(context, 'spaceName');
      this._me =
        field(context, 'userProfileName') ??
        all.find(({ name }) => name === meant)?.owner;
      // AWS lists everybody's spaces; others' private ones are none of our business.
      const seen = all.filter(
        space =>
          space.name === this._ownName ||
          space.sharing === 'Shared' ||
          this.isMine(space)
      );
      const value = sorted(seen, this._ownName);
      this._set({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous });
      throw error;
    }
  }

  private _isSeen(): boolean {
    return !document.hidden && this._viewers.visible.length > 0;
  }

  private _set(state: Loadable<ReadonlyArray<ISpaceSummary>>): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _watch: IWatchHandle;
  private readonly _viewers = new Viewers();
  private readonly _changed = new Signal<this, void>(this);
  private _state: Loadable<ReadonlyArray<ISpaceSummary>> = { phase: 'idle' };
  private _ownName: string | undefined;
  private _me: string | undefined;
  private _isDisposed = false;
}

function sorted(
  spaces: ISpaceSummary[],
  ownName: string | undefined
): ISpaceSummary[] {
  const rank = (space: ISpaceSummary) =>
    space.name === ownName ? 0 : isRunning(space) ? 1 : 2;
  return [...spaces].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.displayName.localeCompare(b.displayName, undefined, { numeric: true })
  );
}

export namespace SpacesModel {
  export interface IOptions {
    context: IStudioContext;
    api: ISpacesApi;
    watcher: IResourceWatcher;
  }
}
