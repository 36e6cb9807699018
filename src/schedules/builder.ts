/** What a person chooses in the form of a schedule, and what it means to EventBridge. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISchedule, TriggerKind } from '../tokens';
import type { Translation } from './gnuCron';
import { translateCron } from './gnuCron';
import { nextRuns, readExpression } from './runs';
import { clock, cronProblemWords } from './words';
import type { IWallTime } from './zone';
import { isZone, momentsOf, ownZone, wallTime } from './zone';

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

/** What is wrong with a field, in a sentence. */
export type ScheduleProblems = { [Field in keyof IScheduleForm]?: string };

/** What a form comes to. */
export interface IBuiltSchedule {
  /** Null as long as something is wrong. */
  schedule: ISchedule | null;
  problems: ScheduleProblems;
  /** Where both day fields of a cron expression are given: what could be had instead. */
  choice?: Extract<Translation, { kind: 'both-days' }>;
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

/**
 * What a form means.
 *
 * @param kind - rules know neither other time zones than UTC nor beginning and end.
 */
export function buildSchedule(
  form: IScheduleForm,
  kind: TriggerKind,
  now: number,
  trans: TranslationBundle
): IBuiltSchedule {
  return new Builder(form, kind, now, trans).build();
}

class Builder {
  constructor(
    private readonly _form: IScheduleForm,
    private readonly _kind: TriggerKind,
    private readonly _now: number,
    private readonly _trans: TranslationBundle
  ) {
    this._zone = _kind === 'rule' ? 'UTC' : _form.timeZone;
  }

  build(): IBuiltSchedule {
    const { _trans: trans, _problems: problems } = this;
    if (!isZone(this._zone)) {
      problems.timeZone = trans.__(
        '“%1” is no time zone; choose one, for example Europe/Lisbon.',
        this._zone
      );
      return { schedule: null, problems };
    }
    const bounds = this._bounds();
    const expression = this._expression(bounds.start);
    const schedule = expression && {
      expression,
      timeZone: this._zone,
      ...bounds
    };
    const isRight = Object.values(problems).every(each => each === undefined);
    if (schedule && isRight && !this._choice) {
      if (nextRuns(schedule, this._now, 1).length === 0) {
        problems[this._form.end ? 'end' : this._mainField()] = trans.__(
          'This never runs. Change the times, or the end.'
        );
        return { schedule: null, problems };
      }
      return { schedule, problems };
    }
    return { schedule: null, problems, choice: this._choice };
  }

  private _mainField(): keyof IScheduleForm {
    const { kind } = this._form;
    return kind === 'cron' ? 'cron' : kind === 'once' ? 'date' : 'every';
  }

  private _expression(start: Date | undefined): string | null {
    switch (this._form.kind) {
      case 'once':
        return this._once();
      case 'minutes':
        return this._rate('minute', 1440 * 31);
      case 'hours':
        return this._rate('hour', 24 * 366);
      case 'days':
        return this._days(start);
      case 'weekly':
        return this._weekly();
      case 'monthly':
        return this._monthly();
      case 'cron':
        return this._cron();
    }
  }

  private _once(): string | null {
    const { _form: form, _trans: trans, _problems: problems } = this;
    const time = this._time();
    const date = dateOf(form.date);
    if (!date) {
      problems.date = trans.__('Choose a day.');
    }
    if (!time || !date) {
      return null;
    }
    const [moment] = momentsOf(this._zone, { ...date, ...time });
    if (moment === undefined) {
      problems.time = trans.__(
        'On that day the clock in %1 skips %2: this time does not exist. Choose another one.',
        this._zone,
        clock(time.hour, time.minute)
      );
      return null;
    }
    if (moment <= this._now) {
      problems.date = trans.__('That is in the past.');
      return null;
    }
    return this._kind === 'rule'
      ? `cron(${time.minute} ${time.hour} ${date.day} ${date.month} ? ${date.year})`
      : `at(${form.date}T${clock(time.hour, time.minute)}:00)`;
  }

  private _rate(unit: 'minute' | 'hour' | 'day', most: number): string | null {
    const value = this._number('every', most);
    return value === null
      ? null
      : `rate(${value} ${unit}${value === 1 ? '' : 's'})`;
  }

  private _days(start: Date | undefined): string | null {
    const every = this._number('every', 366);
    if (every === 1) {
      const time = this._time();
      return time && `cron(${time.minute} ${time.hour} * * ? *)`;
    }
    if (every !== null && !start && this._kind === 'scheduler') {
      this._problems.start ??= this._trans.__(
        'Every %1 days from when? Choose the first run.',
        every
      );
    }
    return this._rate('day', 366);
  }

  private _weekly(): string | null {
    const { weekdays } = this._form;
    if (weekdays.length === 0) {
      this._problems.weekdays = this._trans.__('Choose a day of the week.');
    }
    const time = this._time();
    return time && weekdays.length > 0
      ? `cron(${time.minute} ${time.hour} ? * ${weekdayList(weekdays)} *)`
      : null;
  }

  private _monthly(): string | null {
    const { _form: form } = this;
    const time = this._time();
    const at = time && `${time.minute} ${time.hour}`;
    switch (form.monthly) {
      case 'day': {
        const day = this._number('dayOfMonth', 31);
        return at && day !== null ? `cron(${at} ${day} * ? *)` : null;
      }
      case 'last-day':
        return at && `cron(${at} L * ? *)`;
      case 'nth': {
        const weekday = Number(form.weekday) + 1;
        const day =
          form.nth === 'last' ? `${weekday}L` : `${weekday}#${form.nth}`;
        return at && `cron(${at} ? * ${day} *)`;
      }
    }
  }

  private _cron(): string | null {
    const { _form: form, _trans: trans } = this;
    try {
      const translation = translateCron(form.cron);
      if (translation.kind === 'one') {
        return `cron(${translation.cron})`;
      }
      this._choice = translation;
      this._problems.cron =
        translation.means === 'or'
          ? trans.__(
              'This means “on these days of the month, and on these weekdays, too”. EventBridge can’t do both in one schedule.'
            )
          : trans.__(
              'This means “on these days of the month, if they are these weekdays”. EventBridge can’t do that.'
            );
    } catch (thrown) {
      this._problems.cron = cronProblemWords(thrown, trans);
    }
    return null;
  }

  private _bounds(): { start?: Date; end?: Date } {
    const { _form: form, _trans: trans, _problems: problems } = this;
    if (form.kind === 'once' || this._kind === 'rule') {
      return {};
    }
    const start = this._moment('start');
    const end = this._moment('end');
    if (end && end.getTime() <= this._now) {
      problems.end = trans.__('That is in the past.');
    } else if (start && end && end <= start) {
      problems.end = trans.__('The end is before the beginning.');
    }
    return { ...(start && { start }), ...(end && { end }) };
  }

  private _moment(field: 'start' | 'end'): Date | undefined {
    const text = this._form[field];
    if (!text) {
      return undefined;
    }
    const [day, time = ''] = text.split('T');
    const wall = { ...dateOf(day), ...timeOf(time) } as Partial<IWallTime>;
    if (wall.year === undefined || wall.hour === undefined) {
      this._problems[field] = this._trans.__('Choose day and time.');
      return undefined;
    }
    const [moment] = momentsOf(this._zone, wall as IWallTime);
    if (moment === undefined) {
      this._problems[field] = this._trans.__(
        'On that day the clock in %1 skips this time. Choose another one.',
        this._zone
      );
      return undefined;
    }
    return new Date(moment);
  }

  private _time(): { hour: number; minute: number } | null {
    const time = timeOf(this._form.time);
    if (!time) {
      this._problems.time = this._trans.__('Choose a time.');
    }
    return time;
  }

  private _number(field: 'every' | 'dayOfMonth', most: number): number | null {
    const text = this._form[field].trim();
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= 1 && value <= most) {
      return value;
    }
    this._problems[field] = this._trans.__(
      'A whole number from 1 to %1.',
      most
    );
    return null;
  }

  private readonly _zone: string;
  private readonly _problems: ScheduleProblems = {};
  private _choice: IBuiltSchedule['choice'];
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

function weekdayList(weekdays: number[]): string {
  const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const sorted = [...new Set(weekdays)].sort((a, b) => a - b);
  return sorted.join() === '1,2,3,4,5'
    ? 'MON-FRI'
    : sorted.length === 7
      ? '*'
      : sorted.map(day => names[day]).join(',');
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

function dateOf(text: string) {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) {
    return null;
  }
  const [year, month, day] = match.slice(1).map(Number);
  const isReal = dateText({ year, month, day }) === text && month >= 1;
  const date = new Date(Date.UTC(year, month - 1, day));
  return isReal && date.getUTCMonth() + 1 === month
    ? { year, month, day }
    : null;
}

function timeOf(text: string): { hour: number; minute: number } | null {
  const match = /^(\d\d?):(\d\d)(?::\d\d)?$/.exec(text);
  const [hour, minute] = match
    ? [Number(match[1]), Number(match[2])]
    : [NaN, NaN];
  return hour < 24 && minute < 60 ? { hour, minute } : null;
}
