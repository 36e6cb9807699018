import type { TranslationBundle } from '@jupyterlab/translation';

import { StudioError } from '../../core/errors';
import { formatDuration } from '../../core/format';
import type { ISpaceChangeResult, ITask } from '../../tokens';
import { errorOf, readOutcome, text, typeOf } from './outcome';
import type { IOutcome } from './outcome';
import type { IChangeRecord } from './record';
import { readRecord } from './record';

/** How a change ended. */
export type ReportKind =
  /** As it was wanted. */
  | 'done'
  | 'fallback'
  /** Taken back: it runs as before. */
  | 'restored'
  /** It ended before it began. */
  | 'not-changed'
  /** Runs, but not as it was planned here. */
  | 'other'
  /** Nobody started the space for more than an hour. */
  | 'abandoned'
  | 'failed';

/** How a change ended, for the notification and the card. */
export interface IChangeReport {
  taskId: string;
  kind: ReportKind;
  title: string;
  /** More sentences. */
  lines: string[];
  /** AWS's reason, where something was refused. */
  error?: StudioError;
  /** How long it took, in milliseconds. */
  duration?: number;
  /** A type to try instead. */
  alternative?: string;
  /** What was planned; null where the task does not say. */
  record: IChangeRecord | null;
}

interface IWords {
  trans: TranslationBundle;
  locale?: string;
}

/** A plan that was not carried out within this time is not expected any more. */
const ABANDONED = 3_600_000;

/** How a finished change ended; null if there is nothing to tell. */
export function reportOf(task: ITask, words: IWords): IChangeReport | null {
  const result = task.result as Partial<ISpaceChangeResult> | undefined;
  const record = readRecord(result?.plan);
  switch (task.state) {
    case 'queued':
    case 'running':
    case 'cancelled':
      return null;
    case 'interrupted':
    case 'failed':
      return ofFailure(task, result, record, words);
    case 'succeeded':
      return ofSuccess(
        task,
        (result ?? {}) as ISpaceChangeResult,
        record,
        words
      );
  }
}

function ofFailure(
  task: ITask,
  result: Partial<ISpaceChangeResult> | undefined,
  record: IChangeRecord | null,
  { trans }: IWords
): IChangeReport {
  const error = new StudioError(
    task.error ?? {
      code:
        task.state === 'interrupted' ? 'TaskInterrupted' : 'UnexpectedError',
      message: task.phase
    }
  );
  const report = {
    taskId: task.id,
    record,
    error,
    alternative: other(record, record?.to)
  };
  // A change of the own space that has failed was told by a server that never went away.
  if (!result?.handedOverAt || record?.isOwn) {
    return {
      ...report,
      kind: 'not-changed',
      title: trans.__('%1: nothing was changed', task.title),
      lines: []
    };
  }
  return result.recovered
    ? {
        ...report,
        kind: 'restored',
        title: trans.__(
          '%1 did not work; %2 runs as before',
          task.title,
          result.spaceName ?? record?.spaceName ?? ''
        ),
        lines: record ? grownVolume(record, trans) : []
      }
    : {
        ...report,
        kind: 'failed',
        title: trans.__('%1 did not work', task.title),
        lines: [whereItStands(result, trans)]
      };
}

/** What became of a space whose change failed, and the next step. */
function whereItStands(
  { app, appProblem }: Partial<ISpaceChangeResult>,
  trans: TranslationBundle
): string {
  const status = text(app?.Status);
  if (status === 'InService' || status === 'Pending') {
    return trans.__(
      'The space runs on %1, which somebody else may have started. Look at it in the list of spaces, and change it again.',
      typeOf(app ?? null) ?? trans.__('an unknown type')
    );
  }
  return appProblem
    ? trans.__(
        'Whether the space runs is not known: %1. Look at it in the list of spaces; its volume is kept.',
        appProblem
      )
    : trans.__(
        'The space is stopped, and maybe half changed; its volume is kept. Start it from the list of spaces.'
      );
}

function ofSuccess(
  task: ITask,
  result: ISpaceChangeResult,
  record: IChangeRecord | null,
  words: IWords
): IChangeReport | null {
  const { trans } = words;
  if (!record) {
    return {
      taskId: task.id,
      kind: 'done',
      title: trans.__('%1: done', task.title),
      lines: [],
      record
    };
  }
  // The next start after a stop that was asked for is no news.
  if (record.purpose === 'stop' && record.isOwn) {
    return null;
  }
  const outcome = readOutcome(result.witness);
  // Where the app can't be looked at, the state machine's word holds.
  const type = typeOf(result.app) ?? typeOf(outcome);
  const since = Date.parse(result.handedOverAt ?? result.startedAt);
  const duration = Date.parse(result.endedAt) - since || undefined;
  const kind = kindOf(type, outcome, duration, record);
  const report = {
    taskId: task.id,
    record,
    duration,
    lines: linesOf(kind, result, record, trans)
  };
  const took = formatDuration(duration ?? 0, words.locale);
  switch (kind) {
    case 'done':
      return { ...report, kind, title: doneTitle(record, type, took, trans) };
    case 'fallback':
      return {
        ...report,
        kind,
        title: trans.__('%1 runs on %2', record.spaceName, type ?? ''),
        lines: [
          trans.__(
            '%1 was not available; your list said to try %2 next. It took %3.',
            record.to ?? '',
            type ?? '',
            took
          ),
          ...report.lines
        ],
        error: errorOf(result, outcome)
      };
    case 'restored':
    case 'not-changed':
    case 'failed':
      return {
        ...report,
        kind,
        title:
          record.from === record.to
            ? trans.__(
                '%1 was not changed; it runs as before',
                record.spaceName
              )
            : trans.__(
                'Back on %1: %2 was not switched to %3',
                type ?? trans.__('its former type'),
                record.spaceName,
                record.to ?? ''
              ),
        lines: [...restoredLines(record, trans), ...report.lines],
        error: errorOf(result, outcome),
        alternative: other(record, type)
      };
    case 'abandoned':
      return {
        ...report,
        kind,
        title: trans.__('%1 was not carried out', task.title),
        lines: [
          trans.__(
            'The space was started after %1, on %2. The plan is not pursued any more.',
            took,
            type ?? trans.__('an unknown type')
          ),
          ...report.lines
        ],
        error: errorOf(result, outcome)
      };
    case 'other':
      return {
        ...report,
        kind,
        title:
          type === undefined
            ? trans.__(
                '%1 runs again, but on what is not known',
                record.spaceName
              )
            : trans.__(
                '%1 runs on %2, not on %3',
                record.spaceName,
                type,
                record.to ?? ''
              ),
        lines: [
          ...(type === undefined
            ? []
            : [
                trans.__(
                  'Somebody else or Studio has started it; nothing was done about it.'
                )
              ]),
          ...report.lines
        ],
        error: errorOf(result, outcome)
      };
  }
}

function kindOf(
  type: string | undefined,
  outcome: IOutcome | null,
  duration: number | undefined,
  record: IChangeRecord
): ReportKind {
  if (record.purpose === 'stop') {
    return 'done';
  }
  const isFormer = type === undefined || type === record.from;
  if (outcome?.Outcome === 'Restored' && isFormer) {
    return 'restored';
  }
  if (type === undefined ? !record.isOwn : type === record.to) {
    return 'done';
  }
  if (type !== undefined && record.fallbacks.includes(type)) {
    return 'fallback';
  }
  if ((duration ?? 0) > ABANDONED) {
    return 'abandoned';
  }
  return type === record.from ? 'restored' : 'other';
}

function doneTitle(
  record: IChangeRecord,
  type: string | undefined,
  took: string,
  trans: TranslationBundle
): string {
  const { spaceName, from, to, purpose, rows } = record;
  if (purpose === 'stop') {
    return trans.__('%1 is stopped', spaceName);
  }
  if (purpose === 'start') {
    return trans.__('%1 runs on %2', spaceName, type ?? to ?? '');
  }
  if (from && to && from !== to) {
    return trans.__(
      'Switched %1 from %2 to %3 in %4',
      spaceName,
      from,
      to,
      took
    );
  }
  return rows.length > 0
    ? trans.__('%1 is changed, in %2', spaceName, took)
    : trans.__('%1 was restarted in %2', spaceName, took);
}

/** What else there is to know. */
function linesOf(
  kind: ReportKind,
  result: ISpaceChangeResult,
  record: IChangeRecord,
  trans: TranslationBundle
): string[] {
  const lines: string[] = [];
  const rest = rowsThatHold(kind, result, record).map(
    row => `${row.label}: ${row.before} → ${row.after}`
  );
  if (record.executor === 'hand-off' && rest.length > 0) {
    lines.push(
      trans.__(
        'Whether you set these in Studio was not checked: %1',
        rest.join('; ')
      )
    );
  } else {
    lines.push(...rest);
  }
  if (kind === 'restored') {
    lines.push(...grownVolume(record, trans));
  }
  if (
    kind === 'done' &&
    record.executor === 'scheduled' &&
    record.from !== record.to
  ) {
    lines.push(
      trans.__(
        'Studio still proposes %1 for the next start, because a booked start can’t change the space itself.',
        record.from ?? ''
      )
    );
  }
  if (result.cleanupProblem) {
    lines.push(
      trans.__('A booked entry could not be removed: %1', result.cleanupProblem)
    );
  }
  if (result.appProblem) {
    lines.push(
      trans.__('What it runs on could not be read: %1', result.appProblem)
    );
  }
  if (result.witnessProblem) {
    lines.push(
      trans.__(
        'How the state machine ended could not be read: %1',
        result.witnessProblem
      )
    );
  }
  return lines;
}

/** The settings a change has brought about; none of them where it was taken back. */
function rowsThatHold(
  kind: ReportKind,
  { app }: ISpaceChangeResult,
  { rows, draft }: IChangeRecord
): IChangeRecord['rows'] {
  if (kind !== 'done' && kind !== 'fallback') {
    return [];
  }
  const spec = app?.ResourceSpec as { SageMakerImageArn?: string } | undefined;
  // Another type of the list may have come with another image.
  const hasImage =
    kind === 'done' || spec?.SageMakerImageArn === draft.image?.arn;
  return rows.filter(
    ({ field }) => field !== 'instanceType' && (field !== 'image' || hasImage)
  );
}

/** The one setting that can't be taken back. */
function grownVolume(
  { rows, executor }: IChangeRecord,
  trans: TranslationBundle
): string[] {
  const row = rows.find(({ field }) => field === 'volume');
  return row && (executor === 'state-machine' || executor === 'direct')
    ? [
        trans.__(
          'The home volume may have grown from %1 to %2 all the same; it can’t be made smaller again.',
          row.before,
          row.after
        )
      ]
    : [];
}

function restoredLines(
  record: IChangeRecord,
  trans: TranslationBundle
): string[] {
  switch (record.executor) {
    case 'scheduled':
      return [
        trans.__(
          'The booked start failed and the safety net started the former type. SageMaker does not keep the reason; usually it is the quota or that no instance was free.'
        )
      ];
    case 'hand-off':
      return [trans.__('The space was started in Studio on its former type.')];
    case 'direct':
    case 'state-machine':
    case 'none':
      return [trans.__('Nothing on the volume is lost.')];
  }
}

/** The type to try instead, unless it runs already. */
function other(
  record: IChangeRecord | null,
  type: string | undefined
): string | undefined {
  return record?.alternative !== type ? record?.alternative : undefined;
}
