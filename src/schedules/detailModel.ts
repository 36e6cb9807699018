import { StudioError, toStudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type {
  IJobDefinitionDetails,
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  ISchedule,
  ISchedulesApi,
  ITrigger,
  Known
} from '../tokens';
import type { IMonth } from './calendar';
import { calendarOf, keyOf, shiftMonth } from './calendar';
import type { ICalendarDay } from './calendar';
import type { INotebookFiles, NotebookState } from './notebookFile';
import { typicalDuration } from './overlap';
import { isZone, momentsOf, ownZone, wallTime } from './zone';

/** Jobs read for one month at most: a run a minute makes 44,640. */
const MAX_JOBS = 2000;

/** One definition: what it says, its schedule, the runs of a month. */
export class DefinitionModel extends WatchedModel<IJobDefinitionDetails> {
  constructor(private readonly _options: DefinitionModel.IOptions) {
    super(_options.watcher, `job-definition-${_options.id}`);
    const now = wallTime(this.timeZone, Date.now());
    this._month = { year: now.year, month: now.month };
    this._day = keyOf(now);
  }

  get id(): string {
    return this._options.id;
  }

  /** Whose days the calendar has: the schedule's, as its runs are planned by them. */
  get timeZone(): string {
    const zone = this._trigger?.value?.schedule.timeZone ?? '';
    return isZone(zone) ? zone : ownZone();
  }

  get definition(): IJobDefinitionDetails | undefined {
    return latest(this._state);
  }

  /** Whether it was deleted, here or elsewhere. */
  get isGone(): boolean {
    return (
      this._state.phase === 'failed' &&
      this._state.error.code === 'DefinitionMissing'
    );
  }

  /** Its schedule; undefined until it was read. */
  get trigger(): Known<ITrigger | null> | undefined {
    return this._trigger;
  }

  /** When it will run; null while it is paused or has no schedule. */
  get schedule(): ISchedule | null {
    const found = this._trigger?.value;
    return found?.isEnabled && found.hasTarget ? found.schedule : null;
  }

  get jobs(): readonly INotebookJob[] {
    return this._jobs;
  }

  /** Why its runs can't be read, or null. */
  get jobsError(): StudioError | null {
    return this._jobsError;
  }

  /** How long its runs take, milliseconds; undefined where none is known. */
  get typicalDuration(): number | undefined {
    const name = this.definition?.job?.notebookName;
    return name === undefined ? undefined : typicalDuration(this._jobs, name);
  }

  /** Whether there were more runs in the month than are read. */
  get hasMoreJobs(): boolean {
    return this._hasMoreJobs;
  }

  /** Whether the notebook is still what was scheduled. */
  get notebook(): NotebookState | undefined {
    return this._notebook;
  }

  get month(): IMonth {
    return this._month;
  }

  /** The chosen day, `yyyy-mm-dd`. */
  get day(): string {
    return this._day;
  }

  get weeks(): ICalendarDay[][] {
    return calendarOf({
      month: this._month,
      jobs: this._jobs,
      schedule: this.schedule,
      since: this._trigger?.value?.changedAt?.getTime(),
      timeZone: this.timeZone,
      now: Date.now()
    });
  }

  /** Show the month a number of months away. */
  turn(by: number): void {
    this._month = shiftMonth(this._month, by);
    this._day = `${keyOf({ ...this._month, day: 1 })}`;
    this._emit();
    void this._readJobs();
  }

  /** Choose a day; one of a neighbouring month turns to it. */
  choose(day: { year: number; month: number; day: number }): void {
    this._day = keyOf(day);
    if (day.month !== this._month.month || day.year !== this._month.year) {
      this._month = { year: day.year, month: day.month };
      void this._readJobs();
    }
    this._emit();
  }

  /** Say that it was deleted. */
  drop(): void {
    this._set({
      phase: 'failed',
      error: new StudioError({ code: 'DefinitionMissing', message: this.id })
    });
  }

  protected async _poll(): Promise<void> {
    const { api, id } = this._options;
    this._set({ phase: 'loading', previous: latest(this._state) });
    try {
      const [definition] = await Promise.all([
        api.describe(id),
        api.trigger(id).then(found => {
          this._trigger = found;
        }),
        this._readJobs()
      ]);
      this._set({ phase: 'ready', value: definition, at: Date.now() });
      this._notebook = await this._options.notebooks.compare(definition);
      this._emit();
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous: latest(this._state) });
      if (!this.isGone) {
        throw error;
      }
    }
  }

  /** The runs since the month shown began. */
  private async _readJobs(): Promise<void> {
    const { jobs: api, id } = this._options;
    const asked = this._month;
    const [begin = 0] = momentsOf(this.timeZone, {
      ...shiftMonth(asked, 0),
      day: 1,
      hour: 0,
      minute: 0
    });
    const found: INotebookJob[] = [];
    let nextToken: string | undefined;
    try {
      do {
        const page = await api.list({
          definitionId: id,
          scope: 'domain',
          nextToken
        });
        found.push(...page.jobs);
        nextToken = page.nextToken;
      } while (
        nextToken &&
        found.length < MAX_JOBS &&
        found[found.length - 1].createdAt.getTime() >= begin - 7 * 86_400_000
      );
      this._jobsError = null;
      if (asked === this._month) {
        this._jobs = found;
        this._hasMoreJobs = !!nextToken && found.length >= MAX_JOBS;
      }
    } catch (thrown) {
      this._jobsError = toStudioError(thrown);
    }
    this._emit();
  }

  protected override _isWanted(): boolean {
    return !this.isGone && this._isSeen();
  }

  private _trigger: Known<ITrigger | null> | undefined;
  private _jobs: INotebookJob[] = [];
  private _jobsError: StudioError | null = null;
  private _hasMoreJobs = false;
  private _notebook: NotebookState | undefined;
  private _month: IMonth;
  private _day: string;
}

export namespace DefinitionModel {
  export interface IOptions {
    id: string;
    api: ISchedulesApi;
    jobs: Pick<IJobsApi, 'list'>;
    notebooks: INotebookFiles;
    watcher: IResourceWatcher;
  }
}
