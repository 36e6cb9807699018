import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { isJobMissing, toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import { latest } from '../core/loadable';
import type { StudioStore } from '../core/store';
import { patternProblem } from '../core/patterns';
import { WatchedModel } from '../core/watchedModel';
import { hasEnded } from '../jobs/tracker';
import { OWN_TAGS } from '../tokens';
import type {
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  ISweepsApi,
  ITaskClient,
  JobsOf
} from '../tokens';
import type { IRunColumn } from './columns';
import { columnsOf } from './columns';
import { readPattern } from './printed';
import { PrintedNumbers } from './printedNumbers';
import { RecordedValues } from './recorded';
import type { IRun } from './runs';
import { toRuns } from './runs';
import type { IComparisonView } from './view';
import { NEW_VIEW, readView } from './view';

/** Several runs side by side: their parameters, how they went, and what they recorded. */
export class ComparisonModel extends WatchedModel<readonly IRun[]> {
  constructor(private readonly _options: ComparisonModel.IOptions) {
    super(_options.watcher, `comparison:${UUID.uuid4()}`);
    this._values = new RecordedValues(_options);
  }

  get source(): JobsOf {
    return this._options.source;
  }

  get runs(): readonly IRun[] {
    return latest(this._state) ?? [];
  }

  /** All there are; see `shownColumns`. */
  get columns(): readonly IRunColumn[] {
    return this._columns;
  }

  get view(): IComparisonView {
    return this._view;
  }

  /** What is wrong with the pattern for printed numbers, or null. */
  get patternProblem(): string | null {
    return this._patternProblem;
  }

  /** Whether outputs are being read. */
  get isReading(): boolean {
    return this._reading !== null;
  }

  /** Why the recorded values can't be read, or null. */
  get valuesError(): StudioError | null {
    return this._valuesError;
  }

  /** What the runs are those of, for people. */
  get title(): string {
    const { trans } = this._options;
    if ('notebook' in this.source) {
      return this.source.notebook;
    }
    if ('names' in this.source) {
      return trans.__('%1 jobs', this.source.names.length);
    }
    const job = this.runs.find(run => run.job)?.job;
    return job?.tags[OWN_TAGS.sweepName] ?? this.source.sweep;
  }

  override dispose(): void {
    super.dispose();
    this._printed.dispose();
  }

  override async refresh(): Promise<void> {
    this._valuesError = null;
    await super.refresh();
  }

  /** Change how the runs are shown; it is kept, unless the pattern can't be used. */
  update(change: Partial<IComparisonView>): void {
    this._view = { ...this._view, ...change };
    this._compute();
    if (this._patternProblem === null) {
      void this._options.store.save(this._viewKey(), this._view);
    }
  }

  /** Work the columns out again, e.g. because prices are known now. */
  recompute(): void {
    if (this._state.phase === 'ready') {
      this._compute();
    }
  }

  protected async _poll(): Promise<void> {
    this._set({ phase: 'loading', previous: latest(this._state) });
    try {
      await this._readJobs();
      await this._loadView();
      this._compute();
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous: latest(this._state) });
      throw error;
    }
    if (this._valuesError) {
      // It is shown in its own place, and tried again when a person asks.
      return;
    }
    this._reading ??= this._readValues().finally(() => {
      this._reading = null;
      this._compute();
    });
    this._emit();
  }

  /** What has ended changes no more. */
  protected override _isWanted(): boolean {
    return this._isSeen() && this._state.phase !== 'ready';
  }

  protected override _isTracked(): boolean {
    return this._isSeen() && this.runs.some(({ job }) => job && !hasEnded(job));
  }

  private async _readJobs(): Promise<void> {
    const { sweeps, jobs: api } = this._options;
    const { signal } = this._abort;
    const found = await sweeps.jobs(this.source, signal);
    for (const job of found) {
      this._jobs.set(job.name, job);
    }
    if (!('names' in this.source)) {
      const names = found.map(job => job.name);
      // Jobs of a sweep in the order they were made in.
      this._names = 'sweep' in this.source ? names.reverse() : names;
      return;
    }
    this._names = this.source.names;
    // Search lags behind, and leaves out deleted jobs.
    const known = new Set(found.map(job => job.name));
    for (const name of this._names) {
      if (!known.has(name) && !this._gone.has(name)) {
        try {
          this._jobs.set(name, await api.describe(name, signal));
        } catch (thrown) {
          if (!isJobMissing(toStudioError(thrown))) {
            throw thrown;
          }
          this._gone.add(name);
          this._jobs.delete(name);
        }
      }
    }
  }

  /** What was chosen for this notebook before. */
  private async _loadView(): Promise<void> {
    if (!this._isViewLoaded && this._names.length > 0) {
      this._isViewLoaded = true;
      this._view = readView(await this._options.store.load(this._viewKey()));
    }
  }

  private _viewKey(): string {
    const notebook =
      'notebook' in this.source
        ? this.source.notebook
        : this._names
            .map(name => this._jobs.get(name)?.notebookName)
            .find(Boolean);
    return `view:${notebook ?? ''}`;
  }

  /** Read the output of each run that has ended, once. */
  private async _readValues(): Promise<void> {
    const jobs = this._names.flatMap(name => this._jobs.get(name) ?? []);
    try {
      const onRead = () => this._compute();
      await this._values.read(jobs, onRead, this._abort.signal);
    } catch (thrown) {
      this._valuesError = toStudioError(thrown);
    }
  }

  private _compute(): void {
    const { trans, locale, cost } = this._options;
    const { pattern, problem } = readPattern(this._view.pattern, trans);
    const printed = this._printed;
    printed.update(pattern, this._values.found);
    this._patternProblem =
      problem ?? (printed.failure && patternProblem(printed.failure, trans));
    const runs = toRuns(
      this._names,
      this._jobs,
      this._values.found,
      printed.values,
      trans
    );
    this._columns = columnsOf(runs, {
      trans,
      locale,
      cost: ({ job }) => (job ? cost(job) : null),
      now: Date.now()
    });
    this._set({ phase: 'ready', value: runs, at: Date.now() });
  }

  private readonly _values: RecordedValues;
  private readonly _printed = new PrintedNumbers(() => this.recompute());
  private readonly _jobs = new Map<string, INotebookJob>();
  private readonly _gone = new Set<string>();
  private _names: readonly string[] = [];
  private _columns: readonly IRunColumn[] = [];
  private _view = NEW_VIEW;
  private _isViewLoaded = false;
  private _patternProblem: string | null = null;
  private _reading: Promise<void> | null = null;
  private _valuesError: StudioError | null = null;
}

export namespace ComparisonModel {
  export interface IOptions {
    source: JobsOf;
    sweeps: ISweepsApi;
    jobs: IJobsApi;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    store: StudioStore;
    trans: TranslationBundle;
    locale?: string;
    /** US dollars a job has cost so far, or null where that isn't known. */
    cost: (job: INotebookJob) => number | null;
  }
}
