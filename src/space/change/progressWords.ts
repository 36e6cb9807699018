import type { TranslationBundle } from '@jupyterlab/translation';

import { formatClock, formatDuration } from '../../core/format';
import { BOOKED_RETURN, BOOKED_START } from './executors';
import type { IWatchState } from './progress';
import type { IChangeRecord } from './record';

/** What the full-window progress says. */
export interface IProgressWords {
  /** For the browser's tab. */
  tab: string;
  title: string;
  sentence: string;
  /** What has been seen to happen, with times. */
  seen: string[];
  /** What is planned and can't be seen from here. */
  planned: string[];
  tone: 'calm' | 'good' | 'warning' | 'bad';
}

/** Where a change stands, in words. */
export function progressWords(
  state: IWatchState,
  record: IChangeRecord,
  options: { trans: TranslationBundle; locale?: string }
): IProgressWords {
  const { trans } = options;
  return {
    ...main(state, record, options),
    tab: tabTitle(state, record, trans),
    seen: seen(state, record, options),
    planned: planned(state, record, options)
  };
}

type Main = Pick<IProgressWords, 'title' | 'sentence' | 'tone'>;

function main(
  state: IWatchState,
  record: IChangeRecord,
  { trans, locale }: { trans: TranslationBundle; locale?: string }
): Main {
  const to = record.to ?? trans.__('the wanted type');
  const on = state.instanceType ?? trans.__('its instance');
  const after = formatDuration(
    (state.backAt ?? state.answeredAt) - state.startedAt,
    locale
  );
  const calm = (sentence: string): Main => ({
    title: headline(record, trans),
    sentence,
    tone: 'calm'
  });
  switch (state.phase) {
    case 'preparing':
      return calm(state.step ?? trans.__('Preparing'));
    case 'stopping':
      return calm(
        record.purpose === 'stop'
          ? trans.__('SageMaker is stopping the space.')
          : trans.__(
              'SageMaker is stopping JupyterLab. From here on it goes on without this page.'
            )
      );
    case 'lingering':
      return calm(
        trans.__(
          'The old server is still running; SageMaker has not stopped it yet.'
        )
      );
    case 'down':
      return calm(downSentence(record, trans));
    case 'starting':
      return calm(
        trans.__(
          'JupyterLab should be starting on %1. GPU types can take longer.',
          to
        )
      );
    case 'checking':
      return calm(
        trans.__('JupyterLab answers again. Looking at what it runs on.')
      );
    case 'back':
      return {
        title: trans.__('Ready on %1 after %2', on, after),
        sentence: trans.__('The page is loaded again with the same tabs.'),
        tone: 'good'
      };
    case 'back-fallback':
      return {
        title: trans.__('Ready on %1 after %2', on, after),
        sentence: trans.__(
          '%1 was not available, so the next type of your list was taken.',
          to
        ),
        tone: 'warning'
      };
    case 'back-former':
      return {
        title: trans.__('Back on %1', on),
        sentence: trans.__(
          'The space was not switched to %1. Your files are as they were; the reason follows once the page is loaded again.',
          to
        ),
        tone: 'warning'
      };
    case 'back-other':
      return {
        title: trans.__('JupyterLab runs on %1', on),
        sentence: trans.__(
          'Somebody else or Studio has started it on a type that was not planned here.'
        ),
        tone: 'warning'
      };
    case 'back-unknown':
      return {
        title: trans.__('JupyterLab is back'),
        sentence: trans.__('What it runs on could not be read.'),
        tone: 'warning'
      };
    case 'overdue':
      return {
        title: trans.__('No server has answered for %1 minutes', 20),
        sentence: trans.__(
          'Your files are on the space’s volume. Open the space in Studio and press Run. What may be behind it: the quota, no free instances of this type, or a lifecycle script that fails.'
        ),
        tone: 'bad'
      };
    case 'signed-out':
      return {
        title: trans.__('Studio asks you to sign in again'),
        sentence: trans.__(
          'Open JupyterLab at the same address again. The change goes on meanwhile.'
        ),
        tone: 'warning'
      };
    case 'refused':
      return {
        title: trans.__('Nothing was changed'),
        sentence: trans.__('The change ended before it began.'),
        tone: 'warning'
      };
  }
}

function headline(record: IChangeRecord, trans: TranslationBundle): string {
  const { purpose, from, to, spaceName } = record;
  if (purpose === 'stop') {
    return trans.__('Stopping %1', spaceName);
  }
  return to && to !== from
    ? trans.__('Switching %1 to %2', spaceName, to)
    : trans.__('Restarting %1', spaceName);
}

function downSentence(record: IChangeRecord, trans: TranslationBundle): string {
  if (record.purpose === 'stop') {
    return trans.__(
      'JupyterLab has stopped. Start the space in Studio when you need it; this page comes back then.'
    );
  }
  return record.executor === 'hand-off'
    ? trans.__('JupyterLab has stopped. The next steps are yours, in Studio:')
    : trans.__(
        'JupyterLab has stopped; the space is being changed and started again.'
      );
}

function tabTitle(
  state: IWatchState,
  record: IChangeRecord,
  trans: TranslationBundle
): string {
  return state.phase.startsWith('back')
    ? trans.__('Ready')
    : state.phase === 'overdue' || state.phase === 'signed-out'
      ? trans.__('Needs you')
      : record.purpose === 'stop'
        ? trans.__('Stopping…')
        : trans.__('Switching…');
}

function seen(
  state: IWatchState,
  record: IChangeRecord,
  { trans, locale }: { trans: TranslationBundle; locale?: string }
): string[] {
  const now = new Date();
  const time = (at: number) => formatClock(new Date(at), now, locale);
  const lines = [trans.__('Confirmed: %1', time(state.startedAt))];
  if (state.handedOverAt !== undefined) {
    lines.push(trans.__('Handed over: %1', time(state.handedOverAt)));
  }
  if (state.downSince !== undefined) {
    lines.push(
      trans.__('Old server stopped answering: %1', time(state.downSince))
    );
  }
  if (state.backAt !== undefined) {
    lines.push(trans.__('New server answered: %1', time(state.backAt)));
  }
  return lines;
}

function planned(
  state: IWatchState,
  record: IChangeRecord,
  { trans, locale }: { trans: TranslationBundle; locale?: string }
): string[] {
  if (state.backAt !== undefined) {
    return [];
  }
  if (record.executor === 'scheduled' && record.purpose !== 'stop') {
    const at = (minutes: number) =>
      formatClock(
        new Date(Date.parse(record.createdAt) + minutes * 60_000),
        new Date(),
        locale
      );
    return [
      trans.__(
        'Start on %1 is booked for %2.',
        record.to ?? '',
        at(BOOKED_START)
      ),
      trans.__(
        'If that fails, a start on %1 is booked for %2.',
        record.from ?? '',
        at(BOOKED_RETURN)
      )
    ];
  }
  return [];
}

/** What a person does in Studio to finish a hand-off. */
export function handOffSteps(
  record: IChangeRecord,
  trans: TranslationBundle
): string[] {
  const rest = record.rows.filter(({ field }) => field !== 'instanceType');
  return [
    trans.__('Open the space %1 in Studio.', record.spaceName),
    rest.length > 0
      ? trans.__(
          'Choose the instance %1 and set: %2.',
          record.to ?? '',
          rest.map(row => `${row.label} ${row.after}`).join('; ')
        )
      : trans.__('Choose the instance %1.', record.to ?? ''),
    trans.__('Press Run space.')
  ];
}
