import { toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type {
  IJobDefinition,
  IJobsApi,
  IJobExpectations,
  INotebookJob,
  IResourceWatcher,
  ISchedulesApi,
  IStudioContext,
  ITrigger,
  JobScope,
  Known
} from '../tokens';

/** A schedule changes seldom: it is read again this often at most. */
const TRIGGER_AGE = 60_000;
/** Calls for schedules at the same time. */
const PARALLEL = 4;
/** Outcomes a strip shows. */
const OUTCOMES = 10;

/** The definitions of jobs; schedules are read for the rows that are seen. */
export class DefinitionsModel extends WatchedModel<
  ReadonlyArray<IJobDefinition>
> {
  constructor(private readonly _options: DefinitionsModel.IOptions) {
    super(_options.watcher, 'job-definitions');
  }

  get definitions(): ReadonlyArray<IJobDefinition> {
    return latest(this._state) ?? [];
  }

  /** Whose definitions are shown. */
  get scope(): JobScope {
    return this._scope;
  }

  set scope(scope: JobScope) {
    if (scope !== this._scope) {
      this._scope = scope;
      this._nextToken = undefined;
      this._set({ phase: 'idle' });
      void this.refresh();
    }
  }

  /** Why there can be no definitions here (no region, no credentials), or null. */
  get unavailable(): string | null {
    return this._unavailable;
  }

  get hasMore(): boolean {
    return this._nextToken !== undefined;
  }

  get isLoadingMore(): boolean {
    return this._isLoadingMore;
  }

  /** Why the next page, or the latest outcomes, can't be read; null where they can. */
  get moreError(): StudioError | null {
    return this._moreError;
  }

  find(id: string): IJobDefinition | undefined {
    return this.definitions.find(definition => definition.id === id);
  }

  /** A definition's schedule; undefined until it was read. */
  trigger(id: string): Known<ITrigger | null> | undefined {
    return this._triggers.get(id)?.found;
  }

  /** Its latest jobs, the newest first; undefined until they were read. */
  jobs(id: string): INotebookJob[] | undefined {
    return this._jobs && (this._jobs.get(id) ?? []);
  }

  override async refresh(): Promise<void> {
    this._triggers.forEach(each => (each.at = 0));
    await super.refresh();
  }

  /** Read the list and the latest runs anew, if anybody looks. */
  async refreshJobs(): Promise<void> {
    if (this._isSeen()) {
      await this._watch.refresh();
    }
  }

  /** A row came into view: read its schedule, unless that was just done. */
  seen(id: string): void {
    this._seen.add(id);
    this._readTriggers();
  }

  /** A row went out of view. */
  unseen(id: string): void {
    this._seen.delete(id);
  }

  /** Read one definition's schedule now. */
  async readTrigger(id: string): Promise<Known<ITrigger | null>> {
    const found = await this._options.api.trigger(id);
    this._triggers.set(id, { found, at: Date.now() });
    // Others' jobs are not this person's to be told of.
    if (!('reason' in found) && this._scope === 'mine') {
      const { value } = found;
      const isActive = !!value?.isEnabled && value.hasTarget;
      this._options.expectations?.setActive(id, isActive);
    }
    this._emit();
    return found;
  }

  /** Take a definition off the list, as it was deleted. */
  drop(id: string): void {
    this._removed.add(id);
    this._triggers.delete(id);
    this._options.expectations?.setActive(id, false);
    this._seen.delete(id);
    this._setDefinitions(this.definitions);
  }

  async loadMore(): Promise<void> {
    const token = this._nextToken;
    if (token === undefined || this._isLoadingMore) {
      return;
    }
    this._isLoadingMore = true;
    this._moreError = null;
    this._emit();
    try {
      const { api } = this._options;
      const page = await api.list({ scope: this._scope, nextToken: token });
      // A change of scope in between has begun anew.
      if (this._nextToken === token) {
        this._nextToken = page.nextToken;
        this._setDefinitions([...this.definitions, ...page.definitions]);
      }
    } catch (thrown) {
      this._moreError = toStudioError(thrown);
    } finally {
      this._isLoadingMore = false;
      this._emit();
    }
  }

  protected async _poll(): Promise<void> {
    const scope = this._scope;
    this._set({ phase: 'loading', previous: latest(this._state) });
    try {
      const context = await this._options.context.get();
      this._unavailable = context.mode === 'none' ? context.modeReason : null;
      if (this._unavailable !== null) {
        this._setDefinitions([]);
        return;
      }
      const page = await this._options.api.list({ scope });
      if (scope !== this._scope) {
        return;
      }
      const isLong = this.definitions.length > page.definitions.length;
      const newest = new Set(page.definitions.map(({ id }) => id));
      const older = isLong && page.nextToken ? this.definitions : [];
      if (older.length === 0) {
        this._nextToken = page.nextToken;
      }
      this._setDefinitions([
        ...page.definitions,
        ...older
          .slice(page.definitions.length)
          .filter(({ id }) => !newest.has(id))
      ]);
      this._readTriggers();
      await this._readJobs(scope);
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous: latest(this._state) });
      throw error;
    }
  }

  /** One call for the strips of all rows. */
  private async _readJobs(scope: JobScope): Promise<void> {
    if (this.definitions.length === 0) {
      return;
    }
    try {
      const { jobs } = await this._options.jobs.list({
        scope,
        source: 'schedule'
      });
      const byId = new Map<string, INotebookJob[]>();
      for (const job of jobs) {
        const id = job.jobDefinitionId ?? '';
        const known = byId.get(id) ?? [];
        if (known.length < OUTCOMES) {
          byId.set(id, [...known, job]);
        }
      }
      this._jobs = byId;
      this._moreError = null;
    } catch (thrown) {
      this._moreError = toStudioError(thrown);
    }
    this._emit();
  }

  private _readTriggers(): void {
    const due = [...this._seen].filter(id => {
      const read = this._triggers.get(id);
      return (
        !this._reading.has(id) && (!read || Date.now() - read.at > TRIGGER_AGE)
      );
    });
    for (const id of due.slice(0, PARALLEL - this._reading.size)) {
      this._reading.add(id);
      void this.readTrigger(id)
        .catch(() => undefined) // given up; read again when it is seen again
        .finally(() => {
          this._reading.delete(id);
          if (!this.isDisposed) {
            this._readTriggers();
          }
        });
    }
  }

  private _setDefinitions(definitions: ReadonlyArray<IJobDefinition>): void {
    const value = definitions.filter(({ id }) => !this._removed.has(id));
    this._set({ phase: 'ready', value, at: Date.now() });
  }

  private readonly _seen = new Set<string>();
  private readonly _reading = new Set<string>();
  /** Definitions deleted here that `Search` may still find. */
  private readonly _removed = new Set<string>();
  private readonly _triggers = new Map<
    string,
    { found: Known<ITrigger | null>; at: number }
  >();
  private _jobs: Map<string, INotebookJob[]> | undefined;
  private _scope: JobScope = 'mine';
  private _unavailable: string | null = null;
  private _nextToken: string | undefined;
  private _isLoadingMore = false;
  private _moreError: StudioError | null = null;
}

export namespace DefinitionsModel {
  export interface IOptions {
    api: ISchedulesApi;
    jobs: Pick<IJobsApi, 'list'>;
    context: IStudioContext;
    watcher: IResourceWatcher;
    /** Told which definitions start jobs by themselves. */
    expectations: IJobExpectations | null;
  }
}
