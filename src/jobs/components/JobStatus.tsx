import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StatusChip } from '../../components/StatusChip';
import type { StatusTone } from '../../components/StatusChip';
import { useNow } from '../../components/useNow';
import { formatDuration } from '../../core/format';
import type { INotebookJob } from '../../tokens';
import type { IJobRow } from '../model';
import { hasEnded, hasTimedOut } from '../tracker';

/** A job's status as people read it. */
export interface IStatusWords {
  tone: StatusTone;
  label: string;
}

/** Status and secondary status as one word or two. */
export function statusOf(
  job: Pick<INotebookJob, 'status' | 'secondaryStatus'>,
  trans: TranslationBundle
): IStatusWords {
  switch (job.status) {
    case 'Completed':
      return { tone: 'success', label: trans.__('Completed') };
    case 'Failed':
      return { tone: 'failure', label: trans.__('Failed') };
    case 'Stopping':
      return { tone: 'active', label: trans.__('Stopping') };
    case 'Stopped':
      return hasTimedOut(job)
        ? { tone: 'failure', label: trans.__('Timed out') }
        : { tone: 'stopped', label: trans.__('Stopped') };
    case 'InProgress':
      return progressOf(job.secondaryStatus, trans);
  }
}

function progressOf(
  secondaryStatus: string,
  trans: TranslationBundle
): IStatusWords {
  switch (secondaryStatus) {
    case 'Training':
      return { tone: 'active', label: trans.__('Running') };
    case 'Starting':
    case 'LaunchingMLInstances':
    case 'PreparingTrainingStack':
    case 'Pending':
      return { tone: 'waiting', label: trans.__('Starting') };
    case 'Downloading':
    case 'DownloadingTrainingImage':
      return { tone: 'waiting', label: trans.__('Downloading') };
    case 'Uploading':
      return { tone: 'active', label: trans.__('Uploading') };
    case 'Restarting':
      return { tone: 'waiting', label: trans.__('Restarting') };
    default:
      return { tone: 'active', label: trans.__('In progress') };
  }
}

/** The status of a row, whether it is a job yet or not. */
export function rowStatus(
  row: IJobRow,
  trans: TranslationBundle
): IStatusWords {
  return row.kind === 'job'
    ? statusOf(row.job, trans)
    : { tone: 'waiting', label: trans.__('Staging files…') };
}

/** A row's status as a chip. */
export function RowStatus(props: {
  row: IJobRow;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, trans } = props;
  const title = row.kind === 'job' ? row.job.failureReason : undefined;
  return <StatusChip {...rowStatus(row, trans)} title={title} />;
}

/** When a row's clock began to run, and when it stopped, if it did. */
export function rowTimes(row: IJobRow): { start: number; end?: number } {
  if (row.kind === 'submission') {
    return { start: row.submission.createdAt };
  }
  const { job } = row;
  const start = (job.startedAt ?? job.createdAt).getTime();
  return hasEnded(job)
    ? { start, end: (job.endedAt ?? job.modifiedAt)?.getTime() ?? start }
    : { start: job.createdAt.getTime() };
}

/** Milliseconds a row has taken so far. */
export function rowDuration(row: IJobRow, now: number): number {
  const { start, end } = rowTimes(row);
  return (end ?? now) - start;
}

/** A duration that ticks until there is an end. */
export function Elapsed(props: {
  /** Milliseconds since the epoch. */
  start: number;
  end?: number;
  locale?: string;
}): JSX.Element {
  const { start, end, locale } = props;
  return (
    <span className="jp-SageMakerStudio-Elapsed">
      {end === undefined ? (
        <Ticking start={start} locale={locale} />
      ) : (
        formatDuration(end - start, locale)
      )}
    </span>
  );
}

function Ticking(props: { start: number; locale?: string }): JSX.Element {
  return <>{formatDuration(useNow(1000) - props.start, props.locale)}</>;
}
