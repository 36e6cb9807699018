import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { StudioStore } from '../core/store';
import type { INotebookJob } from '../tokens';

/** Whether nothing more will happen to a job. */
export function hasEnded(job: Pick<INotebookJob, 'status'>): boolean {
  switch (job.status) {
    case 'Completed':
    case 'Failed':
    case 'Stopped':
      return true;
    case 'InProgress':
    case 'Stopping':
      return false;
  }
}

/** A job that was stopped because its time was up; AWS reports it as stopped. */
export function hasTimedOut(
  job: Pick<INotebookJob, 'status' | 'secondaryStatus'>
): boolean {
  return (
    job.status === 'Stopped' && job.secondaryStatus === 'MaxRuntimeExceeded'
  );
}

/**
 * Remembers the jobs submitted here, across reloads, until their end was announced; announces also
 * the ends of jobs that come while this page is open, whoever started them.
 */
export class JobTracker {
  /** @param _openedAt - when this page was opened, milliseconds since the epoch. */
  constructor(
    store: StudioStore,
    private readonly _openedAt = Date.now()
  ) {
    this._store = store;
    this.ready = this._restore();
  }

  /** Settled once the jobs of an earlier session are known. */
  readonly ready: Promise<void>;

  /** Emitted once for each tracked job when it has ended, and for others that end meanwhile. */
  get ended(): ISignal<this, INotebookJob> {
    return this._ended;
  }

  /** Names of the jobs whose end is awaited. */
  get names(): ReadonlySet<string> {
    return this._names;
  }

  add(name: string): void {
    if (!this._names.has(name)) {
      this._names.add(name);
      this._save();
    }
  }

  delete(name: string): void {
    if (this._names.delete(name)) {
      this._save();
    }
  }

  /** Take in newly read jobs; announces those that have ended since. */
  update(jobs: Iterable<INotebookJob>): void {
    for (const job of jobs) {
      if (!hasEnded(job)) {
        this._running.add(job.name);
      } else if (this._isNews(job)) {
        this._told.add(job.name);
        this._running.delete(job.name);
        this.delete(job.name);
        this._ended.emit(job);
      }
    }
  }

  private _isNews(job: INotebookJob): boolean {
    return (
      !this._told.has(job.name) &&
      (this._names.has(job.name) ||
        this._running.has(job.name) ||
        (job.endedAt?.getTime() ?? 0) > this._openedAt)
    );
  }

  private async _restore(): Promise<void> {
    const names = await this._store.load<unknown>('tracked');
    if (Array.isArray(names)) {
      for (const name of names) {
        this._names.add(String(name));
      }
    }
  }

  private _save(): void {
    // In order, so that the last change is the one that stays.
    this._saving = this._saving.then(() =>
      this._store.save('tracked', [...this._names])
    );
  }

  private readonly _store: StudioStore;
  private readonly _names = new Set<string>();
  /** Jobs that were seen running here. */
  private readonly _running = new Set<string>();
  /** Jobs whose end was announced here. */
  private readonly _told = new Set<string>();
  private readonly _ended = new Signal<this, INotebookJob>(this);
  private _saving: Promise<void> = Promise.resolve();
}
