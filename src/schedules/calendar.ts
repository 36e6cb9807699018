/** The runs of a definition by day, for a month's calendar. Pure. */
import type { INotebookJob, ISchedule } from '../tokens';
import { daysInMonth, weekdayOf } from './cron';
import { runsOnDate } from './runs';
import { wallTime } from './zone';

/** How a run went; each has its own letter and colour. */
export type Outcome = 'completed' | 'failed' | 'stopped' | 'running';

export interface IMonth {
  year: number;
  /** 1–12. */
  month: number;
}

/** One day of a calendar. */
export interface ICalendarDay extends IMonth {
  day: number;
  /** Whether it belongs to the month shown, not to a neighbour. */
  isInMonth: boolean;
  isToday: boolean;
  /** Runs that were made, the oldest first. */
  jobs: INotebookJob[];
  /** How many are still to come. */
  planned: number;
}

/** The outcome of a job. */
export function outcomeOf(
  job: Pick<INotebookJob, 'status' | 'secondaryStatus'>
): Outcome {
  switch (job.status) {
    case 'Completed':
      return 'completed';
    case 'Failed':
      return 'failed';
    case 'Stopped':
      return job.secondaryStatus === 'MaxRuntimeExceeded'
        ? 'failed'
        : 'stopped';
    case 'InProgress':
    case 'Stopping':
      return 'running';
  }
}

/**
 * The weeks of a month, each of seven days.
 *
 * @param timeZone - whose days they are.
 * @param schedule - null where nothing is planned: it is paused, or there is none.
 * @param firstDay - of the week, 0 for Sunday.
 */
export function calendarOf(options: {
  month: IMonth;
  jobs: readonly INotebookJob[];
  schedule: ISchedule | null;
  since?: number;
  timeZone: string;
  now: number;
  firstDay?: number;
}): ICalendarDay[][] {
  const { month, jobs, schedule, since, timeZone, now } = options;
  const firstDay = options.firstDay ?? 1;
  const byDay = new Map<string, INotebookJob[]>();
  for (const job of [...jobs].sort((a, b) => +a.createdAt - +b.createdAt)) {
    const key = keyOf(wallTime(timeZone, job.createdAt.getTime()));
    byDay.set(key, [...(byDay.get(key) ?? []), job]);
  }
  const today = wallTime(timeZone, now);
  const before = (weekdayOf(month.year, month.month, 1) - firstDay + 7) % 7;
  const weeks = Math.ceil((before + daysInMonth(month.year, month.month)) / 7);
  const day = (index: number): ICalendarDay => {
    const date = new Date(
      Date.UTC(month.year, month.month - 1, 1 - before + index)
    );
    const at = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate()
    };
    const made = byDay.get(keyOf(at)) ?? [];
    const isToday = keyOf(at) === keyOf(today);
    const isAhead = keyOf(at) > keyOf(today);
    const planned =
      schedule && (isAhead || isToday)
        ? runsOnDate(schedule, at, since, isToday ? now : undefined)
        : 0;
    return {
      ...at,
      isInMonth: at.month === month.month,
      isToday,
      jobs: made,
      planned
    };
  };
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, index) => day(week * 7 + index))
  );
}

/** The month a number of months away. */
export function shiftMonth({ year, month }: IMonth, by: number): IMonth {
  const date = new Date(Date.UTC(year, month - 1 + by, 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** A date as a key that sorts. */
export function keyOf(date: IMonth & { day: number }): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.year}-${two(date.month)}-${two(date.day)}`;
}
