import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isEnded } from '../components/taskNotification';
import { toStudioError } from '../core/errors';
import type { Loadable } from '../core/loadable';
import { isFresh, latest } from '../core/loadable';
import { Viewers } from '../core/viewers';
import { hasEnded } from '../jobs/tracker';
import { OWN_TAGS } from '../tokens';
import type {
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  ISweepsApi,
  ITask,
  ITaskClient,
  IWatchHandle
} from '../tokens';
import type { ISweepNote, SweepNotes } from './notes';
import type { ISweepRow } from './rows';
import { toRows } from './rows';

/** Milliseconds after which a tab shown again reads again. */
const STALE = 5000;

/** What is stopped where the whole is. */
export interface IStopping {
  running: number;
  toCome: number;
}

/** One sweep as a whole: its jobs from its task and, for all time, from their tags. */
export class SweepModel implements IDisposable {
  constructor(options: SweepModel.IOptions) {
    this._options = options;
    this.id = options.id;
    this._watch = options.watcher.subscribe({
      key: `sweep:${this.id}`,
      poll: () => this._poll(),
      isVisible: () => this._isSeen() && this._state.phase !== 'ready',
      isTracked: () => this._isSeen() && !this.hasEnded
    });
    options.tasks.taskChanged.connect(this._onTask, this);
  }

  readonly id: string;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loadable<readonly ISweepRow[]> {
    return this._state;
  }

  get rows(): readonly ISweepRow[] {
    return latest(this._state) ?? [];
  }

  /** The server's task as long as there is one. */
  get task(): ITask | undefined {
    return this._task;
  }

  get title(): string {
    const [job] = this._jobs;
    return this._note?.displayName ?? job?.tags[OWN_TAGS.sweepName] ?? this.id;
  }

  /** How the jobs were drawn, e.g. `10 of 24 seed 42`; none for a whole grid. */
  get sample(): string | undefined {
    return this._jobs[0]?.tags[OWN_TAGS.sweepSample];
  }

  get concurrency(): number | undefined {
    return this._note?.concurrency;
  }

  /** Whether nothing more will happen. */
  get hasEnded(): boolean {
    return (
      this._state.phase === 'ready' &&
      (!this._task || isEnded(this._task)) &&
      this._jobs.every(hasEnded)
    );
  }

  /** What *Stop* would end now. */
  get stopping(): IStopping {
    const count = (state: ISweepRow['state']) =>
      this.rows.filter(row => row.state === state).length;
    return { running: count('running'), toCome: count('to-come') };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._abort.abort();
      this._watch.dispose();
      this._options.tasks.taskChanged.disconnect(this._onTask, this);
      Signal.clearData(this);
    }
  }

  addViewer(isVisible: () => boolean): IDisposable {
    return this._viewers.add({ isVisible });
  }

  /** Read the jobs now; failures show in the state. */
  async refresh(): Promise<void> {
    await this._watch.refresh();
  }

  async refreshIfStale(): Promise<void> {
    if (!isFresh(this._state, STALE)) {
      await this.refresh();
    }
  }

  /**
   * Create no more jobs and stop those that run.
   *
   * Where another server carries the sweep out, what it still creates runs on until that is
   * stopped, too.
   *
   * @throws StudioError - the first of those jobs that could not be stopped.
   */
  async stop(): Promise<void> {
    const { tasks, jobs } = this._options;
    if (this._task && !isEnded(this._task)) {
      await tasks.cancel(this._task.id);
      return;
    }
    let failure: unknown;
    for (const job of this._jobs.filter(each => each.status === 'InProgress')) {
      try {
        await jobs.stop(job.name);
      } catch (thrown) {
        failure ??= thrown;
      }
    }
    await this.refresh();
    if (failure) {
      throw toStudioError(failure);
    }
  }

  private async _poll(): Promise<void> {
    const { sweeps, tasks, notes } = this._options;
    this._set({ phase: 'loading', previous: latest(this._state) });
    try {
      this._note ??= await notes.load(this.id);
      if (!this._task) {
        const all = await tasks.list();
        this._task = all.find(
          task => task.kind === 'sweep' && task.clientToken === this.id
        );
      }
      this._jobs = await sweeps.jobs({ sweep: this.id }, this._abort.signal);
      this._compute();
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous: latest(this._state) });
      throw error;
    }
  }

  private _onTask(_: ITaskClient, task: ITask): void {
    if (task.kind === 'sweep' && task.clientToken === this.id) {
      this._task = task;
      if (this._state.phase === 'ready') {
        this._compute();
      }
    }
  }

  private _compute(): void {
    const { trans } = this._options;
    const rows = toRows(this._note, this._task, this._jobs, trans);
    this._set({ phase: 'ready', value: rows, at: Date.now() });
  }

  private _isSeen(): boolean {
    return !this._isDisposed && this._viewers.visible.length > 0;
  }

  private _set(state: Loadable<readonly ISweepRow[]>): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private readonly _options: SweepModel.IOptions;
  private readonly _watch: IWatchHandle;
  private readonly _viewers = new Viewers();
  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<this, void>(this);
  private _state: Loadable<readonly ISweepRow[]> = { phase: 'idle' };
  private _jobs: readonly INotebookJob[] = [];
  private _task: ITask | undefined;
  private _note: ISweepNote | undefined;
  private _isDisposed = false;
}

export namespace SweepModel {
  export interface IOptions {
    /** Of the sweep; its tag's value. */
    id: string;
    sweeps: Pick<ISweepsApi, 'jobs'>;
    jobs: Pick<IJobsApi, 'stop'>;
    tasks: ITaskClient;
    notes: SweepNotes;
    watcher: IResourceWatcher;
    trans: TranslationBundle;
  }
}
