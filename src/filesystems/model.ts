import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { ownSpace } from '../core/context';
import { isAborted, toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import { known } from '../core/known';
import { Viewers } from '../core/viewers';
import type {
  IContext,
  IFileSystemRef,
  IFileSystemsApi,
  ILocalFileSystemsApi,
  IResourceWatcher,
  ISpaceChanges,
  ISpacesApi,
  IStudioContext,
  IWatchHandle,
  Known
} from '../tokens';
import { makeRows, suspectAccessPoints, suspects } from './facts';
import type { IFileSystemRow, IFileSystemsFacts } from './facts';

/** Milliseconds after which a view shown again reads anew. */
const STALE = 5000;
/** A mount that did not answer is looked at again after this. */
const SOON = 2500;
/** AWS is asked again this often at most; a mount that hangs is asked more often. */
const ACCOUNT_AGE = 50_000;
/** What administrators set, and networks, are looked at again this often. */
const RULES_AGE = 5 * 60_000;

/** File systems, read while somebody looks: this machine first, then AWS. */
export class FileSystemsModel implements IDisposable {
  constructor(private readonly _options: FileSystemsModel.IOptions) {
    const { watcher, changes } = _options;
    this._watch = watcher.subscribe({
      key: 'file-systems',
      poll: () => this._poll(),
      isVisible: () => this._isSeen(),
      isTracked: () => this._isSeen() && this._isAnyHanging()
    });
    changes.changed.connect(this._onChanges, this);
    changes.done.connect(this._onDone, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get facts(): IFileSystemsFacts {
    return this._facts;
  }

  get rows(): IFileSystemRow[] {
    return (this._rows ??= makeRows(this._facts, this.wanted));
  }

  /** The list in the plan that is not applied yet. */
  get wanted(): IFileSystemRef[] | undefined {
    return this._options.changes.draft()?.fileSystems;
  }

  get isReading(): boolean {
    return this._isReading;
  }

  /** Why AWS is not asked, or null. */
  get unavailable(): string | null {
    return this._unavailable;
  }

  /** Why nothing could be read. */
  get error(): StudioError | null {
    return this._error;
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
    clearTimeout(this._again);
    this._abort.abort();
    Signal.clearData(this);
  }

  find(key: string): IFileSystemRow | undefined {
    return this.rows.find(row => row.key === key);
  }

  /** Register a view; nothing is read unless some view says it is visible. */
  addViewer(isVisible: () => boolean): IDisposable {
    return this._viewers.add({ isVisible });
  }

  /** Read everything now. */
  async refresh(): Promise<void> {
    this._isForced = true;
    await this._watch.refresh();
    if (this._isForced) {
      // It was under way already, and may have read what is out of date.
      await this._watch.refresh();
    }
  }

  /** Read unless that was just done. */
  async refreshIfStale(): Promise<void> {
    if (!this._isReading && Date.now() - this._readAt >= STALE) {
      await this._watch.refresh();
    }
  }

  /** Read what is mounted here now; AWS is not asked. */
  async readLocal(isForced = false): Promise<void> {
    const { local } = this._options;
    const wasHanging = this._isAnyHanging();
    this._patch({
      local: await known(() => local.get(isForced, this._abort.signal))
    });
    if (this._isAnyHanging() && !wasHanging && !this._isDisposed) {
      // A busy machine may be slow once: look again before anybody worries.
      this._again = setTimeout(() => {
        if (this._isSeen()) {
          void this.readLocal();
        }
      }, SOON);
    }
  }

  private async _poll(): Promise<void> {
    const isForced = this._isForced;
    this._isForced = false;
    this._isReading = true;
    this._error = null;
    this._changed.emit();
    try {
      const context = await this._options.context.get();
      this._patch({ isHere: ownSpace(context) !== undefined });
      this._unavailable = whyNoAccount(context);
      await Promise.all([
        this.readLocal(isForced),
        this._unavailable === null && this._readAccount(isForced)
      ]);
      // It takes a while until one is here; nobody may look any more.
      if (this._unavailable === null && (isForced || this._isSeen())) {
        await this._readNetworks(isForced);
      }
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._error = isAborted(error) ? null : error;
      throw error;
    } finally {
      this._readAt = Date.now();
      this._isReading = false;
      this._changed.emit();
    }
  }

  /** What AWS says of the space and of its file systems; each part is shown as it comes. */
  private async _readAccount(isForced: boolean): Promise<void> {
    if (!isForced && Date.now() - this._accountAt < ACCOUNT_AGE) {
      return;
    }
    const { spaces, api } = this._options;
    const { signal } = this._abort;
    const rules = this._readRules(isForced);
    const ids = async () => {
      await rules;
      return this.rows.flatMap(({ kind, id }) => (kind === 'efs' && id) || []);
    };
    await Promise.all([
      rules,
      known(() => spaces.app(undefined, signal)).then(app =>
        this._patch({ app })
      ),
      api.lustre(signal).then(lustre => this._patch({ lustre })),
      api.efs(ids, signal).then(efs => this._patch({ efs }))
    ]);
    this._accountAt = Date.now();
  }

  /** The space, and what administrators set for its owner. */
  private async _readRules(isForced: boolean): Promise<void> {
    const { spaces, api } = this._options;
    const { signal } = this._abort;
    const space = await known(() => spaces.describe(undefined, signal));
    this._patch({ space });
    if (isForced || Date.now() - this._rulesAt >= RULES_AGE) {
      this._networksAt = {};
      const rules =
        'reason' in space ? space : await api.rules(space.value, signal);
      this._patch({ rules });
      if (!('reason' in rules)) {
        this._rulesAt = Date.now();
      }
    }
  }

  /** How those are reached that are not mounted. */
  private async _readNetworks(isForced: boolean): Promise<void> {
    const { api } = this._options;
    const { signal } = this._abort;
    const now = Date.now();
    const ids = suspects(this._facts).filter(
      id => isForced || now - (this._networksAt[id] ?? 0) >= RULES_AGE
    );
    const points = suspectAccessPoints(this._facts).filter(
      id => isForced || !(id in this._facts.accessPoints)
    );
    await Promise.all([
      ids.length > 0 && this._readDomain(isForced),
      ...ids.map(async id => {
        const network = await api.network(id, signal);
        this._networksAt[id] = now;
        this._patch({ networks: { ...this._facts.networks, [id]: network } });
      }),
      ...points.map(async id => {
        const point = await api.accessPoint(id, signal);
        this._patch({
          accessPoints: { ...this._facts.accessPoints, [id]: point }
        });
      })
    ]);
  }

  /** What all have in common, for networks and for the checks before one is allowed. */
  private async _readDomain(isForced: boolean): Promise<void> {
    const { rules, domain } = this._facts;
    const isRead =
      domain &&
      !('reason' in domain.subnets) &&
      !('reason' in domain.nfsGroups);
    if (rules && !('reason' in rules) && (isForced || !isRead)) {
      const { api } = this._options;
      this._patch({
        domain: await api.domainNetwork(rules.value, this._abort.signal)
      });
    }
  }

  /** Read how one is reached, for the checks before it is allowed. */
  async readNetwork(id: string): Promise<void> {
    const { api } = this._options;
    const [network] = await Promise.all([
      api.network(id, this._abort.signal),
      this._readDomain(false)
    ]);
    this._patch({ networks: { ...this._facts.networks, [id]: network } });
  }

  private _patch(part: Partial<IFileSystemsFacts>): void {
    this._facts = { ...this._facts, ...part };
    this._rows = undefined;
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _onChanges(): void {
    this._rows = undefined;
    this._changed.emit();
  }

  private _onDone(): void {
    // Who does not look now reads anew when they do.
    this._readAt = 0;
    this._accountAt = 0;
    // It was another app that had these mounts.
    this._patch({ local: undefined });
    if (this._isSeen()) {
      void this.refresh();
    }
  }

  private _isSeen(): boolean {
    return !document.hidden && this._viewers.visible.length > 0;
  }

  private _isAnyHanging(): boolean {
    const mounts = this._facts.local?.value?.mounts ?? [];
    return mounts.some(({ state }) => state === 'not-answering');
  }

  private readonly _watch: IWatchHandle;
  private readonly _viewers = new Viewers();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _facts: IFileSystemsFacts = {
    isHere: false,
    networks: {},
    accessPoints: {}
  };
  private _rows: IFileSystemRow[] | undefined;
  private _unavailable: string | null = null;
  private _error: StudioError | null = null;
  private _again: ReturnType<typeof setTimeout> | undefined;
  private _isForced = false;
  private _isReading = false;
  private _readAt = 0;
  private _accountAt = 0;
  private _rulesAt = 0;
  private _networksAt: Record<string, number> = {};
  private _isDisposed = false;
}

/** Why AWS can't be asked for file systems; null where it can. */
function whyNoAccount(context: IContext): string | null {
  if (context.mode === 'none') {
    return context.modeReason;
  }
  for (const name of ['domainId', 'spaceName'] as const) {
    const found: Known<string> = context.fields[name];
    if ('reason' in found) {
      return found.reason;
    }
  }
  return null;
}

export namespace FileSystemsModel {
  export interface IOptions {
    context: IStudioContext;
    api: IFileSystemsApi;
    spaces: ISpacesApi;
    local: ILocalFileSystemsApi;
    changes: ISpaceChanges;
    watcher: IResourceWatcher;
  }
}
