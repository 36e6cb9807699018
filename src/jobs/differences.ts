import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration } from '../core/format';
import type { INotebookJob } from '../tokens';
import { optionFacts } from './facts';

/** One line of a comparison of two jobs. */
export interface IDifference {
  group: 'outcome' | 'parameters' | 'environment' | 'options';
  name: string;
  /** Of the one and of the other; null where there is none. */
  values: [string | null, string | null];
  isSame: boolean;
  /** Whether the values may be secrets. */
  isSecret?: boolean;
}

/** What each run has of its own, so that a difference says nothing. */
const UNIQUE = new Set(['name', 'created', 'input', 'output']);

/** What {@link differencesOf} can't read from a job. */
export interface IDifferenceWords {
  trans: TranslationBundle;
  locale?: string;
  statusOf: (job: INotebookJob) => string;
  /** In words, with its currency; undefined where there is no price. */
  costOf: (job: INotebookJob) => string | undefined;
}

/** All that can be compared of two jobs, what is the same included. */
export function differencesOf(
  one: INotebookJob,
  other: INotebookJob,
  words: IDifferenceWords
): IDifference[] {
  return [
    ...outcome(one, other, words),
    ...named('parameters', one.parameters, other.parameters),
    ...named('environment', one.environment, other.environment),
    ...options(one, other, words)
  ];
}

function outcome(
  one: INotebookJob,
  other: INotebookJob,
  { trans, locale, statusOf, costOf }: IDifferenceWords
): IDifference[] {
  const duration = (job: INotebookJob) =>
    job.startedAt && job.endedAt
      ? formatDuration(job.endedAt.getTime() - job.startedAt.getTime(), locale)
      : undefined;
  const billed = (job: INotebookJob) =>
    job.billableSeconds === undefined
      ? undefined
      : formatDuration(job.billableSeconds * 1000, locale);
  const rows: [string, (job: INotebookJob) => string | undefined][] = [
    [trans.__('Status'), statusOf],
    [trans.__('Reason'), job => job.failureReason],
    [trans.__('Duration'), duration],
    [trans.__('Billed time'), billed],
    [trans.__('Cost'), costOf]
  ];
  return rows.map(([name, valueOf]) =>
    line('outcome', name, valueOf(one), valueOf(other))
  );
}

function named(
  group: 'parameters' | 'environment',
  one: Record<string, string>,
  other: Record<string, string>
): IDifference[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.sort().map(name => ({
    ...line(group, name, one[name], other[name]),
    ...(group === 'environment' && { isSecret: true })
  }));
}

function options(
  one: INotebookJob,
  other: INotebookJob,
  { trans, locale }: IDifferenceWords
): IDifference[] {
  const others = new Map(
    optionFacts(other, trans, locale).map(({ id, value }) => [id, value])
  );
  return optionFacts(one, trans, locale)
    .filter(({ id }) => !UNIQUE.has(id))
    .map(({ id, label, value }) =>
      line('options', label, value, others.get(id))
    );
}

function line(
  group: IDifference['group'],
  name: string,
  one: string | undefined,
  other: string | undefined
): IDifference {
  // An empty text and none are different values of a parameter, but the same of an option.
  const isText = group === 'parameters' || group === 'environment';
  const valueOf = (value: string | undefined) =>
    value === undefined || (value === '' && !isText) ? null : value;
  const values: [string | null, string | null] = [valueOf(one), valueOf(other)];
  return { group, name, values, isSame: values[0] === values[1] };
}
