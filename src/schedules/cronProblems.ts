/** What is wrong with a cron expression, in sentences. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CronField, CronProblem } from './cron';
import { CronError } from './cron';

/** What is wrong with a cron expression, and what to do. */
export function cronProblemWords(
  thrown: unknown,
  trans: TranslationBundle
): string {
  if (!(thrown instanceof CronError)) {
    return trans.__('This is no cron expression.');
  }
  return problemWords(thrown.problem, trans);
}

function problemWords(problem: CronProblem, trans: TranslationBundle): string {
  switch (problem.kind) {
    case 'fields':
      return trans.__(
        'A cron expression has five fields (minute, hour, day of month, month, day of week), or six with the year; this one has %1.',
        problem.count
      );
    case 'days':
      return trans.__(
        'In a six-field expression exactly one of day of month and day of week is “?”.'
      );
    case 'value':
      return trans.__(
        '“%1” can’t stand in the field %2.',
        problem.text,
        fieldName(problem.field, trans)
      );
    case 'range':
      return trans.__(
        'The range “%1” in the field %2 ends before it begins; write two ranges instead.',
        problem.text,
        fieldName(problem.field, trans)
      );
    case 'step':
      return trans.__(
        'The step in “%1” in the field %2 is not a number above zero.',
        problem.text,
        fieldName(problem.field, trans)
      );
    case 'weekday-step':
      return trans.__(
        'EventBridge takes no steps in the day of week; name the days, for example MON,WED,FRI.'
      );
    case 'single':
      return trans.__(
        'In the field %2, “%1” can’t be combined: L, W and # stand alone with one day, for example 5L for the last Friday.',
        problem.text,
        fieldName(problem.field, trans)
      );
  }
}

function fieldName(field: CronField, trans: TranslationBundle): string {
  const names: Record<CronField, string> = {
    minutes: trans.__('minute'),
    hours: trans.__('hour'),
    'day-of-month': trans.__('day of month'),
    month: trans.__('month'),
    'day-of-week': trans.__('day of week'),
    year: trans.__('year')
  };
  return names[field];
}
