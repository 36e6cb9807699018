/** The form of a schedule: what it begins with, and the one that means a schedule. Pure. */
import type { ISchedule } from '../tokens';
import { readExpression } from './runs';
import { clock } from './words';
import { ownZone, wallTime } from './zone';

export type ScheduleKind =
  'once' | 'minutes' | 'hours' | 'days' | 'weekly' | 'monthly' | 'cron';

/** The form, as it is typed. */
export interface IScheduleForm {
  kind: ScheduleKind;
  /** How many minutes, hours or days. */
  every: string;
  /** `yyyy-mm-dd` of the one run. */
  date: string;
  /** `hh:mm` of the runs. */
  time: string;
  /** 0 is Sunday. */
  weekdays: number[];
  monthly: 'day' | 'last-day' | 'nth';
  dayOfMonth: string;
  /** `1` to `4`, or `last`. */
  nth: string;
  weekday: string;
  /** Five fields, or EventBridge's six. */
  cron: string;
  timeZone: string;
  /** `yyyy-mm-ddThh:mm` in the time zone, or nothing. */
  start: string;
  end: string;
}

/** What a form begins with: every day at nine, in the browser's time zone. */
export function newForm(now: number, timeZone = ownZone()): IScheduleForm {
  const today = wallTime(timeZone, now);
  return {
    kind: 'days',
    every: '1',
    date: dateText(wallTime(timeZone, now + 86_400_000)),
    time: '09:00',
    weekdays: [new Date(dateText(today)).getUTCDay()],
    monthly: 'day',
    dayOfMonth: '1',
    nth: '1',
    weekday: '1',
    cron: '0 9 * * MON-FRI',
    timeZone,
    start: '',
    end: ''
  };
}

/** The form that means a schedule, to edit it. */
export function formOfSchedule(
  schedule: ISchedule,
  now: number
): IScheduleForm {
  const { timeZone } = schedule;
  const moment = (date: Date | undefined) => {
    const wall = date && wallTime(timeZone, date.getTime());
    return wall ? `${dateText(wall)}T${clock(wall.hour, wall.minute)}` : '';
  };
  const form: IScheduleForm = {
    ...newForm(now, timeZone),
    start: moment(schedule.start),
    end: moment(schedule.end)
  };
  const expression = readExpression(schedule.expression);
  switch (expression?.kind) {
    case 'at': {
      const { wall } = expression;
      const time = clock(wall.hour, wall.minute);
      return { ...form, kind: 'once', date: dateText(wall), time };
    }
    case 'rate':
      // One day by rate is 24 hours, whatever the clock does.
      return expression.unit === 'day' && expression.value === 1
        ? { ...form, kind: 'hours', every: '24' }
        : {
            ...form,
            kind: `${expression.unit}s`,
            every: String(expression.value)
          };
    case 'cron':
      return { ...form, ...cronForm(expression.text) };
    default:
      return { ...form, kind: 'cron', cron: schedule.expression };
  }
}

/** The simplest form for a cron expression. */
function cronForm(text: string): Partial<IScheduleForm> {
  const found = readExpression(`cron(${text})`);
  const cron = found?.kind === 'cron' ? found.cron : null;
  const asCron = { kind: 'cron' as const, cron: text };
  const isSimple =
    cron &&
    cron.minutes.length === 1 &&
    cron.hours.length === 1 &&
    cron.months.length === 12 &&
    !cron.years;
  if (!isSimple) {
    return asCron;
  }
  const time = clock(cron.hours[0], cron.minutes[0]);
  const { day } = cron;
  switch (day.kind) {
    case 'every':
      return { kind: 'days', every: '1', time };
    case 'weekdays':
      return { kind: 'weekly', weekdays: day.weekdays, time };
    case 'days':
      return day.days.length === 1
        ? {
            kind: 'monthly',
            monthly: 'day',
            dayOfMonth: String(day.days[0]),
            time
          }
        : asCron;
    case 'last-day':
      return { kind: 'monthly', monthly: 'last-day', time };
    case 'last':
      return {
        kind: 'monthly',
        monthly: 'nth',
        nth: 'last',
        weekday: String(day.weekday),
        time
      };
    case 'nth':
      return day.nth < 5
        ? {
            kind: 'monthly',
            monthly: 'nth',
            nth: String(day.nth),
            weekday: String(day.weekday),
            time
          }
        : asCron;
    default:
      return asCron;
  }
}

/** `yyyy-mm-dd`. */
export function dateText(date: {
  year: number;
  month: number;
  day: number;
}): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}`;
}
