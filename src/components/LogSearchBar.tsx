import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from './IconButton';
import type { ILogMatches, ILogQuery } from './logSearch';

interface ISearchBarProps {
  query: ILogQuery;
  matches: ILogMatches;
  /** The line gone to last, or null. */
  current: number | null;
  /** The first line in view, where the first search begins. */
  firstInView: number;
  trans: TranslationBundle;
  onQuery: (query: ILogQuery) => void;
  onGo: (line: number) => void;
}

/** A text to look for in a log, how many lines have it, and the way from one to the next. */
export function LogSearchBar(props: ISearchBarProps): JSX.Element {
  const { query, matches, trans, onQuery } = props;
  const { problem } = matches;
  const id = React.useId();
  const step = (direction: 1 | -1) => {
    const line = nextLine(props, direction);
    if (line !== null) {
      props.onGo(line);
    }
  };
  const toggle = (
    name: 'isCaseSensitive' | 'isRegex',
    sign: string,
    label: string
  ) => (
    <button
      type="button"
      className="jp-SageMakerStudio-LogView-toggle"
      aria-pressed={query[name]}
      aria-label={label}
      title={label}
      onClick={() => onQuery({ ...query, [name]: !query[name] })}
    >
      {sign}
    </button>
  );
  return (
    <span
      className="jp-SageMakerStudio-LogView-search"
      role="search"
      aria-label={trans.__('Search the log')}
    >
      <input
        type="search"
        className="jp-mod-styled"
        value={query.text}
        placeholder={trans.__('Search')}
        aria-label={trans.__('Text to look for in the log')}
        aria-invalid={problem !== null}
        aria-describedby={id}
        onChange={event => onQuery({ ...query, text: event.target.value })}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault();
            step(event.shiftKey ? -1 : 1);
          }
        }}
      />
      {toggle('isCaseSensitive', 'Aa', trans.__('Tell capitals apart'))}
      {toggle('isRegex', '.*', trans.__('Use a regular expression'))}
      <IconButton
        icon={caretUpIcon}
        label={trans.__('Previous line found')}
        isDisabled={matches.lines.length === 0}
        onClick={() => step(-1)}
      />
      <IconButton
        icon={caretDownIcon}
        label={trans.__('Next line found')}
        isDisabled={matches.lines.length === 0}
        onClick={() => step(1)}
      />
      <span id={id} role="status">
        {query.text && (problem ?? countText(props))}
      </span>
    </span>
  );
}

function countText(props: ISearchBarProps): string {
  const { matches, current, trans } = props;
  const { lines, isSearching } = matches;
  const at = current === null ? -1 : indexFrom(lines, current);
  const text =
    at >= 0 && lines[at] === current
      ? trans.__('%1 of %2 lines', at + 1, lines.length)
      : trans._n('%1 line found', '%1 lines found', lines.length);
  return isSearching ? trans.__('%1…', text) : text;
}

/** The line to go to, round and round; null where nothing was found. */
function nextLine(props: ISearchBarProps, direction: 1 | -1): number | null {
  const { matches, current, firstInView } = props;
  const { lines } = matches;
  if (lines.length === 0) {
    return null;
  }
  const from = current ?? firstInView;
  const at = indexFrom(lines, from);
  const isOn = lines[at] === from && current !== null;
  const next = direction === 1 ? (isOn ? at + 1 : at) : at - 1;
  return lines[(next + lines.length) % lines.length];
}

/** The index of the first of the sorted lines that is not before a line. */
export function indexFrom(lines: readonly number[], line: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle] < line) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
