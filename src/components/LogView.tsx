import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ILogLine } from '../tokens';
import { CopyButton } from './CopyButton';
import { LogSearchBar, indexFrom } from './LogSearchBar';
import { useMarks } from './logMarks';
import type { Mark } from './logMarks';
import type { ILogQuery } from './logSearch';
import { useLogSearch } from './logSearch';
import { mapInSlices } from './slices';
import { useWindow } from './windowing';

/** What a {@link LogView} needs. */
export interface ILogViewProps {
  /** What the log is of, for screen readers. */
  label: string;
  /** Append by giving a new array; up to a million lines and more. */
  lines: readonly ILogLine[];
  trans: TranslationBundle;
  /** Name of the file *Download* saves. */
  fileName: string;
  /** Shown while there are no lines. */
  emptyText: string;
}

/** Pixels of one line; the style sheet uses the same through a variable. */
const LINE_HEIGHT = 18;
/** Lines put together at a time when all of the log is copied or saved. */
const SLICE = 20_000;
const NO_QUERY: ILogQuery = {
  text: '',
  isCaseSensitive: false,
  isRegex: false
};

/**
 * A log as text: only the lines in view are built, and the end is followed until the reader
 * scrolls up or goes to something found.
 */
export function LogView(props: ILogViewProps): JSX.Element {
  const { label, lines, trans, fileName, emptyText } = props;
  const view = useWindow(lines.length, LINE_HEIGHT);
  const [isFollowing, setFollowing] = React.useState(true);
  const [query, setQuery] = React.useState(NO_QUERY);
  const matches = useLogSearch(lines, query, trans);
  const [current, setCurrent] = React.useState<number | null>(null);
  const { scrollTo, scrollToEnd } = view;
  React.useLayoutEffect(() => {
    if (isFollowing) {
      scrollToEnd();
    }
  }, [isFollowing, lines, scrollToEnd]);
  const lastTop = React.useRef(0);
  const onScroll = (event: React.UIEvent<HTMLElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT;
    // New lines make the end run away without any scrolling; only going up stops following.
    if (isAtEnd || scrollTop < lastTop.current) {
      setFollowing(isAtEnd);
    }
    lastTop.current = scrollTop;
    view.onScroll();
  };
  const goTo = (line: number) => {
    setFollowing(false);
    setCurrent(line);
    scrollTo(line);
  };
  return (
    <div className="jp-SageMakerStudio-LogView">
      <div className="jp-SageMakerStudio-LogView-toolbar">
        <label>
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={event => setFollowing(event.target.checked)}
          />
          {trans.__('Follow the end')}
        </label>
        <LogSearchBar
          query={query}
          matches={matches}
          current={current}
          firstInView={view.first}
          trans={trans}
          onQuery={changed => {
            setQuery(changed);
            setCurrent(null);
          }}
          onGo={goTo}
        />
        <span className="jp-SageMakerStudio-LogView-count">
          {trans._n('%1 line', '%1 lines', lines.length)}
        </span>
        <CopyButton
          text={async () => (await partsOf(lines)).join('')}
          label={trans.__('Copy the log')}
          trans={trans}
        />
        <button
          type="button"
          className="jp-SageMakerStudio-CopyButton"
          title={trans.__('Download the log')}
          aria-label={trans.__('Download the log')}
          onClick={() => void saveLines(lines, fileName)}
        >
          <downloadIcon.react tag="span" />
        </button>
      </div>
      <div
        ref={view.ref}
        // A running log read out line by line would drown everything else.
        role="log"
        aria-live="off"
        aria-label={label}
        tabIndex={0}
        className="jp-SageMakerStudio-LogView-text"
        onScroll={onScroll}
      >
        {lines.length === 0 ? (
          <p>{emptyText}</p>
        ) : (
          <div style={{ height: view.height }}>
            <pre
              style={{
                lineHeight: `${LINE_HEIGHT}px`,
                transform: `translateY(${view.offset}px)`
              }}
            >
              {query.text && !matches.problem ? (
                <Marked
                  lines={lines.slice(view.start, view.end)}
                  start={view.start}
                  current={current}
                  query={query}
                  found={matches.lines}
                />
              ) : (
                textOf(lines.slice(view.start, view.end))
              )}
            </pre>
          </div>
        )}
      </div>
    </div>
  );
}

/** Lines with what was looked for set off. */
function Marked(props: {
  lines: readonly ILogLine[];
  start: number;
  current: number | null;
  query: ILogQuery;
  /** Indexes of the lines in which it was found. */
  found: readonly number[];
}): JSX.Element {
  const { lines, start, current, query, found } = props;
  const hits = new Set(
    found.slice(indexFrom(found, start), indexFrom(found, start + lines.length))
  );
  // Lines the search has not come to yet are set off at once, unless that may take ages.
  const isHit = (index: number) => !query.isRegex || hits.has(start + index);
  const texts = lines.map(({ message }) => lastDrawn(message));
  const marksOf = useMarks(
    texts.filter((_, index) => isHit(index)),
    query
  );
  return (
    <>
      {texts.map((text, index) => (
        <span
          key={start + index}
          className={start + index === current ? 'jp-mod-current' : undefined}
        >
          {isHit(index) ? marked(text, marksOf(text)) : text}
          {'\n'}
        </span>
      ))}
    </>
  );
}

function marked(text: string, marks: readonly Mark[]): React.ReactNode {
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const [from, to] of marks) {
    if (to > from) {
      parts.push(text.slice(end, from));
      parts.push(<mark key={from}>{text.slice(from, to)}</mark>);
      end = to;
    }
  }
  return [...parts, text.slice(end)];
}

function textOf(lines: readonly ILogLine[]): string {
  return lines.map(({ message }) => lastDrawn(message) + '\n').join('');
}

/** What a terminal would show of a line that was drawn over, as progress bars are. */
function lastDrawn(message: string): string {
  return message.includes('\r')
    ? (message.split('\r').filter(Boolean).pop() ?? '')
    : message;
}

function partsOf(lines: readonly ILogLine[]): Promise<string[]> {
  return mapInSlices(lines, SLICE, textOf);
}

async function saveLines(
  lines: readonly ILogLine[],
  fileName: string
): Promise<void> {
  const parts = await partsOf(lines);
  const url = URL.createObjectURL(new Blob(parts, { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
