import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ILogLine } from '../tokens';
import { CopyButton } from './CopyButton';
import { useWindow } from './windowing';

/** What a {@link LogView} needs. */
export interface ILogViewProps {
  /** What the log is of, for screen readers. */
  label: string;
  /** Append by giving a new array; up to hundreds of thousands of lines. */
  lines: readonly ILogLine[];
  trans: TranslationBundle;
  /** Name of the file *Download* saves. */
  fileName: string;
  /** Shown while there are no lines. */
  emptyText: string;
}

/** Pixels of one line; the style sheet uses the same through a variable. */
const LINE_HEIGHT = 18;

/**
 * A log as text: only the lines in view are built, and the end is followed until the reader
 * scrolls up.
 */
export function LogView(props: ILogViewProps): JSX.Element {
  const { label, lines, trans, fileName, emptyText } = props;
  const view = useWindow(lines.length, LINE_HEIGHT);
  const [isFollowing, setFollowing] = React.useState(true);
  const { scrollToEnd } = view;
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
        <span className="jp-SageMakerStudio-LogView-count">
          {trans._n('%1 line', '%1 lines', lines.length)}
        </span>
        <CopyButton
          text={() => textOf(lines)}
          label={trans.__('Copy the log')}
          trans={trans}
        />
        <button
          type="button"
          className="jp-SageMakerStudio-CopyButton"
          title={trans.__('Download the log')}
          aria-label={trans.__('Download the log')}
          onClick={() => saveText(textOf(lines), fileName)}
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
          <div style={{ height: lines.length * LINE_HEIGHT }}>
            <pre
              style={{
                lineHeight: `${LINE_HEIGHT}px`,
                transform: `translateY(${view.start * LINE_HEIGHT}px)`
              }}
            >
              {textOf(lines.slice(view.start, view.end))}
            </pre>
          </div>
        )}
      </div>
    </div>
  );
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

function saveText(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
