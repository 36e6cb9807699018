/** Schedules in plain words. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISchedule } from '../tokens';
import type { DayRule, ICron } from './cron';
import type { RateUnit } from './runs';
import { readExpression } from './runs';
import type { IWallTime } from './zone';
import { momentsOf, zoneName } from './zone';

/** More times of day than these are counted, not listed. */
const MAX_TIMES = 4;

/** A schedule as a sentence, e.g. "Every Monday at 09:00 (Europe/Lisbon)". */
export function describeSchedule(
  schedule: ISchedule,
  trans: TranslationBundle,
  locale?: string
): string {
  const expression = readExpression(schedule.expression);
  if (!expression) {
    return trans.__('As %1 says', schedule.expression);
  }
  const zone = schedule.timeZone;
  switch (expression.kind) {
    case 'rate':
      return describeRate(expression.value, expression.unit, trans);
    case 'at': {
      const { wall } = expression;
      return trans.__(
        'Once, on %1 at %2 (%3)',
        dateWords(wall, locale),
        clock(wall.hour, wall.minute),
        zone
      );
    }
    case 'cron': {
      const words = describeCron(expression.cron, trans, locale);
      return trans.__('%1 (%2)', words, zone);
    }
  }
}

function describeRate(
  value: number,
  unit: RateUnit,
  trans: TranslationBundle
): string {
  switch (unit) {
    case 'minute':
      return trans._n('Every minute', 'Every %1 minutes', value);
    case 'hour':
      return trans._n('Every hour', 'Every %1 hours', value);
    case 'day':
      return trans._n('Every 24 hours', 'Every %1 days', value);
  }
}

/** A cron expression as a sentence, without its time zone. */
export function describeCron(
  cron: ICron,
  trans: TranslationBundle,
  locale?: string
): string {
  const parts = [
    `${dayWords(cron.day, trans, locale)} ${timeWords(cron, trans, locale)}`
  ];
  if (cron.months.length < 12) {
    const names = cron.months.map(month => monthName(month, locale));
    parts.push(trans.__('in %1', list(names, locale)));
  }
  if (cron.years) {
    parts.push(
      trans.__(
        'in %1',
        list(cron.years.slice(0, 5).map(String), locale) +
          (cron.years.length > 5 ? '…' : '')
      )
    );
  }
  return parts.join(', ');
}

function dayWords(
  rule: DayRule,
  trans: TranslationBundle,
  locale?: string
): string {
  switch (rule.kind) {
    case 'every':
      return trans.__('Every day');
    case 'days':
      return trans._n(
        'On day %2 of the month',
        'On days %2 of the month',
        rule.days.length,
        list(rule.days.map(String), locale)
      );
    case 'last-day':
      return trans.__('On the last day of the month');
    case 'last-workday':
      return trans.__('On the last weekday (Monday to Friday) of the month');
    case 'nearest-workday':
      return trans.__(
        'On the weekday (Monday to Friday) nearest to day %1 of the month',
        rule.day
      );
    case 'weekdays':
      return rule.weekdays.join() === '1,2,3,4,5'
        ? trans.__('Monday to Friday')
        : trans.__(
            'Every %1',
            list(
              rule.weekdays.map(day => weekdayName(day, locale)),
              locale
            )
          );
    case 'nth':
      return trans.__(
        'On the %1 %2 of the month',
        ordinal(rule.nth, trans),
        weekdayName(rule.weekday, locale)
      );
    case 'last':
      return trans.__(
        'On the last %1 of the month',
        weekdayName(rule.weekday, locale)
      );
  }
}

function timeWords(
  cron: ICron,
  trans: TranslationBundle,
  locale?: string
): string {
  const { minutes, hours } = cron;
  const step = stepOf(minutes, 60);
  if (hours.length === 24) {
    if (step !== null) {
      return step === 1
        ? trans.__('every minute')
        : trans.__('every %1 minutes', step);
    }
    return minutes.length <= MAX_TIMES
      ? trans.__('every hour at minute %1', list(minutes.map(String), locale))
      : trans.__('%1 times an hour', minutes.length);
  }
  if (hours.length * minutes.length <= MAX_TIMES) {
    const times = hours.flatMap(hour =>
      minutes.map(minute => clock(hour, minute))
    );
    return trans.__('at %1', list(times, locale));
  }
  const isSpan = hours[hours.length - 1] - hours[0] === hours.length - 1;
  const inHours = isSpan
    ? trans.__(
        'from %1 to %2',
        clock(hours[0], minutes[0]),
        clock(hours[hours.length - 1], minutes[minutes.length - 1])
      )
    : trans.__(
        'in the hours %1',
        list(
          hours.map(hour => clock(hour, 0)),
          locale
        )
      );
  const often =
    minutes.length === 1
      ? isSpan
        ? trans.__('every hour')
        : trans.__('at minute %1', minutes[0])
      : step !== null
        ? step === 1
          ? trans.__('every minute')
          : trans.__('every %1 minutes', step)
        : trans.__('%1 times an hour', minutes.length);
  return trans.__('%1, %2', often, inHours);
}

/** The step of values that begin at 0 and fill a whole evenly, else null. */
function stepOf(values: number[], whole: number): number | null {
  const step = values.length > 1 ? values[1] - values[0] : whole;
  const isEven = values.every((value, index) => value === index * step);
  return isEven && values.length * step === whole && values.length > 1
    ? step
    : null;
}

/** The words for the nth weekday of a month. */
export function ordinal(nth: number, trans: TranslationBundle): string {
  return [
    trans.__('first'),
    trans.__('second'),
    trans.__('third'),
    trans.__('fourth'),
    trans.__('fifth')
  ][nth - 1];
}

/** A weekday's name, 0 for Sunday. */
export function weekdayName(
  day: number,
  locale?: string,
  style: 'long' | 'short' = 'long'
): string {
  // 4 January 1970 was a Sunday.
  return named({ weekday: style }, Date.UTC(1970, 0, 4 + day), locale);
}

/** A month's name, 1 for January. */
export function monthName(month: number, locale?: string): string {
  return named({ month: 'long' }, Date.UTC(1970, month - 1, 1), locale);
}

/** A date in words. */
export function dateWords(
  date: { year: number; month: number; day: number },
  locale?: string
): string {
  return named(
    { dateStyle: 'full' },
    Date.UTC(date.year, date.month - 1, date.day),
    locale
  );
}

/** `09:05`. */
export function clock(hour: number, minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hour)}:${two(minute)}`;
}

/** A moment as a zone's clock shows it, with what the clock is called there. */
export function momentWords(at: number, zone: string, locale?: string): string {
  return `${named(
    {
      weekday: 'short',
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23'
    },
    at,
    locale,
    zone
  )} ${zoneName(zone, at)}`;
}

/** Words in a row: "a, b and c". */
export function list(words: string[], locale?: string): string {
  return new Intl.ListFormat(tag(locale), { type: 'conjunction' }).format(
    words
  );
}

function named(
  options: Intl.DateTimeFormatOptions,
  at: number,
  locale?: string,
  timeZone = 'UTC'
): string {
  return new Intl.DateTimeFormat(tag(locale), { ...options, timeZone }).format(
    at
  );
}

/** JupyterLab writes locales as `de_DE` and may say `default`. */
function tag(locale: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(
      locale && locale !== 'default' ? locale.replace(/_/g, '-') : []
    )[0];
  } catch {
    return undefined;
  }
}

/** Whether a wall time exists in a zone, and whether twice. */
export function clockFate(
  zone: string,
  wall: IWallTime
): 'missing' | 'twice' | 'once' {
  const moments = momentsOf(zone, wall);
  return moments.length === 0
    ? 'missing'
    : moments.length > 1
      ? 'twice'
      : 'once';
}
