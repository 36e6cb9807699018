import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ISort } from '../components/VirtualTable';
import type { StudioStore } from '../core/store';
import type {
  IContext,
  IJobQuery,
  INotebookJob,
  IStudioContext
} from '../tokens';
import type { BulkVerb, IBulk } from './bulk';
import { runBulk } from './bulk';
import type { ColumnId } from './columns';
import { DEFAULT_COLUMNS, readColumns } from './columns';
import { NO_FILTERS, queryOf } from './filters';
import type { IJobFilters } from './filters';
import type { JobsModel } from './model';

/** What is kept of a table across reloads. */
interface IKept {
  columns?: unknown;
  sort?: ISort;
}

const DEFAULT_SORT: ISort = { column: 'created', descending: true };

/** The table of jobs: which are listed, how they are shown, which are selected. */
export class JobsTableModel implements IDisposable {
  constructor(private readonly _options: JobsTableModel.IOptions) {
    this.list = _options.jobs;
    this._connect();
    this.ready = this._restore();
  }

  /** Settled once columns and order of an earlier session are known. */
  readonly ready: Promise<void>;

  /** The jobs that are listed: all, or what AWS finds by the filters. */
  list: JobsModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get filters(): IJobFilters {
    return this._filters;
  }

  get columns(): readonly ColumnId[] {
    return this._columns;
  }

  get sort(): ISort {
    return this._sort;
  }

  /** Names of the selected rows. */
  get selected(): ReadonlySet<string> {
    return this._selected;
  }

  /** The selected jobs that are listed. */
  get selectedJobs(): INotebookJob[] {
    return this.list.jobs.filter(({ name }) => this._selected.has(name));
  }

  /** What is being done to several jobs, or was done last. */
  get bulk(): IBulk | null {
    return this._bulk;
  }

  /** Whether the list holds only what AWS finds by the filters. */
  get isNarrowed(): boolean {
    return this._query !== undefined;
  }

  /** Whether the columns and order of an earlier session are known. */
  get isRestored(): boolean {
    return this._isRestored;
  }

  /** Where this is, once known: it decides which scopes can be told. */
  get context(): IContext | undefined {
    const { state } = this._options.context;
    return state.phase === 'ready' ? state.value : undefined;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._stopBulk?.abort();
      this._disconnect();
      Signal.clearData(this);
    }
  }

  addViewer(isVisible: () => boolean): IDisposable {
    this._isVisible = isVisible;
    this._viewer?.dispose();
    this._viewer = this.list.addViewer(isVisible);
    return {
      get isDisposed() {
        return false;
      },
      dispose: () => this._viewer?.dispose()
    };
  }

  refreshIfStale(): Promise<void> {
    return this.list.refreshIfStale();
  }

  refresh(): Promise<void> {
    return this.list.refresh();
  }

  /** Narrow the list; what AWS can narrow is asked for at once. */
  setFilters(change: Partial<IJobFilters>): void {
    this._filters = { ...this._filters, ...change };
    const definitions = new Set(
      this._options.jobs.jobs.flatMap(job => job.jobDefinitionId ?? [])
    );
    const query = queryOf(this._filters, definitions);
    if (JSON.stringify(query) !== JSON.stringify(this._query)) {
      this._show(query);
    }
    this._changed.emit();
  }

  clearFilters(): void {
    this.setFilters(NO_FILTERS);
  }

  setColumns(columns: readonly ColumnId[] = DEFAULT_COLUMNS): void {
    this._columns = readColumns(columns);
    this._save();
  }

  setSort(sort: ISort): void {
    this._sort = sort;
    this._save();
  }

  select(keys: ReadonlySet<string>): void {
    this._selected = keys;
    this._changed.emit();
  }

  /** Do something to the selected jobs it can be done to; those that fail stay selected. */
  async run(verb: BulkVerb): Promise<void> {
    const { confirm, jobs } = this._options;
    const chosen = this.selectedJobs.filter(
      job => verb === 'remove' || job.status === 'InProgress'
    );
    if (
      this._bulk?.isRunning ||
      chosen.length === 0 ||
      !(await confirm(verb, chosen))
    ) {
      return;
    }
    this._stopBulk = new AbortController();
    const done = new Set<string>();
    await runBulk(
      verb,
      chosen,
      async job => {
        await (verb === 'stop' ? jobs.stop(job.name) : jobs.remove(job));
        done.add(job.name);
      },
      state => {
        this._bulk = state;
        this._changed.emit();
      },
      this._stopBulk.signal
    );
    this.select(new Set([...this._selected].filter(name => !done.has(name))));
  }

  /** Touch no more of the jobs something is being done to. */
  cancelBulk(): void {
    this._stopBulk?.abort();
  }

  /** Show no more what was done. */
  dismissBulk(): void {
    if (!this._bulk?.isRunning) {
      this._bulk = null;
      this._changed.emit();
    }
  }

  private _show(query: IJobQuery | undefined): void {
    this._disconnect();
    this._query = query;
    this.list = query ? this._options.narrow(query) : this._options.jobs;
    this._connect();
    if (this._isVisible) {
      this._viewer = this.list.addViewer(this._isVisible);
    }
    void this.list.refreshIfStale();
  }

  private _connect(): void {
    this.list.changed.connect(this._onChanged, this);
  }

  private _disconnect(): void {
    this._viewer?.dispose();
    this.list.changed.disconnect(this._onChanged, this);
    if (this.list !== this._options.jobs) {
      this.list.dispose();
    }
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private async _restore(): Promise<void> {
    const kept = await this._options.store.load<IKept>('table');
    this._columns = readColumns(kept?.columns);
    this._sort = kept?.sort ?? DEFAULT_SORT;
    this._isRestored = true;
    this._changed.emit();
  }

  private _save(): void {
    const { columns, sort } = this;
    void this._options.store.save('table', { columns, sort });
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _filters = NO_FILTERS;
  private _query: IJobQuery | undefined;
  private _columns = DEFAULT_COLUMNS;
  private _sort = DEFAULT_SORT;
  private _selected: ReadonlySet<string> = new Set();
  private _bulk: IBulk | null = null;
  private _stopBulk: AbortController | undefined;
  private _viewer: IDisposable | undefined;
  private _isVisible: (() => boolean) | undefined;
  private _isRestored = false;
  private _isDisposed = false;
}

export namespace JobsTableModel {
  export interface IOptions {
    jobs: JobsModel;
    /** A list AWS narrows by a query; disposed of here. */
    narrow: (query: IJobQuery) => JobsModel;
    context: IStudioContext;
    store: StudioStore;
    /** Asks once for all of them. */
    confirm: (
      verb: BulkVerb,
      jobs: readonly INotebookJob[]
    ) => Promise<boolean>;
  }
}
