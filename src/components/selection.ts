import * as React from 'react';

/** Which rows of a table are selected, by key; a new set at each change. */
export interface ISelection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
}

/** The keys held down with a click or a key, as browsers report them. */
export interface IPickEvent {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

interface IPickerOptions<T> {
  /** As they are shown. */
  rows: readonly T[];
  rowKey: (row: T) => string;
  selectedKey?: string | null;
  onSelect?: (row: T) => void;
  selection?: ISelection;
}

/** How rows are picked with pointer and keyboard. */
export interface IPicker<T> {
  /** The row keys act on. */
  current: string | null;
  isSelected: (key: string) => boolean;
  /** Select a row; with Ctrl or ⌘ beside the others, with Shift all up to it. */
  pick: (row: T, event: IPickEvent) => void;
  /** Space, Ctrl+A and Escape; tells whether the key meant something. */
  onKey: (event: IPickEvent & { key: string }) => boolean;
}

/** One selected row, or several where the table has an {@link ISelection}. */
export function useSelection<T>(options: IPickerOptions<T>): IPicker<T> {
  const [own, setOwn] = React.useState<string | null>(null);
  const anchor = React.useRef<string | null>(null);
  const { rows, rowKey, onSelect, selection } = options;
  const current = options.selectedKey === undefined ? own : options.selectedKey;

  const pick = (row: T, event: IPickEvent): void => {
    const key = rowKey(row);
    const isToggle = event.ctrlKey || event.metaKey;
    if (selection) {
      const keys = event.shiftKey
        ? between(rows.map(rowKey), anchor.current ?? key, key)
        : isToggle
          ? toggled(selection.keys, key)
          : new Set([key]);
      selection.onChange(
        event.shiftKey && isToggle
          ? new Set([...selection.keys, ...keys])
          : keys
      );
    }
    if (!event.shiftKey || anchor.current === null) {
      anchor.current = key;
    }
    setOwn(key);
    onSelect?.(row);
  };

  const onKey = (event: IPickEvent & { key: string }): boolean => {
    if (!selection) {
      return false;
    }
    if (event.key === ' ' && current !== null) {
      selection.onChange(toggled(selection.keys, current));
      anchor.current = current;
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      selection.onChange(new Set(rows.map(rowKey)));
    } else if (event.key === 'Escape' && selection.keys.size > 0) {
      selection.onChange(new Set());
    } else {
      return false;
    }
    return true;
  };
  const isSelected = (key: string) =>
    selection ? selection.keys.has(key) : key === current;
  return { current, isSelected, pick, onKey };
}

/** The keys from one to another in the order shown; the other alone if one is not shown any more. */
export function between(
  keys: readonly string[],
  from: string,
  to: string
): Set<string> {
  const [start, end] = [keys.indexOf(from), keys.indexOf(to)].sort(
    (a, b) => a - b
  );
  return new Set(start < 0 ? [to] : keys.slice(start, end + 1));
}

function toggled(keys: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(keys);
  if (!next.delete(key)) {
    next.add(key);
  }
  return next;
}
