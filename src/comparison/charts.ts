import type { JSONObject } from '@lumino/coreutils';

import type { IChartTheme } from '../components/VegaChart';
import type { IRunColumn } from './columns';
import type { IRun } from './runs';

/** Axes a parallel chart has room for. */
export const MAX_AXES = 12;

/** What both charts are drawn from; runs without a value on an axis are left out there. */
export interface IChartData {
  runs: readonly IRun[];
  /** What the runs are coloured by, if anything. */
  colour?: IRunColumn;
  theme: IChartTheme;
}

/** Two columns against each other, a point a run. */
export function scatterChart(
  x: IRunColumn,
  y: IRunColumn,
  data: IChartData
): JSONObject {
  const { runs, colour } = data;
  const values = runs.flatMap((run, at) => {
    const point = { run: run.displayName, x: value(x, at), y: value(y, at) };
    return point.x === null || point.y === null
      ? []
      : [{ ...point, ...colourOf(colour, at) }];
  });
  return {
    ...frame(data, values),
    height: 280,
    mark: { type: 'point', filled: true, size: 90, opacity: 0.85 },
    encoding: {
      x: { field: 'x', type: typeOf(x), title: titleOf(x), ...zero(x) },
      y: { field: 'y', type: typeOf(y), title: titleOf(y), ...zero(y) },
      color: colourScale(colour, data.theme),
      tooltip: [
        { field: 'run', type: 'nominal', title: '' },
        { field: 'x', type: typeOf(x), title: titleOf(x) },
        { field: 'y', type: typeOf(y), title: titleOf(y) },
        ...colourTip(colour)
      ]
    }
  };
}

/** An axis a column and a line a run, each axis with a scale of its own. */
export function parallelChart(
  axes: readonly IRunColumn[],
  data: IChartData
): JSONObject {
  const { runs, colour, theme } = data;
  const shown = axes.slice(0, MAX_AXES);
  const names = shown.map((_, at) => String(at));
  const scales = shown.map(scaleOf);
  const points = shown.flatMap((column, axis) =>
    runs.flatMap((run, at) => {
      const place = scales[axis].at(at);
      return place === null
        ? []
        : [
            {
              id: at,
              run: run.displayName,
              axis: String(axis),
              label: titleOf(column),
              place,
              text: column.texts[at],
              ...colourOf(colour, at)
            }
          ];
    })
  );
  const ticks = scales.flatMap((scale, axis) =>
    scale.ticks.map(tick => ({ axis: String(axis), ...tick }))
  );
  const x = {
    field: 'axis',
    type: 'nominal',
    sort: names,
    scale: { domain: names, type: 'point', padding: 0.3 },
    axis: {
      title: null,
      orient: 'top',
      domain: false,
      ticks: false,
      grid: true,
      gridColor: theme.line,
      gridWidth: 2,
      labelPadding: 12,
      labelAngle: 0,
      labelLimit: 140,
      labelFontWeight: 'bold',
      labelExpr: `${JSON.stringify(shown.map(titleOf))}[datum.value]`
    }
  };
  const y = {
    field: 'place',
    type: 'quantitative',
    scale: { domain: [0, 1], nice: false },
    axis: null
  };
  return {
    ...frame(data, points),
    height: 280,
    layer: [
      {
        mark: { type: 'line', opacity: 0.75, strokeWidth: 2 },
        encoding: {
          x,
          y,
          detail: { field: 'id', type: 'nominal' },
          color: colourScale(colour, theme)
        }
      },
      {
        mark: { type: 'point', filled: true, size: 60 },
        encoding: {
          x,
          y,
          color: colourScale(colour, theme),
          tooltip: [
            { field: 'run', type: 'nominal', title: '' },
            { field: 'label', type: 'nominal', title: ' ' },
            { field: 'text', type: 'nominal', title: '=' },
            ...colourTip(colour)
          ]
        }
      },
      {
        data: { values: ticks },
        mark: {
          type: 'text',
          align: 'left',
          dx: 8,
          dy: -8,
          fontSize: 11,
          color: theme.text,
          limit: 120
        },
        encoding: { x, y, text: { field: 'text', type: 'nominal' } }
      }
    ]
  };
}

/** Columns that make a good start: what was varied first, then numbers that came of it. */
export function defaultAxes(columns: readonly IRunColumn[]): IRunColumn[] {
  const varied = columns.filter(
    ({ kind, differs }) => kind === 'parameter' && differs
  );
  const numbers = columns.filter(
    ({ kind, isNumeric, differs }) =>
      (kind === 'recorded' || kind === 'printed') && isNumeric && differs
  );
  const axes = [...varied, ...numbers];
  return axes.length > 1
    ? axes.slice(0, MAX_AXES)
    : columns.filter(
        ({ id, kind }) => kind === 'duration' || axes.some(a => a.id === id)
      );
}

/** Where the runs are on an axis, from 0 to 1, and what is written beside it. */
function scaleOf(column: IRunColumn): {
  at: (run: number) => number | null;
  ticks: { place: number; text: string }[];
} {
  if (column.isNumeric) {
    const known = column.numbers.filter(each => each !== null);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const place = (number: number) =>
      most > least ? (number - least) / (most - least) : 0.5;
    const middle = (least + most) / 2;
    return {
      at: run => {
        const number = column.numbers[run];
        return number === null ? null : place(number);
      },
      ticks: (most > least ? [least, middle, most] : [least])
        .filter(Number.isFinite)
        .map(number => ({ place: place(number), text: short(number) }))
    };
  }
  const collator = new Intl.Collator(undefined, { numeric: true });
  const texts = [...new Set(column.texts.filter(Boolean))].sort(
    collator.compare
  );
  const place = (text: string) =>
    texts.length > 1 ? texts.indexOf(text) / (texts.length - 1) : 0.5;
  return {
    at: run => (column.texts[run] ? place(column.texts[run]) : null),
    // More would overlap.
    ticks: texts
      .filter((_, at) => texts.length <= 12 || at % 2 === 0)
      .slice(0, 24)
      .map(text => ({ place: place(text), text }))
  };
}

function frame({ theme }: IChartData, values: JSONObject[]): JSONObject {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    background: 'transparent',
    data: { values },
    config: {
      view: { stroke: null },
      font: 'sans-serif',
      axis: {
        labelColor: theme.text,
        titleColor: theme.text,
        domainColor: theme.line,
        tickColor: theme.line,
        gridColor: theme.line,
        labelFontSize: 12,
        titleFontSize: 12
      },
      legend: {
        labelColor: theme.text,
        titleColor: theme.text,
        labelFontSize: 12,
        titleFontSize: 12
      }
    }
  };
}

function value(column: IRunColumn, at: number): number | string | null {
  return column.isNumeric ? column.numbers[at] : column.texts[at] || null;
}

function typeOf(column: IRunColumn): 'quantitative' | 'nominal' {
  return column.isNumeric ? 'quantitative' : 'nominal';
}

function titleOf({ label, unit }: IRunColumn): string {
  return unit ? `${label} (${unit})` : label;
}

/** Differences between runs count, not their distance from nought. */
function zero(column: IRunColumn): JSONObject {
  return column.isNumeric ? { scale: { zero: false } } : {};
}

function colourOf(colour: IRunColumn | undefined, at: number): JSONObject {
  return colour ? { colour: value(colour, at) } : {};
}

function colourScale(
  colour: IRunColumn | undefined,
  theme: IChartTheme
): JSONObject {
  return colour
    ? {
        field: 'colour',
        type: typeOf(colour),
        title: titleOf(colour),
        scale: colour.isNumeric
          ? {
              // The end that would vanish in the background is left out.
              scheme: theme.isDark
                ? { name: 'viridis', extent: [0.3, 1] }
                : { name: 'viridis', extent: [0, 0.85] }
            }
          : { scheme: 'tableau10' }
      }
    : { value: theme.mark };
}

function colourTip(colour: IRunColumn | undefined): JSONObject[] {
  return colour
    ? [{ field: 'colour', type: typeOf(colour), title: titleOf(colour) }]
    : [];
}

function short(number: number): string {
  return String(Number(number.toPrecision(4)));
}
