import type { TranslationBundle } from '@jupyterlab/translation';

import { isEnded } from '../components/taskNotification';
import { toStudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import { hasEnded } from '../jobs/tracker';
import { OWN_TAGS } from '../tokens';
import type {
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  ISweepsApi,
  ITask,
  ITaskClient
} from '../tokens';
import type { ISweepNote, SweepNotes } from './notes';
import type { ISweepRow } from './rows';
import { toRows } from './rows';

/** What is stopped where the whole is. */
export interface IStopping {
  running: number;
  toCome: number;
}

/** One sweep as a whole: its jobs from its task and, for all time, from their tags. */
export class SweepModel extends WatchedModel<readonly ISweepRow[]> {
  constructor(private readonly _options: SweepModel.IOptions) {
    super(_options.watcher, `sweep:${_options.id}`);
    _options.tasks.taskChanged.connect(this._onTask, this);
  }

  get id(): string {
    return this._options.id;
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

  protected async _poll(): Promise<void> {
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

  /** What has ended changes no more. */
  protected override _isWanted(): boolean {
    return this._isSeen() && this._state.phase !== 'ready';
  }

  protected override _isTracked(): boolean {
    return this._isSeen() && !this.hasEnded;
  }

  private _jobs: readonly INotebookJob[] = [];
  private _task: ITask | undefined;
  private _note: ISweepNote | undefined;
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
