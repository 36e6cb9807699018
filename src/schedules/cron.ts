/**
 * EventBridge's cron expressions: `minutes hours day-of-month month day-of-week year`. Pure.
 *
 * Source: EventBridge Scheduler User Guide, "Schedule types", cron-based schedules; EventBridge User
 * Guide, "Cron expressions reference". Sunday is 1.
 */

/** Which days a schedule comes on; weekdays from 0, Sunday. */
export type DayRule =
  | { kind: 'every' }
  | { kind: 'days'; days: number[] }
  | { kind: 'last-day' }
  | { kind: 'last-workday' }
  | { kind: 'nearest-workday'; day: number }
  | { kind: 'weekdays'; weekdays: number[] }
  | { kind: 'nth'; weekday: number; nth: number }
  | { kind: 'last'; weekday: number };

/** A cron expression, taken apart; all lists are sorted. */
export interface ICron {
  minutes: number[];
  hours: number[];
  day: DayRule;
  months: number[];
  /** Undefined: every year. */
  years?: number[];
}

/** What is wrong with an expression, for people to be told in their language. */
export type CronProblem =
  | { kind: 'fields'; count: number }
  | { kind: 'days' }
  | { kind: 'value'; field: CronField; text: string }
  | { kind: 'range'; field: CronField; text: string }
  | { kind: 'step'; field: CronField; text: string }
  | { kind: 'weekday-step' }
  | { kind: 'single'; field: CronField; text: string };

/** The fields of an expression in their order. */
export const CRON_FIELDS = [
  'minutes',
  'hours',
  'day-of-month',
  'month',
  'day-of-week',
  'year'
] as const;
export type CronField = (typeof CRON_FIELDS)[number];

/** Thrown for a text that is no expression. */
export class CronError extends Error {
  constructor(readonly problem: CronProblem) {
    super(problem.kind);
  }
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** EventBridge's names of weekdays, Sunday first. */
export const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

interface IField {
  name: CronField;
  low: number;
  high: number;
  /** Names of the values from `low` on. */
  names?: string[];
}

/** What may stand in each field. */
export const FIELD: Record<CronField, IField> = {
  minutes: { name: 'minutes', low: 0, high: 59 },
  hours: { name: 'hours', low: 0, high: 23 },
  'day-of-month': { name: 'day-of-month', low: 1, high: 31 },
  month: { name: 'month', low: 1, high: 12, names: MONTHS },
  'day-of-week': { name: 'day-of-week', low: 1, high: 7, names: WEEKDAYS },
  year: { name: 'year', low: 1970, high: 2199 }
};

/**
 * Take a six-field expression apart.
 *
 * @param text - what stands between `cron(` and `)`.
 * @throws CronError
 */
export function parseCron(text: string): ICron {
  const fields = text.trim().toUpperCase().split(/\s+/).filter(Boolean);
  if (fields.length !== 6) {
    throw new CronError({ kind: 'fields', count: fields.length });
  }
  const [minutes, hours, days, months, weekdays, years] = fields;
  if ((days === '?') === (weekdays === '?')) {
    throw new CronError({ kind: 'days' });
  }
  return {
    minutes: valuesOf(minutes, FIELD.minutes),
    hours: valuesOf(hours, FIELD.hours),
    day: days === '?' ? weekdayRule(weekdays) : dayRule(days),
    months: valuesOf(months, FIELD.month),
    ...(years !== '*' && { years: valuesOf(years, FIELD.year) })
  };
}

/**
 * The values a field of lists, ranges and steps means, sorted.
 *
 * @throws CronError
 */
export function valuesOf(text: string, field: IField): number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [span, step, ...more] = part.split('/');
    const [first, last, ...rest] = span.split('-');
    if (more.length > 0 || rest.length > 0) {
      throw new CronError({ kind: 'value', field: field.name, text: part });
    }
    if (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0)) {
      throw new CronError({ kind: 'step', field: field.name, text: part });
    }
    const start = span === '*' ? field.low : numberOf(first, field);
    const isOpen = span === '*' || (step !== undefined && last === undefined);
    const end = isOpen
      ? field.high
      : last === undefined
        ? start
        : numberOf(last, field);
    if (start > end) {
      throw new CronError({ kind: 'range', field: field.name, text: part });
    }
    for (let value = start; value <= end; value += Number(step ?? 1)) {
      found.add(value);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** A number or a name as a number, within the field's bounds. */
export function numberOf(word: string, field: IField): number {
  const index = field.names?.indexOf(word.toUpperCase()) ?? -1;
  const value =
    index >= 0 ? field.low + index : /^\d+$/.test(word) ? Number(word) : NaN;
  if (!(value >= field.low && value <= field.high)) {
    throw new CronError({ kind: 'value', field: field.name, text: word });
  }
  return value;
}

function dayRule(text: string): DayRule {
  if (text === '*') {
    return { kind: 'every' };
  }
  if (text === 'L') {
    return { kind: 'last-day' };
  }
  if (text === 'LW') {
    return { kind: 'last-workday' };
  }
  const field = FIELD['day-of-month'];
  const nearest = /^(\d+)W$/.exec(text);
  if (nearest) {
    return { kind: 'nearest-workday', day: numberOf(nearest[1], field) };
  }
  refuseMixture(text, /[LW]/, field);
  const days = valuesOf(text, field);
  return days.length === 31 ? { kind: 'every' } : { kind: 'days', days };
}

function weekdayRule(text: string): DayRule {
  const field = FIELD['day-of-week'];
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth) {
    const weekday = numberOf(nth[1], field) - 1;
    return { kind: 'nth', weekday, nth: Number(nth[2]) };
  }
  if (text === 'L') {
    return { kind: 'weekdays', weekdays: [6] };
  }
  const last = /^(\w+)L$/.exec(text);
  if (last) {
    return { kind: 'last', weekday: numberOf(last[1], field) - 1 };
  }
  refuseMixture(text, /#|\dL/, field);
  if (text.includes('/')) {
    throw new CronError({ kind: 'weekday-step' });
  }
  const weekdays = valuesOf(text, field).map(day => day - 1);
  return weekdays.length === 7
    ? { kind: 'every' }
    : { kind: 'weekdays', weekdays };
}

/** `L`, `W` and `#` stand alone in their field. */
function refuseMixture(text: string, mark: RegExp, field: IField): void {
  if (text.includes(',') && mark.test(text)) {
    throw new CronError({ kind: 'single', field: field.name, text });
  }
}

/** Days of a month (1–12). */
export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The weekday of a date, 0 for Sunday. */
export function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** Whether an expression comes on a date. */
export function comesOn(
  cron: ICron,
  year: number,
  month: number,
  day: number
): boolean {
  return (
    (!cron.years || cron.years.includes(year)) &&
    cron.months.includes(month) &&
    isDay(cron.day, year, month, day)
  );
}

function isDay(
  rule: DayRule,
  year: number,
  month: number,
  day: number
): boolean {
  const length = daysInMonth(year, month);
  switch (rule.kind) {
    case 'every':
      return true;
    case 'days':
      return rule.days.includes(day);
    case 'last-day':
      return day === length;
    case 'last-workday':
      return day === nearestWorkday(year, month, length);
    case 'nearest-workday':
      return (
        rule.day <= length && day === nearestWorkday(year, month, rule.day)
      );
    case 'weekdays':
      return rule.weekdays.includes(weekdayOf(year, month, day));
    case 'nth':
      return (
        weekdayOf(year, month, day) === rule.weekday &&
        Math.ceil(day / 7) === rule.nth
      );
    case 'last':
      return weekdayOf(year, month, day) === rule.weekday && day > length - 7;
  }
}

/** Monday to Friday nearest to a day, without leaving the month. */
function nearestWorkday(year: number, month: number, day: number): number {
  switch (weekdayOf(year, month, day)) {
    case 6:
      return day > 1 ? day - 1 : day + 2;
    case 0:
      return day < daysInMonth(year, month) ? day + 1 : day - 2;
    default:
      return day;
  }
}
