/** The columns the table of jobs can show, in the order they are offered. */
export const COLUMNS = [
  'name',
  'notebook',
  'status',
  'instance',
  'created',
  'duration',
  'origin',
  'definition',
  'ended',
  'billed',
  'kernel',
  'image',
  'parameters',
  'owner',
  'space',
  'job'
] as const;

export type ColumnId = (typeof COLUMNS)[number];

/** Shown until a person chooses others. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  'name',
  'notebook',
  'status',
  'instance',
  'created',
  'duration'
];

/** What was kept of a choice of columns, without what there is no more; the name is always there. */
export function readColumns(kept: unknown): readonly ColumnId[] {
  if (!Array.isArray(kept)) {
    return DEFAULT_COLUMNS;
  }
  return COLUMNS.filter(id => id === 'name' || kept.includes(id));
}
