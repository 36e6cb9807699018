import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useSlots } from './motion';
import type { ISelection } from './selection';
import { useSelection } from './selection';
import type { IWindow } from './windowing';
import { useWindow } from './windowing';

/** One column of a {@link VirtualTable}. */
export interface IColumn<T> {
  id: string;
  label: string;
  /** A CSS grid track, e.g. `120px` or `minmax(120px, 2fr)`; default `1fr`. */
  width?: string;
  render: (row: T) => React.ReactNode;
  /**
   * Show the cell only in the selected row and in the one under the pointer: buttons with icons
   * cost more to build than all the text of a row, which is felt when scrolling.
   */
  isOnDemand?: boolean;
  /** Ascending order; the column can be sorted by if it is given. */
  compare?: (a: T, b: T) => number;
}

/** What a table is sorted by. */
export interface ISort {
  column: string;
  descending: boolean;
}

/** What a {@link VirtualTable} needs; keep `columns` the same object between renderings. */
export interface IVirtualTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: readonly IColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  trans: TranslationBundle;
  selectedKey?: string | null;
  onSelect?: (row: T) => void;
  /** Enter or a double click on a row. */
  onActivate?: (row: T) => void;
  /** Given where several rows can be selected at once. */
  selection?: ISelection;
  initialSort?: ISort;
  /** The person sorts by another column. */
  onSort?: (sort: ISort) => void;
  /** Pixels; every row has the same height. Default 32. */
  rowHeight?: number;
  /** The last rows came into view: time to fetch more. */
  onEndReached?: () => void;
}

/**
 * A table that only builds the rows in view, so that ten thousand scroll as smoothly as ten.
 *
 * #### Notes
 * The focus stays on the grid and `aria-activedescendant` names the row, because a focused row
 * would be lost when it scrolls out of view.
 */
export function VirtualTable<T>(props: IVirtualTableProps<T>): JSX.Element {
  const { columns, rowKey, onActivate, rowHeight = 32, selection } = props;
  const [sort, setSort] = React.useState(props.initialSort);
  const rows = useSorted(props.rows, columns, sort);
  const view = useWindow(rows.length, rowHeight, { headerHeight: rowHeight });
  const picker = useSelection({ ...props, rows });
  const { current } = picker;
  const idPrefix = React.useId();
  const slots = useSlots(view);
  useEndReached(view, rows.length, props.onEndReached);

  const [pointed, setPointed] = React.useState<string | null>(null);
  /** The row an event of the mouse happened in; one listener for all is cheaper than one each. */
  const rowOf = (event: React.SyntheticEvent): T | undefined => {
    const node = (event.target as Element).closest('[role=row]');
    return rows[Number(node?.getAttribute('aria-rowindex')) - 2];
  };
  const onRow =
    (act: (row: T, event: React.MouseEvent) => void) =>
    (event: React.MouseEvent) => {
      const row = rowOf(event);
      if (row !== undefined) {
        act(row, event);
      }
    };
  const onKeyDown = (event: React.KeyboardEvent) => {
    // Keys pressed in a button inside a cell belong to that button.
    if (event.target !== event.currentTarget || rows.length === 0) {
      return;
    }
    const at = rows.findIndex(row => rowKey(row) === current);
    if (event.key === 'Enter' && at >= 0) {
      event.preventDefault();
      onActivate?.(rows[at]);
      return;
    }
    const next = move(event.key, at, rows.length, view.pageSize);
    if (next !== null) {
      event.preventDefault();
      picker.pick(rows[next], event);
      view.scrollTo(next);
    } else if (picker.onKey(event)) {
      event.preventDefault();
    }
  };
  const onSort = (next: ISort) => {
    setSort(next);
    props.onSort?.(next);
  };
  const template = columns.map(({ width }) => width ?? '1fr').join(' ');
  const active = slots.find(({ index }) => rowKey(rows[index]) === current);
  return (
    <div
      ref={view.ref}
      role="grid"
      tabIndex={0}
      className="jp-SageMakerStudio-VirtualTable"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={active && `${idPrefix}${active.index}`}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
    >
      <Header
        columns={columns}
        template={template}
        height={rowHeight}
        sort={sort}
        onSort={onSort}
        trans={props.trans}
      />
      <div
        role="rowgroup"
        className="jp-SageMakerStudio-VirtualTable-body"
        style={{ height: rows.length * rowHeight }}
        onMouseDown={keepText}
        onClick={onRow(picker.pick)}
        onDoubleClick={onRow(row => onActivate?.(row))}
        onPointerOver={onRow(row => setPointed(rowKey(row)))}
        onPointerLeave={() => setPointed(null)}
      >
        {slots.map(({ index, slot, isWhole }) => {
          const key = rowKey(rows[index]);
          return (
            <MemoRow
              key={slot}
              id={`${idPrefix}${index}`}
              row={rows[index]}
              index={index}
              columns={columns as readonly IColumn<unknown>[]}
              template={template}
              height={rowHeight}
              isSelected={picker.isSelected(key)}
              isInUse={key === current || key === pointed}
              isWhole={isWhole}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The index a key leads to, or null if the key is not one of ours. */
function move(
  key: string,
  at: number,
  count: number,
  page: number
): number | null {
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? count - 1 : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1
  };
  const target = targets[key];
  return target === undefined ? null : Math.min(count - 1, Math.max(0, target));
}

function useSorted<T>(
  rows: readonly T[],
  columns: readonly IColumn<T>[],
  sort: ISort | undefined
): readonly T[] {
  return React.useMemo(() => {
    const compare = columns.find(({ id }) => id === sort?.column)?.compare;
    if (!sort || !compare) {
      return rows;
    }
    const direction = sort.descending ? -1 : 1;
    return [...rows].sort((a, b) => direction * compare(a, b));
  }, [rows, columns, sort]);
}

function useEndReached(
  view: IWindow,
  count: number,
  onEndReached: (() => void) | undefined
): void {
  const isAtEnd = count > 0 && view.end >= count;
  // In a reference, because a new function is no new end.
  const latest = React.useRef(onEndReached);
  latest.current = onEndReached;
  React.useEffect(() => {
    if (isAtEnd) {
      latest.current?.();
    }
  }, [isAtEnd, count]);
}

interface IHeaderProps<T> {
  columns: readonly IColumn<T>[];
  template: string;
  height: number;
  sort: ISort | undefined;
  onSort: (sort: ISort) => void;
  trans: TranslationBundle;
}

function Header<T>(props: IHeaderProps<T>): JSX.Element {
  const { columns, template, height, sort, onSort, trans } = props;
  const cells = columns.map(({ id, label, compare }) => {
    const isSorted = sort?.column === id;
    const Caret = sort?.descending ? caretDownIcon : caretUpIcon;
    const order = sort?.descending ? 'descending' : 'ascending';
    return (
      <div
        key={id}
        role="columnheader"
        aria-sort={isSorted ? order : compare ? 'none' : undefined}
      >
        {compare ? (
          <button
            type="button"
            title={trans.__('Sort by %1', label)}
            onClick={() =>
              onSort({ column: id, descending: isSorted && !sort.descending })
            }
          >
            {label}
            {isSorted && <Caret.react tag="span" aria-hidden="true" />}
          </button>
        ) : (
          label
        )}
      </div>
    );
  });
  return (
    <div role="rowgroup" className="jp-SageMakerStudio-VirtualTable-head">
      <div
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template, height }}
      >
        {cells}
      </div>
    </div>
  );
}

interface IRowProps {
  id: string;
  row: unknown;
  index: number;
  columns: readonly IColumn<unknown>[];
  template: string;
  height: number;
  isSelected: boolean;
  /** Whether it is the row keys act on, or the one under the pointer. */
  isInUse: boolean;
  /** Whether all cells are built, or only the first. */
  isWhole: boolean;
}

function Row(props: IRowProps): JSX.Element {
  const { id, row, index, columns, template, height, isSelected, isInUse } =
    props;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={isSelected ? 'jp-mod-selected' : undefined}
      style={{
        gridTemplateColumns: template,
        height,
        transform: `translateY(${index * height}px)`
      }}
    >
      {(isInUse || props.isWhole ? columns : columns.slice(0, 1)).map(
        column => (
          <div key={column.id} role="gridcell">
            {(isInUse || !column.isOnDemand) && column.render(row)}
          </div>
        )
      )}
    </div>
  );
}

/** A click that extends a selection of rows is not to select text as well. */
function keepText(event: React.MouseEvent): void {
  if (event.shiftKey) {
    event.preventDefault();
  }
}

// While scrolling, only rows that come into view are built.
const MemoRow = React.memo(Row);
