import type { ILogLine } from '../tokens';

/** How far papermill is, read from the driver's progress bar. */
export interface IPapermillProgress {
  /** Cells done. */
  done: number;
  total: number;
  /** 0–100, as papermill prints it. */
  percent: number;
}

/**
 * The newest state of papermill's bar in a log message, or null.
 *
 * #### Notes
 * The bar is redrawn with carriage returns, which CloudWatch Logs keeps or
 * shows as `#015`; one event can carry several updates: the last one counts.
 */
export function readProgress(message: string): IPapermillProgress | null {
  const matches = [...message.matchAll(Private.BAR)];
  const last = matches[matches.length - 1];
  if (!last) {
    return null;
  }
  const [, percent, done, total] = last;
  return {
    done: Number(done),
    total: Number(total),
    percent: Math.min(100, Number(percent))
  };
}

/** A log as it is shown, and how far the notebook is. */
export interface IJobLog {
  lines: ILogLine[];
  progress: IPapermillProgress | null;
}

/** Append log lines; a redrawn progress bar takes the place of the one before it. */
export function appendLog(
  log: IJobLog,
  lines: ReadonlyArray<ILogLine>
): IJobLog {
  const shown = [...log.lines];
  let progress = log.progress;
  for (const line of lines) {
    const found = readProgress(line.message);
    if (!found) {
      shown.push(line);
      continue;
    }
    progress = found;
    const parts = Private.splitUpdates(line.message);
    const texts = parts.filter(part => !readProgress(part));
    const bars = parts.filter(part => readProgress(part));
    for (const message of texts) {
      shown.push({ timestamp: line.timestamp, message });
    }
    const bar = { timestamp: line.timestamp, message: bars[bars.length - 1] };
    const previous = shown[shown.length - 1];
    if (previous && readProgress(previous.message)) {
      shown[shown.length - 1] = bar;
    } else {
      shown.push(bar);
    }
  }
  return { lines: shown, progress };
}

/**
 * The exception a notebook ended with, e.g. `KeyError: 'screws'`, or null.
 *
 * #### Notes
 * AWS cuts FailureReason after 1,024 characters, most of which the driver's own
 * trace takes up; its log has the exception just before it tells of the output.
 */
export function readException(lines: ReadonlyArray<ILogLine>): string | null {
  let at = lines.length - 1;
  const first = Math.max(0, lines.length - Private.LAST_LINES);
  while (at >= first && !Private.GENERATED.test(lines[at].message)) {
    at--;
  }
  const last = lines[at - 1]?.message.trim() ?? '';
  return at >= first && Private.EXCEPTION.test(last) ? last : null;
}

namespace Private {
  /** The driver tells of the output at the end; of a long log the rest need not be looked at. */
  export const LAST_LINES = 5000;

  export const GENERATED = /^(No output|Output) notebook was generated/;

  export const EXCEPTION = /^[A-Za-z_][\w.]*(:\s|$)/;

  export const BAR =
    /Executing:\s*(\d{1,3})%\|[^|]*\|\s*(\d+)\/(\d+)\s*\[[^\]]*\]?/g;

  /** One event's updates, empty ones dropped; never empty for a message with a bar. */
  export function splitUpdates(message: string): string[] {
    return message
      .split(/\r|#015|\n/)
      .flatMap(part => part.split(/(?<=\])(?=Executing:)/))
      .filter(part => part.trim());
  }
}
