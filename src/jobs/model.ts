import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isJobMissing, toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type {
  IJobQuery,
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  IStudioContext
} from '../tokens';
import { mergeNewest } from './pages';
import type { ISubmission, Submissions } from './submissions';
import { hasEnded } from './tracker';
import type { JobTracker } from './tracker';

/** One row of a list: a job, or one that is still being submitted. */
export type IJobRow =
  | { kind: 'job'; name: string; job: INotebookJob }
  | { kind: 'submission'; name: string; submission: ISubmission };

/** Jobs a page of `Search` holds at most. */
const PAGE_SIZE = 100;

/** Jobs that are looked at again and again: each costs some time, which is felt when scrolling. */
const POLL_SIZE = 50;

/**
 * A list of notebook jobs: pages, refreshing, and what can be done to a job.
 *
 * #### Notes
 * There is one of all of a person's own jobs, which also awaits the ends of tracked ones; a list
 * that is narrowed by a query stands beside it and learns from it what is done to a job.
 */
export class JobsModel extends WatchedModel<ReadonlyArray<INotebookJob>> {
  constructor(options: JobsModel.IOptions) {
    const { query } = options;
    super(
      options.watcher,
      query ? `notebook-jobs:${JSON.stringify(query)}` : 'notebook-jobs'
    );
    this._api = options.api;
    this._context = options.context;
    this.submissions = options.submissions;
    this.tracker = options.tracker;
    this._query = query;
    this.removed = options.removed ?? new Set();
    if (!query) {
      this.submissions.changed.connect(this._onSubmission, this);
    }
  }

  /** Names of jobs deleted here, which `Search` may still find. */
  readonly removed: Set<string>;
  readonly submissions: Submissions;
  readonly tracker: JobTracker;

  /** Emitted for a job that was read by name, e.g. after it was stopped. */
  get jobRead(): ISignal<this, INotebookJob> {
    return this._jobRead;
  }

  /** Emitted with the name of a job that is on no list any more. */
  get jobDropped(): ISignal<this, string> {
    return this._jobDropped;
  }

  /** Emitted with what was just read of the newest jobs. */
  get newestRead(): ISignal<this, ReadonlyArray<INotebookJob>> {
    return this._newestRead;
  }

  /** The jobs read so far, the newest first. */
  get jobs(): ReadonlyArray<INotebookJob> {
    return latest(this._state) ?? [];
  }

  /** Submissions first, then jobs; a job takes the place of its submission. */
  get rows(): ReadonlyArray<IJobRow> {
    const jobs = this.jobs;
    const known = new Set(jobs.map(job => job.name));
    return [
      ...this.submissions.items
        .filter(item => !known.has(item.name))
        .map(submission => ({
          kind: 'submission' as const,
          name: submission.name,
          submission
        })),
      ...jobs.map(Private.rowOf)
    ];
  }

  /** Why there can be no jobs here (no region, no credentials), or null. */
  get unavailable(): string | null {
    return this._unavailable;
  }

  /** Whether AWS has older jobs than those read. */
  get hasMore(): boolean {
    return this._nextToken !== undefined;
  }

  get isLoadingMore(): boolean {
    return this._more !== null;
  }

  /** Why the next page could not be read, or null. */
  get moreError(): StudioError | null {
    return this._moreError;
  }

  /** Whether a view of the list can be seen. */
  get isSeen(): boolean {
    return this._isSeen();
  }

  find(name: string): INotebookJob | undefined {
    return this.jobs.find(job => job.name === name);
  }

  /** Read the next page, if there is one and none is on its way. */
  loadMore(): Promise<void> {
    if (this._nextToken === undefined) {
      return Promise.resolve();
    }
    return (this._more ??= this._loadMore(this._nextToken));
  }

  /** Show a job as just read elsewhere, e.g. by its detail view. */
  put(job: INotebookJob): void {
    if (this.removed.has(job.name)) {
      return;
    }
    if (job.tags['sagemaker:is-studio-archived'] === 'true') {
      // Deleted in another tab or by AWS's own scheduler.
      this._drop(job.name);
      return;
    }
    const rest = this.jobs.filter(other => other.name !== job.name);
    this._recent.set(job.name, job);
    this._setJobs([...rest, job]);
    this._track([job]);
    this._jobRead.emit(job);
  }

  /** Stop a job; it stays in the list. */
  async stop(name: string): Promise<void> {
    await this._api.stop(name);
    // Show what AWS makes of it, not what was asked for.
    this.put(await this._api.describe(name));
  }

  /** Take a job off every list; one that still runs is stopped first. */
  async remove(job: INotebookJob): Promise<void> {
    await this._api.remove(job);
    this.removed.add(job.name);
    this._drop(job.name);
  }

  /** Show a job no more on this list. */
  hide(name: string): void {
    this._recent.delete(name);
    if (this.find(name)) {
      this._setJobs(this.jobs.filter(job => job.name !== name));
    }
  }

  /** Only of the list of one's own jobs are ends told: others may hold those of others. */
  private _track(jobs: ReadonlyArray<INotebookJob>): void {
    if (!this._query) {
      this.tracker.update(jobs);
    }
  }

  private _drop(name: string): void {
    this.tracker.delete(name);
    this.hide(name);
    this._jobDropped.emit(name);
  }

  protected async _poll(): Promise<void> {
    this._set({ phase: 'loading', previous: latest(this._state) });
    try {
      const context = await this._context.get();
      await this.tracker.ready;
      this._unavailable = context.mode === 'none' ? context.modeReason : null;
      if (this._unavailable !== null) {
        this._setJobs([]);
        return;
      }
      const page = await this._api.list({
        ...this._query,
        pageSize: POLL_SIZE
      });
      const newest = page.jobs.filter(job => !this.removed.has(job.name));
      const [jobs, reachesOld] = mergeNewest(
        newest,
        this.jobs,
        this._recent,
        page.nextToken === undefined
      );
      if (!reachesOld) {
        this._nextToken = page.nextToken;
      }
      this._setJobs(jobs);
      this._track(newest);
      this._newestRead.emit(newest);
      if (!this._query) {
        await this._describeMissing(newest);
      }
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({
        phase: 'failed',
        error,
        previous: latest(this._state)
      });
      throw error;
    }
  }

  /** Search lags behind and pages are finite: ask for awaited jobs by name. */
  private async _describeMissing(
    page: ReadonlyArray<INotebookJob>
  ): Promise<void> {
    const found = new Set(page.map(job => job.name));
    for (const name of [...this.tracker.names]) {
      if (found.has(name)) {
        continue;
      }
      try {
        this.put(await this._api.describe(name));
      } catch (thrown) {
        if (isJobMissing(toStudioError(thrown))) {
          this.tracker.delete(name);
        }
      }
    }
  }

  private async _loadMore(token: string): Promise<void> {
    this._moreError = null;
    this._emit();
    try {
      const page = await this._api.list({
        ...this._query,
        nextToken: token,
        pageSize: PAGE_SIZE
      });
      // A poll in between may have started over.
      if (this._nextToken === token) {
        this._nextToken = page.nextToken;
        const known = new Set(this.jobs.map(job => job.name));
        const older = page.jobs.filter(
          job => !known.has(job.name) && !this.removed.has(job.name)
        );
        this._setJobs([...this.jobs, ...older]);
      }
    } catch (thrown) {
      this._moreError = toStudioError(thrown);
    } finally {
      this._more = null;
      this._emit();
    }
  }

  private _onSubmission(_: Submissions, item: ISubmission): void {
    if (item.task.state === 'succeeded') {
      this.tracker.add(item.name);
      void this._showSubmitted(item.name);
    }
    this._emit();
  }

  private async _showSubmitted(name: string): Promise<void> {
    try {
      this.put(await this._api.describe(name));
    } catch {
      // The next poll reads it and says what is wrong.
      await this.refresh();
    }
  }

  protected override _isTracked(): boolean {
    return (
      (!this._query && this.tracker.names.size > 0) ||
      (this._isSeen() && this.jobs.some(job => !hasEnded(job)))
    );
  }

  private _setJobs(jobs: ReadonlyArray<INotebookJob>): void {
    const sorted = [...jobs].sort(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime()
    );
    this._set({ phase: 'ready', value: sorted, at: Date.now() });
  }

  private readonly _query: IJobQuery | undefined;
  private readonly _api: IJobsApi;
  private readonly _context: IStudioContext;
  private readonly _jobRead = new Signal<this, INotebookJob>(this);
  private readonly _jobDropped = new Signal<this, string>(this);
  private readonly _newestRead = new Signal<this, ReadonlyArray<INotebookJob>>(
    this
  );
  /** Jobs read by name that `Search` may not know yet. */
  private readonly _recent = new Map<string, INotebookJob>();
  private _unavailable: string | null = null;
  private _nextToken: string | undefined;
  private _more: Promise<void> | null = null;
  private _moreError: StudioError | null = null;
}

export namespace JobsModel {
  export interface IOptions {
    api: IJobsApi;
    context: IStudioContext;
    watcher: IResourceWatcher;
    submissions: Submissions;
    tracker: JobTracker;
    /** What AWS's Search narrows the list to; default all of a person's own jobs. */
    query?: IJobQuery;
    /** Jobs that were deleted here, of another list of the same jobs. */
    removed?: Set<string>;
  }
}

namespace Private {
  const rows = new WeakMap<INotebookJob, IJobRow>();

  /** The same row for the same job, so that what is shown of it need not be built again. */
  export function rowOf(job: INotebookJob): IJobRow {
    let row = rows.get(job);
    if (!row) {
      row = { kind: 'job', name: job.name, job };
      rows.set(job, row);
    }
    return row;
  }
}
