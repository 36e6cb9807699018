/**
 * The five-field cron people know (`crontab(5)`: Sunday is 0 or 7) in EventBridge's words. Pure.
 */
import type { CronField } from './cron';
import { CronError, FIELD, WEEKDAYS, parseCron, valuesOf } from './cron';

/** What a person's expression is for EventBridge, the text between `cron(` and `)`. */
export type Translation =
  | { kind: 'one'; cron: string }
  | {
      /**
       * Both day fields are given, which EventBridge can't do. cron itself runs when either
       * matches (`or`), or, where one of them begins with `*`, when both do (`and`).
       */
      kind: 'both-days';
      means: 'or' | 'and';
      byDay: string;
      byWeekday: string;
    };

const MACROS: Record<string, string> = {
  '@YEARLY': '0 0 1 1 *',
  '@ANNUALLY': '0 0 1 1 *',
  '@MONTHLY': '0 0 1 * *',
  '@WEEKLY': '0 0 * * 0',
  '@DAILY': '0 0 * * *',
  '@MIDNIGHT': '0 0 * * *',
  '@HOURLY': '0 * * * *'
};

/** cron's weekdays: 0 to 7, both ends are Sunday. */
const WEEKDAY = {
  name: 'day-of-week' as const,
  low: 0,
  high: 7,
  names: WEEKDAYS
};

/**
 * Translate what a person wrote: five fields, six of EventBridge's, with or without `cron(…)`.
 *
 * @throws CronError
 */
export function translateCron(text: string): Translation {
  const bare = (/^\s*cron\((.*)\)\s*$/i.exec(text)?.[1] ?? text)
    .trim()
    .toUpperCase();
  const fields = (MACROS[bare] ?? bare).split(/\s+/).filter(Boolean);
  if (fields.length === 6) {
    const cron = fields.join(' ');
    parseCron(cron);
    return { kind: 'one', cron };
  }
  if (fields.length !== 5) {
    throw new CronError({ kind: 'fields', count: fields.length });
  }
  const [minutes, hours, days, months, weekdays] = fields;
  const weekday = weekdayField(weekdays);
  const expression = (day: string, weekdayText: string) => {
    const cron = [
      steps(minutes, 'minutes'),
      steps(hours, 'hours'),
      day,
      steps(months, 'month'),
      weekdayText,
      '*'
    ].join(' ');
    parseCron(cron);
    return cron;
  };
  const day = steps(days, 'day-of-month');
  if (weekday === '*') {
    return { kind: 'one', cron: expression(day === '?' ? '*' : day, '?') };
  }
  if (day === '*' || day === '?') {
    return { kind: 'one', cron: expression('?', weekday) };
  }
  const byDay = expression(day, '?');
  const byWeekday = expression('?', weekday);
  const means = days.startsWith('*') || weekdays.startsWith('*') ? 'and' : 'or';
  return { kind: 'both-days', means, byDay, byWeekday };
}

/** `*` with a step begins at the field's first value: `0/15`, as EventBridge's guide writes it. */
function steps(text: string, name: CronField): string {
  const { low } = FIELD[name];
  return text
    .split(',')
    .map(part =>
      part === '*/1'
        ? '*'
        : part.startsWith('*/')
          ? `${low}${part.slice(1)}`
          : part
    )
    .join(',');
}

/** The weekdays in EventBridge's words, `*` for all of them. */
function weekdayField(text: string): string {
  if (text === '*' || text === '?') {
    return '*';
  }
  const special = /^(\w+)#([1-5])$/.exec(text);
  if (special) {
    return `${sundayOne(special[1])}#${special[2]}`;
  }
  const last = /^(?:(\w+)L|L([0-7]))$/.exec(text);
  if (last) {
    return `${sundayOne(last[1] ?? last[2])}L`;
  }
  if (/[#L]/.test(text)) {
    throw new CronError({ kind: 'single', field: 'day-of-week', text });
  }
  const days = new Set(valuesOf(fromSunday(text), WEEKDAY).map(day => day % 7));
  if (days.size === 7) {
    return '*';
  }
  return runsOf([...days].sort((a, b) => a - b))
    .map(([first, end]) =>
      end - first > 1
        ? `${WEEKDAYS[first]}-${WEEKDAYS[end]}`
        : first === end
          ? WEEKDAYS[first]
          : `${WEEKDAYS[first]},${WEEKDAYS[end]}`
    )
    .join(',');
}

/**
 * A range that ends on a Sunday by name ends on 7; with an open step the week has seven days, so
 * that `*`/2 is Sunday, Tuesday, Thursday, Saturday.
 */
function fromSunday(text: string): string {
  return text
    .split(',')
    .map(part =>
      part
        .replace(/-SUN(?=$|\/)/, '-7')
        .replace(/^\*(?=\/)/, '0-6')
        .replace(/^(\w+)(?=\/)/, '$1-6')
        .replace(/^7-6(?=\/)/, '7-7')
    )
    .join(',');
}

function sundayOne(word: string): number {
  const [day] = valuesOf(word, WEEKDAY);
  return (day % 7) + 1;
}

/** Runs of neighbouring numbers, as their ends. */
function runsOf(sorted: number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of sorted) {
    const current = runs[runs.length - 1];
    if (current && current[1] === value - 1) {
      current[1] = value;
    } else {
      runs.push([value, value]);
    }
  }
  return runs;
}
