/** What clock changes do to a schedule. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISchedule } from '../tokens';
import type { ICron } from './cron';
import { comesOn } from './cron';
import { readExpression } from './runs';
import { clock, clockFate, dateWords } from './words';
import { clockChanges, wallNumber, wallTime } from './zone';
import type { IClockChange, IWallTime } from './zone';

/** How far ahead changes are looked for. */
const AHEAD = 366 * 86_400_000;
const MINUTE = 60_000;

/**
 * The days of the coming year on which the clock skips or repeats a time of a schedule, told in
 * sentences; none for rates, which count hours.
 */
export function clockNotes(
  schedule: ISchedule,
  now: number,
  trans: TranslationBundle,
  locale?: string
): string[] {
  const { timeZone } = schedule;
  const expression = readExpression(schedule.expression);
  if (expression?.kind === 'at') {
    const { wall } = expression;
    return clockFate(timeZone, wall) === 'twice'
      ? [
          trans.__(
            'On that day %1 comes twice in %2; the notebook runs the first time.',
            clock(wall.hour, wall.minute),
            timeZone
          )
        ]
      : [];
  }
  if (expression?.kind !== 'cron') {
    return [];
  }
  const from = Math.max(now, schedule.start?.getTime() ?? 0);
  const to = Math.min(now + AHEAD, schedule.end?.getTime() ?? Infinity);
  return clockChanges(timeZone, from, to).flatMap(change => {
    const [wall, ...more] = timesAt(expression.cron, timeZone, change);
    if (!wall) {
      return [];
    }
    const time =
      more.length > 0
        ? trans.__('%1 and %2 more', clock(wall.hour, wall.minute), more.length)
        : clock(wall.hour, wall.minute);
    const day = dateWords(wall, locale);
    return change.minutes > 0
      ? trans.__(
          'On %1 the clock skips %2: the notebook does not run then.',
          day,
          time
        )
      : trans.__(
          'On %1 the clock shows %2 twice: the notebook runs the first time only.',
          day,
          time
        );
  });
}

/** Times of an expression that a clock change skips or repeats. */
function timesAt(cron: ICron, zone: string, change: IClockChange): IWallTime[] {
  // The clock as it went on before the change: from there forward, or back to it.
  const before = wallTime(zone, change.at - MINUTE);
  const first =
    wallNumber(before) + MINUTE + Math.min(0, change.minutes) * MINUTE;
  const found: IWallTime[] = [];
  for (let offset = 0; offset < Math.abs(change.minutes); offset++) {
    const shown = new Date(first + offset * MINUTE);
    const wall = {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      hour: shown.getUTCHours(),
      minute: shown.getUTCMinutes()
    };
    if (
      cron.hours.includes(wall.hour) &&
      cron.minutes.includes(wall.minute) &&
      comesOn(cron, wall.year, wall.month, wall.day)
    ) {
      found.push(wall);
    }
  }
  return found;
}
