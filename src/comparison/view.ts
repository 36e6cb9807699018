import type { IRunColumn } from './columns';
import { isShownByDefault } from './columns';

/** How a person wants to see the runs of a notebook; kept for the next comparison of it. */
export interface IComparisonView {
  /** Regular expression for printed numbers; empty for `name = value`. */
  pattern: string;
  /** Columns shown or hidden against what is shown by default, by their id. */
  columns: Record<string, boolean>;
  /** Which end of a column is the good one. */
  best: Record<string, 'min' | 'max'>;
  chart: 'parallel' | 'scatter';
  /** Ids of the axes of the parallel chart; null for a choice of ours. */
  axes: string[] | null;
  x: string | null;
  y: string | null;
  colour: string | null;
}

/** A view nobody has changed. */
export const NEW_VIEW: IComparisonView = {
  pattern: '',
  columns: {},
  best: {},
  chart: 'parallel',
  axes: null,
  x: null,
  y: null,
  colour: null
};

/** Read back what was kept; anything else is a new view. */
export function readView(saved: unknown): IComparisonView {
  const view = saved as Partial<IComparisonView> | null | undefined;
  return typeof view?.pattern === 'string' &&
    typeof view.columns === 'object' &&
    typeof view.best === 'object'
    ? { ...NEW_VIEW, ...view }
    : NEW_VIEW;
}

/** The columns of the table. */
export function shownColumns(
  columns: readonly IRunColumn[],
  view: IComparisonView
): IRunColumn[] {
  return columns.filter(
    column => view.columns[column.id] ?? isShownByDefault(column)
  );
}
