import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISort } from '../components/VirtualTable';
import { statusOf } from '../jobs/components/JobStatus';
import { formatDollars } from '../jobs/cost';
import { hasEnded } from '../jobs/tracker';
import { formatDuration } from '../core/format';
import type { IMeasure, RunValue } from './measures';
import { commonUnit, readMeasure } from './measures';
import type { IRun } from './runs';

/** Significant digits that are shown of a number. */
const DIGITS = 12;

/** What is compared in a column. */
export type ColumnKind =
  'status' | 'duration' | 'cost' | 'parameter' | 'recorded' | 'printed';

/** One thing all runs are compared by. */
export interface IRunColumn {
  /** Stable, so that what is chosen can be kept, e.g. `parameter:epochs`. */
  id: string;
  kind: ColumnKind;
  label: string;
  /** Unit of the numbers, `` for none. */
  unit: string;
  /** Whether all values there are are numbers of one unit. */
  isNumeric: boolean;
  /** Whether the runs don't all have the same here. */
  differs: boolean;
  /** By index of the run. */
  numbers: (number | null)[];
  /** As they are, in full. */
  texts: string[];
  /** As they are read: long fractions are rounded. */
  shown: string[];
}

/** Id of the column of names, which is no {@link IRunColumn}. */
export const NAME_COLUMN = 'name';

/** What the columns are made with. */
export interface IColumnOptions {
  trans: TranslationBundle;
  locale?: string;
  /** US dollars a job has cost, or null where that isn't known. */
  cost: (run: IRun) => number | null;
  now: number;
}

/**
 * All columns of some runs: facts of the jobs, parameters that differ, values, and last the
 * parameters all have in common.
 */
export function columnsOf(
  runs: readonly IRun[],
  options: IColumnOptions
): IRunColumn[] {
  const { trans } = options;
  const parameters = Private.valueColumns(
    runs,
    'parameter',
    run => run.job?.parameters
  );
  return [
    Private.textColumn(
      'status',
      trans.__('Status'),
      runs.map(({ job }) => (job ? statusOf(job, trans).label : ''))
    ),
    Private.duration(runs, options),
    Private.cost(runs, options),
    ...parameters.filter(column => column.differs),
    ...Private.valueColumns(runs, 'recorded', run => run.recorded),
    ...Private.valueColumns(runs, 'printed', run => run.printed),
    ...parameters.filter(column => !column.differs)
  ];
}

/** Columns shown where nobody has chosen any: not the parameters that are the same in all runs. */
export function isShownByDefault(column: IRunColumn): boolean {
  return column.kind === 'cost'
    ? column.numbers.some(each => each !== null)
    : column.kind !== 'parameter' || column.differs;
}

/** Indices of the runs with the smallest or largest number. */
export function bestOf(
  column: IRunColumn,
  wanted: 'min' | 'max'
): ReadonlySet<number> {
  const known = column.numbers.filter(each => each !== null);
  const best = known.reduce<number | null>(
    (least, each) =>
      least === null || (wanted === 'min' ? each < least : each > least)
        ? each
        : least,
    null
  );
  return new Set(
    column.numbers.flatMap((each, at) =>
      each !== null && each === best ? [at] : []
    )
  );
}

/** Ascending; what is missing comes last. */
export function compareRuns(column: IRunColumn, a: number, b: number): number {
  if (column.isNumeric) {
    const [one, other] = [column.numbers[a], column.numbers[b]];
    return (one ?? Infinity) === (other ?? Infinity)
      ? 0
      : (one ?? Infinity) - (other ?? Infinity);
  }
  const [one, other] = [column.texts[a], column.texts[b]];
  return !one || !other
    ? Number(!one) - Number(!other)
    : Private.collator.compare(one, other);
}

/** Indices of the runs as a table is sorted; see `RunsTable`. */
export function orderOf(
  runs: readonly IRun[],
  columns: readonly IRunColumn[],
  sort: ISort | undefined
): number[] {
  const order = [...runs.keys()];
  const column = columns.find(({ id }) => id === sort?.column);
  const compare = column
    ? (a: number, b: number) => compareRuns(column, a, b)
    : sort?.column === NAME_COLUMN
      ? (a: number, b: number) => compareNames(runs[a], runs[b])
      : () => 0;
  const direction = sort?.descending ? -1 : 1;
  return order.sort((a, b) => direction * compare(a, b));
}

/** By the names people gave. */
export function compareNames(a: IRun, b: IRun): number {
  return Private.collator.compare(a.displayName, b.displayName);
}

/** The table as comma-separated values (RFC 4180), one row a run. */
export function toCsv(
  runs: readonly IRun[],
  columns: readonly IRunColumn[],
  order: readonly number[],
  trans: TranslationBundle
): string {
  const head = [
    trans.__('Job'),
    trans.__('Name'),
    ...columns.map(({ label, unit }) => (unit ? `${label} (${unit})` : label))
  ];
  const rows = order.map(at => [
    runs[at].name,
    runs[at].displayName,
    ...columns.map(column =>
      column.isNumeric ? String(column.numbers[at] ?? '') : column.texts[at]
    )
  ]);
  return [head, ...rows]
    .map(row => row.map(Private.csvCell).join(',') + '\r\n')
    .join('');
}

namespace Private {
  export const collator = new Intl.Collator(undefined, { numeric: true });

  export function textColumn(
    kind: ColumnKind,
    label: string,
    texts: string[]
  ): IRunColumn {
    return {
      id: kind,
      kind,
      label,
      unit: '',
      isNumeric: false,
      differs: new Set(texts).size > 1,
      numbers: texts.map(() => null),
      texts,
      shown: texts
    };
  }

  export function duration(
    runs: readonly IRun[],
    { trans, locale, now }: IColumnOptions
  ): IRunColumn {
    const seconds = runs.map(({ job }) => {
      if (!job) {
        return null;
      }
      const start = (job.startedAt ?? job.createdAt).getTime();
      const end = hasEnded(job)
        ? (job.endedAt ?? job.modifiedAt)?.getTime()
        : now;
      return Math.max(0, Math.round(((end ?? start) - start) / 1000));
    });
    const texts = seconds.map(each =>
      each === null ? '' : formatDuration(each * 1000, locale)
    );
    return {
      id: 'duration',
      kind: 'duration',
      label: trans.__('Duration'),
      unit: 's',
      isNumeric: true,
      differs: true,
      numbers: seconds,
      texts,
      shown: texts
    };
  }

  export function cost(
    runs: readonly IRun[],
    { trans, cost: costOf }: IColumnOptions
  ): IRunColumn {
    const dollars = runs.map(costOf);
    const texts = dollars.map(each =>
      each === null ? '' : formatDollars(each)
    );
    return {
      id: 'cost',
      kind: 'cost',
      label: trans.__('Cost'),
      unit: 'USD',
      isNumeric: true,
      differs: true,
      numbers: dollars,
      texts,
      shown: texts
    };
  }

  export function valueColumns(
    runs: readonly IRun[],
    kind: ColumnKind,
    valuesOf: (run: IRun) => Record<string, RunValue> | undefined
  ): IRunColumn[] {
    const all = runs.map(run => new Map(Object.entries(valuesOf(run) ?? {})));
    const names = new Set(all.flatMap(values => [...values.keys()]));
    return [...names].map(name => valueColumn(kind, name, runs, all));
  }

  function valueColumn(
    kind: ColumnKind,
    name: string,
    runs: readonly IRun[],
    all: Map<string, RunValue>[]
  ): IRunColumn {
    const values = all.map(each => each.get(name));
    const measures = values.map(readMeasure);
    const isWhole = values.every(
      (value, at) => value === undefined || measures[at] !== null
    );
    const common = isWhole ? commonUnit(measures) : null;
    const texts = values.map(value =>
      value === undefined ? '' : pythonText(value)
    );
    // A job that was handed no value ran with another one: the notebook's own.
    const compared = texts.filter((text, at) =>
      kind === 'parameter' ? runs[at].job : text
    );
    return {
      id: `${kind}:${name}`,
      kind,
      label: name,
      unit: common?.unit ?? '',
      isNumeric: common !== null,
      differs: new Set(compared).size > 1,
      numbers: common?.numbers ?? values.map(() => null),
      texts,
      shown: texts.map((text, at) => {
        const measure = measures[at];
        return common && measure ? readable(text, measure) : text;
      })
    };
  }

  function pythonText(value: RunValue): string {
    return typeof value === 'boolean'
      ? value
        ? 'True'
        : 'False'
      : String(value);
  }

  /** Rounded where it has more digits than anybody reads, such as 0.30000000000000004. */
  function readable(text: string, { value, unit }: IMeasure): string {
    const rounded = Number(value.toPrecision(DIGITS));
    return rounded === value || Number.isInteger(value)
      ? text
      : [rounded, unit].filter(part => part !== '').join(' ');
  }

  /** Quoted where need be; text that a spreadsheet would take for a formula gets an apostrophe. */
  export function csvCell(text: string): string {
    const isFormula =
      /^[=+\-@＝＋－＠\t\r\n]/.test(text) && readMeasure(text) === null;
    const safe = isFormula ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }
}
