/** When a schedule runs. Pure. */
import type { ISchedule } from '../tokens';
import type { ICron } from './cron';
import { comesOn, parseCron } from './cron';
import type { IWallTime } from './zone';
import { momentsOf, wallNumber, wallTime } from './zone';

/** An expression of EventBridge, taken apart. */
export type Expression =
  | { kind: 'at'; wall: IWallTime }
  | { kind: 'rate'; value: number; unit: RateUnit; milliseconds: number }
  | { kind: 'cron'; cron: ICron; text: string };

export type RateUnit = 'minute' | 'hour' | 'day';

const UNIT: Record<RateUnit, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000
};
/** Every pattern that ever comes comes within these: 29 February on a given weekday takes longest. */
const DAYS_AHEAD = 366 * 41;
const DAY = UNIT.day;

/**
 * Take an expression apart: `at(…)`, `rate(…)` or `cron(…)`.
 *
 * @throws CronError, or Error for what is none of them.
 */
export function parseExpression(text: string): Expression {
  const at = /^at\((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d)?\)$/.exec(text);
  if (at) {
    const [year, month, day, hour, minute] = at.slice(1).map(Number);
    return { kind: 'at', wall: { year, month, day, hour, minute } };
  }
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text);
  if (rate && Number(rate[1]) > 0) {
    const [value, unit] = [Number(rate[1]), rate[2] as RateUnit];
    return { kind: 'rate', value, unit, milliseconds: value * UNIT[unit] };
  }
  const cron = /^cron\((.+)\)$/.exec(text);
  if (cron) {
    return { kind: 'cron', cron: parseCron(cron[1]), text: cron[1] };
  }
  throw new Error(`${text} is no schedule expression.`);
}

/** An expression taken apart, or null where it can't be read. */
export function readExpression(text: string): Expression | null {
  try {
    return parseExpression(text);
  } catch {
    return null;
  }
}

/**
 * The next runs of a schedule after a moment, milliseconds since the epoch.
 *
 * As EventBridge Scheduler documents it: a time the clock skips in spring does not happen, one that
 * comes twice in autumn runs once, and a rate counts hours, whatever clocks do.
 *
 * @param since - what a rate without a beginning counts from: when the schedule was made.
 */
export function nextRuns(
  schedule: ISchedule,
  after: number,
  count: number,
  since = after
): number[] {
  const expression = readExpression(schedule.expression);
  if (!expression) {
    return [];
  }
  const begin = schedule.start?.getTime() ?? -Infinity;
  const end = schedule.end?.getTime() ?? Infinity;
  switch (expression.kind) {
    case 'at': {
      const [moment] = momentsOf(schedule.timeZone, expression.wall);
      return moment > after ? [moment] : [];
    }
    case 'rate': {
      const { milliseconds } = expression;
      const base = schedule.start?.getTime() ?? since;
      const first = Math.max(0, Math.floor((after - base) / milliseconds) + 1);
      return Array.from(
        { length: count },
        (_, index) => base + (first + index) * milliseconds
      ).filter(moment => moment <= end);
    }
    case 'cron': {
      const runs: number[] = [];
      const from = Math.max(after, begin - 1);
      for (const moment of cronRuns(expression.cron, schedule.timeZone, from)) {
        if (moment > end || runs.length === count) {
          break;
        }
        runs.push(moment);
      }
      return runs.slice(0, count);
    }
  }
}

/** The moments of a cron expression after one, without end where it has none. */
function* cronRuns(
  cron: ICron,
  zone: string,
  after: number
): Generator<number> {
  const start = wallTime(zone, after);
  const today = Date.UTC(start.year, start.month - 1, start.day);
  const lastYear = cron.years?.[cron.years.length - 1] ?? Infinity;
  // An hour that comes twice shows times again that are before those already past.
  const passed = wallNumber(start) - 3 * UNIT.hour;
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead++) {
    const date = new Date(today + ahead * DAY);
    const [year, month, day] = [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate()
    ];
    if (year > lastYear) {
      return;
    }
    if (!comesOn(cron, year, month, day)) {
      continue;
    }
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = { year, month, day, hour, minute };
        if (wallNumber(wall) < passed) {
          continue;
        }
        const [moment] = momentsOf(zone, wall);
        if (moment > after) {
          yield moment;
        }
      }
    }
  }
}

/**
 * How many runs are planned on a date of the schedule's zone; clock changes are not counted.
 *
 * @param after - only runs after this moment count.
 */
export function runsOnDate(
  schedule: ISchedule,
  date: { year: number; month: number; day: number },
  since?: number,
  after = -Infinity
): number {
  const expression = readExpression(schedule.expression);
  if (!expression) {
    return 0;
  }
  const [begin] = momentsOf(schedule.timeZone, { ...date, hour: 0, minute: 0 });
  const midnight = begin ?? Date.UTC(date.year, date.month - 1, date.day);
  const to = midnight + DAY;
  const from = Math.max(midnight, after + 1);
  if (
    (schedule.end && schedule.end.getTime() < from) ||
    (schedule.start && schedule.start.getTime() >= to)
  ) {
    return 0;
  }
  switch (expression.kind) {
    case 'at': {
      const { year, month, day } = expression.wall;
      const isThen =
        year === date.year && month === date.month && day === date.day;
      return isThen && nextRuns(schedule, from - 1, 1).length > 0 ? 1 : 0;
    }
    case 'rate': {
      const { milliseconds } = expression;
      const base = schedule.start?.getTime() ?? since ?? from;
      const upTo = (moment: number) =>
        moment <= base ? 0 : Math.ceil((moment - base) / milliseconds);
      const end = schedule.end?.getTime() ?? Infinity;
      return Math.max(0, upTo(Math.min(to, end)) - upTo(from));
    }
    case 'cron': {
      const { cron } = expression;
      const { hours, minutes } = cron;
      if (!comesOn(cron, date.year, date.month, date.day)) {
        return 0;
      }
      if (after < midnight) {
        return hours.length * minutes.length;
      }
      const { hour, minute } = wallTime(schedule.timeZone, after);
      const later = hours.filter(each => each > hour).length * minutes.length;
      return hours.includes(hour)
        ? later + minutes.filter(each => each > minute).length
        : later;
    }
  }
}
