import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { taskError } from '../components/taskNotification';
import { isJobMissing, toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import type { Loadable } from '../core/loadable';
import { isFresh, latest } from '../core/loadable';
import type { StudioStore } from '../core/store';
import { Viewers } from '../core/viewers';
import { driverOutputName, parseS3Uri } from '../jobs/outputs';
import { hasEnded } from '../jobs/tracker';
import { OWN_TAGS } from '../tokens';
import type {
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  ISweepsApi,
  ITaskClient,
  IWatchHandle,
  JobsOf
} from '../tokens';
import type { IRunColumn } from './columns';
import { columnsOf } from './columns';
import { readPattern } from './printed';
import type { IRecorded, IRun } from './runs';
import { toRuns } from './runs';
import type { IComparisonView } from './view';
import { NEW_VIEW, readView } from './view';

/** Outputs a task reads at most. */
const OUTPUTS_A_TASK = 100;
/** Milliseconds after which a tab shown again reads again. */
const STALE = 5000;

/** Several runs side by side: their parameters, how they went, and what they recorded. */
export class ComparisonModel implements IDisposable {
  constructor(options: ComparisonModel.IOptions) {
    this._options = options;
    this.source = options.source;
    this._watch = options.watcher.subscribe({
      key: `comparison:${UUID.uuid4()}`,
      poll: () => this._poll(),
      isVisible: () => this._isSeen() && this._state.phase !== 'ready',
      isTracked: () => this._isSeen() && this.runs.some(Private.isUnfinished)
    });
  }

  readonly source: JobsOf;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the jobs could be read. */
  get state(): Loadable<readonly IRun[]> {
    return this._state;
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

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._abort.abort();
      this._watch.dispose();
      Signal.clearData(this);
    }
  }

  addViewer(isVisible: () => boolean): IDisposable {
    return this._viewers.add({ isVisible });
  }

  /** Read jobs and missing values now; failures show in the state. */
  async refresh(): Promise<void> {
    this._valuesError = null;
    await this._watch.refresh();
  }

  async refreshIfStale(): Promise<void> {
    if (!isFresh(this._state, STALE)) {
      await this.refresh();
    }
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

  private async _poll(): Promise<void> {
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
    this._changed.emit();
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
    const missing = this._names.flatMap(name => {
      const job = this._jobs.get(name);
      const place = job && parseS3Uri(job.outputUri);
      return job && place && hasEnded(job) && !this._recorded.has(name)
        ? [
            {
              name,
              ...place,
              notebook: driverOutputName(job.outputNotebookName)
            }
          ]
        : [];
    });
    for (let at = 0; at < missing.length; at += OUTPUTS_A_TASK) {
      const outputs = missing.slice(at, at + OUTPUTS_A_TASK);
      try {
        await this._readOutputs(outputs);
      } catch (thrown) {
        this._valuesError = toStudioError(thrown);
        return;
      }
      this._compute();
    }
  }

  private async _readOutputs(outputs: Private.IOutput[]): Promise<void> {
    const { tasks, trans } = this._options;
    const started = await tasks.start({
      kind: 'results',
      clientToken: `results-${UUID.uuid4()}`,
      title: trans.__('Reading recorded values'),
      spec: { outputs }
    });
    const cancel = () => {
      // Nobody waits for it any more; the server ends it by itself if it isn't told.
      tasks.cancel(started.id).catch(() => undefined);
    };
    this._abort.signal.addEventListener('abort', cancel);
    try {
      const task = await tasks.follow(started.id);
      await tasks.forget(task.id).catch(() => undefined);
      if (task.state !== 'succeeded') {
        throw taskError(task);
      }
      const runs = (task.result?.runs ?? {}) as Record<string, IRecorded>;
      for (const { name } of outputs) {
        this._recorded.set(
          name,
          runs[name] ?? {
            values: {},
            texts: [],
            problem: trans.__('Its output was not read.')
          }
        );
      }
    } finally {
      this._abort.signal.removeEventListener('abort', cancel);
    }
  }

  private _compute(): void {
    const { trans, locale, cost } = this._options;
    const { pattern, problem } = readPattern(this._view.pattern, trans);
    this._patternProblem = problem;
    const runs = toRuns(
      this._names,
      this._jobs,
      this._recorded,
      pattern,
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

  private _isSeen(): boolean {
    return !this._isDisposed && this._viewers.visible.length > 0;
  }

  private _set(state: Loadable<readonly IRun[]>): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private readonly _options: ComparisonModel.IOptions;
  private readonly _watch: IWatchHandle;
  private readonly _viewers = new Viewers();
  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _jobs = new Map<string, INotebookJob>();
  private readonly _recorded = new Map<string, IRecorded>();
  private readonly _gone = new Set<string>();
  private _names: readonly string[] = [];
  private _columns: readonly IRunColumn[] = [];
  private _state: Loadable<readonly IRun[]> = { phase: 'idle' };
  private _view = NEW_VIEW;
  private _isViewLoaded = false;
  private _patternProblem: string | null = null;
  private _reading: Promise<void> | null = null;
  private _valuesError: StudioError | null = null;
  private _isDisposed = false;
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

namespace Private {
  /** Where the values of one run are. */
  export interface IOutput {
    name: string;
    bucket: string;
    key: string;
    /** File name inside the archive. */
    notebook: string;
  }

  export function isUnfinished({ job }: IRun): boolean {
    return job !== undefined && !hasEnded(job);
  }
}
