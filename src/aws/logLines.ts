import type { OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';

import type { ILogLine } from '../tokens';

// Colours and cursor moves of a terminal; nobody draws them here.
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** The lines of one event; carriage returns stay, they redraw a progress bar. */
export function toLines(event: OutputLogEvent): ILogLine[] {
  const text = (event.message ?? '').replace(ESCAPES, '').replace(/\r?\n$/, '');
  return text
    .split(/\r?\n/)
    .map(message => ({ timestamp: event.timestamp ?? 0, message }));
}
