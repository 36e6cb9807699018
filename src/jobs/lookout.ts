import type { IDisposable } from '@lumino/disposable';

import type {
  IJobExpectations,
  INotebookJob,
  IResourceWatcher,
  IWatchHandle
} from '../tokens';
import type { JobsModel } from './model';
import { hasEnded } from './tracker';

const MINUTE = 60_000;

/** Milliseconds between two looks while a schedule may start a job. */
const SCHEDULED = 5 * MINUTE;

/**
 * Looks now and then for the ends of jobs that were not submitted here, while some are expected:
 * those seen running, and those of schedules.
 *
 * #### Notes
 * Nothing is asked while nothing is expected, while the page is hidden, or while a list is read
 * anyway.
 */
export class Lookout implements IDisposable {
  constructor(private readonly _options: Lookout.IOptions) {
    const { jobs, watcher } = _options;
    jobs.newestRead.connect(this._onRead, this);
    this._watch = watcher.subscribe({
      key: 'notebook-jobs-expected',
      poll: () => jobs.refresh(),
      isVisible: () => this._isDue(),
      isTracked: () => false
    });
  }

  get isDisposed(): boolean {
    return this._watch.isDisposed;
  }

  dispose(): void {
    this._options.jobs.newestRead.disconnect(this._onRead, this);
    this._watch.dispose();
  }

  private _onRead(_: JobsModel, jobs: ReadonlyArray<INotebookJob>): void {
    this._last = Date.now();
    this._isAnyRunning = jobs.some(job => !hasEnded(job));
  }

  /** The watcher asks once a second, and looks once a minute at most. */
  private _isDue(): boolean {
    const { expectations, isWanted } = this._options;
    const interval = this._isAnyRunning
      ? MINUTE
      : isWanted() && expectations.activeDefinitions.size > 0
        ? SCHEDULED
        : null;
    return interval !== null && Date.now() - this._last >= interval;
  }

  private readonly _watch: IWatchHandle;
  private _isAnyRunning = false;
  private _last = 0;
}

export namespace Lookout {
  export interface IOptions {
    /** The list of all of a person's own jobs. */
    jobs: JobsModel;
    watcher: IResourceWatcher;
    expectations: IJobExpectations;
    /** Whether the settings want ends of scheduled jobs looked for. */
    isWanted: () => boolean;
  }
}
