import { Poll } from '@lumino/polling';

import { pause } from '../components/slices';
import { toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type { IJobsApi, INotebookJob, IResourceWatcher } from '../tokens';
import type { JobsModel } from './model';
import { appendLog } from './progress';
import type { IJobLog } from './progress';
import type { ISubmission, Submissions } from './submissions';
import { hasEnded } from './tracker';
import { Utilisation } from './utilisation';

/** Milliseconds between two looks at the log of a running job. */
const LOG_INTERVAL = 2000;

/** One job: its description and its log, kept up to date while somebody looks. */
export class JobDetailModel extends WatchedModel<INotebookJob> {
  constructor(options: JobDetailModel.IOptions) {
    super(options.watcher, `notebook-job:${options.name}`);
    this.name = options.name;
    this._api = options.api;
    this._jobs = options.jobs;
    const known = this._jobs.find(this.name);
    if (known) {
      this._state = { phase: 'loading', previous: known };
    }
    this._logPoll = new Poll({
      auto: false,
      name: `jupyterlab-sagemaker-studio:log:${this.name}`,
      factory: () => this._readLog(),
      frequency: {
        interval: options.logInterval ?? LOG_INTERVAL,
        backoff: true,
        max: 60_000
      },
      standby: () => !this._isSeen() || this._isLogRead
    });
    this.utilisation = new Utilisation({
      name: this.name,
      api: this._api,
      watcher: options.watcher,
      job: () => this.job,
      isVisible: () => this._isSeen()
    });
    this._jobs.submissions.changed.connect(this._onSubmission, this);
    void this._logPoll.start();
  }

  /** Name of the training job. */
  readonly name: string;
  /** What it uses of its instance. */
  readonly utilisation: Utilisation;

  get job(): INotebookJob | undefined {
    return latest(this._state);
  }

  /** The submission while there is no job yet. */
  get submission(): ISubmission | undefined {
    return this.job ? undefined : this._jobs.submissions.get(this.name);
  }

  get log(): IJobLog {
    return this._log;
  }

  /** Whether there is nothing more to read of the log. */
  get isLogComplete(): boolean {
    return this._isLogRead;
  }

  /** Why the log can't be read, or null. */
  get logError(): StudioError | null {
    return this._logError;
  }

  override dispose(): void {
    super.dispose();
    this.utilisation.dispose();
    this._logPoll.dispose();
  }

  /** Read description and log now; failures show in the state. */
  override async refresh(): Promise<void> {
    await super.refresh();
    await this.refreshLog();
  }

  /** Read what may have changed. */
  override async refreshIfStale(): Promise<void> {
    if (!this._hasEnded()) {
      await Promise.all([this._watch.refresh(), this._logPoll.refresh()]);
    }
  }

  /** Read the log now. */
  async refreshLog(): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    this._isLogRead = false;
    // The reason of a failure is kept in `logError`.
    await this._readLog().catch(() => undefined);
  }

  /** The other jobs in the list, to compare with; see {@link readOthers}. */
  get others(): INotebookJob[] {
    return this._jobs.jobs.filter(({ name }) => name !== this.name);
  }

  /** Have the other jobs listed. */
  readOthers(): void {
    this._jobs.changed.connect(this._onOthers, this);
    if (this._jobs.state.phase === 'idle') {
      void this._jobs.refresh();
    }
  }

  /**
   * Read another job whole.
   *
   * @throws StudioError - AWS's.
   */
  describeOther(name: string): Promise<INotebookJob> {
    return this._api.describe(name, this._abort.signal);
  }

  protected async _poll(): Promise<void> {
    if (this._jobs.submissions.get(this.name)) {
      return;
    }
    this._set({ phase: 'loading', previous: this.job });
    try {
      const job = await this._api.describe(this.name, this._abort.signal);
      this._set({ phase: 'ready', value: job, at: Date.now() });
      if (!this.isDisposed) {
        this._jobs.put(job);
      }
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous: this.job });
      throw error;
    }
  }

  /** Read what is new of the log; one reading at a time. */
  private _readLog(): Promise<void> {
    return (this._reading ??= this._readNewLines().finally(() => {
      this._reading = null;
    }));
  }

  private async _readNewLines(): Promise<void> {
    const job = this.job;
    if (!job || !this._isSeen() || !Private.hasBegun(job)) {
      return;
    }
    // What is read after the end was known is all there is.
    const isLast = hasEnded(job);
    try {
      let more = true;
      while (more) {
        const page = await this._api.logs(
          this.name,
          { nextToken: this._logToken },
          this._abort.signal
        );
        // A page of a long log takes a frame to be read, and another one to be shown.
        await pause();
        if (this.isDisposed) {
          return;
        }
        this._logToken = page.nextToken ?? this._logToken;
        this._logError = null;
        more = page.more === true;
        if (page.lines.length > 0) {
          this._log = appendLog(this._log, page.lines);
        }
        this._emit();
      }
      this._isLogRead = isLast && this._isSettled(job);
      this._emit();
    } catch (thrown) {
      if (!this.isDisposed) {
        this._logError = toStudioError(thrown);
        this._emit();
      }
      throw thrown;
    }
  }

  /** CloudWatch delivers a job's last lines a few seconds after its end. */
  private _isSettled(job: INotebookJob): boolean {
    return !job.endedAt || Date.now() - job.endedAt.getTime() > 15_000;
  }

  private _onOthers(): void {
    if (this._isSeen()) {
      this._emit();
    }
  }

  private _onSubmission(_: Submissions, item: ISubmission): void {
    if (item.name === this.name) {
      this._emit();
      if (item.task.state === 'succeeded') {
        void this.refresh();
      }
    }
  }

  /** Until the description was read from AWS. */
  protected override _isWanted(): boolean {
    return this._isSeen() && this._state.phase !== 'ready';
  }

  protected override _isTracked(): boolean {
    return this._isSeen() && !this._hasEnded();
  }

  private _hasEnded(): boolean {
    return this._state.phase === 'ready'
      ? hasEnded(this._state.value)
      : this._state.phase === 'failed'
        ? // A failed read is not the end of a job that was running.
          !this.job || hasEnded(this.job)
        : false;
  }

  private readonly _api: IJobsApi;
  private readonly _jobs: JobsModel;
  private readonly _logPoll: Poll<void>;
  private _log: IJobLog = { lines: [], progress: null };
  private _logToken: string | undefined;
  private _logError: StudioError | null = null;
  private _isLogRead = false;
  private _reading: Promise<void> | null = null;
}

namespace Private {
  /** Whether there can be a log: before the notebook starts, asking for it is an error. */
  export function hasBegun(job: INotebookJob): boolean {
    return (
      hasEnded(job) ||
      job.transitions.some(transition => transition.status === 'Training') ||
      !/^(|Starting|Pending|Launching\w*|Preparing\w*|Downloading\w*)$/.test(
        job.secondaryStatus
      )
    );
  }
}

export namespace JobDetailModel {
  export interface IOptions {
    /** Name of the training job. */
    name: string;
    api: IJobsApi;
    jobs: JobsModel;
    watcher: IResourceWatcher;
    /** Milliseconds between two looks at the log. */
    logInterval?: number;
  }
}
