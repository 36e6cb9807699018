/** What the form of a schedule means to EventBridge. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISchedule, TriggerKind } from '../tokens';
import type { Translation } from './gnuCron';
import { translateCron } from './gnuCron';
import { cronProblemWords } from './cronProblems';
import { nextRuns } from './runs';
import type { IScheduleForm } from './scheduleForm';
import { dateText } from './scheduleForm';
import { clock } from './words';
import type { IWallTime } from './zone';
import { isZone, momentsOf } from './zone';

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

function weekdayList(weekdays: number[]): string {
  const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const sorted = [...new Set(weekdays)].sort((a, b) => a - b);
  return sorted.join() === '1,2,3,4,5'
    ? 'MON-FRI'
    : sorted.length === 7
      ? '*'
      : sorted.map(day => names[day]).join(',');
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
