import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration } from '../../core/format';
import type { StudioStore } from '../../core/store';
import type { ExecutorKind } from './api';
import type { IChangeReport } from './report';

/** How long one change took. */
interface IEntry {
  taskId: string;
  executor: ExecutorKind;
  /** Milliseconds. */
  duration: number;
}

interface IHistory {
  entries: IEntry[];
  /** When a space's volume was enlarged last, in milliseconds since the epoch. */
  volumes: Record<string, number>;
}

const KEY = 'history';
const MOST_ENTRIES = 20;
const USUAL_OF = 5;

/** How long changes took here, and when volumes were enlarged; kept across restarts. */
export class ChangeHistory {
  constructor(private readonly _store: StudioStore) {}

  /** Remember how a change ended; the same one counts once. */
  async add(report: IChangeReport): Promise<void> {
    const { kind, record, taskId, duration } = report;
    if (!record || (kind !== 'done' && kind !== 'fallback')) {
      return;
    }
    const history = await this._load();
    if (history.entries.some(entry => entry.taskId === taskId)) {
      return;
    }
    // How long a person takes in Studio says nothing about the next time.
    if (record.isOwn && duration && record.executor !== 'hand-off') {
      const entry = { taskId, executor: record.executor, duration };
      history.entries = [entry, ...history.entries].slice(0, MOST_ENTRIES);
    }
    if (record.draft.volumeGb !== undefined && record.executor !== 'hand-off') {
      history.volumes[record.spaceName] = Date.parse(record.createdAt);
    }
    await this._store.save(KEY, history);
  }

  /** Milliseconds a change usually takes and of how many; null if none is known. */
  async usual(
    executor: ExecutorKind
  ): Promise<{ duration: number; of: number } | null> {
    const { entries } = await this._load();
    const durations = entries
      .filter(entry => entry.executor === executor)
      .slice(0, USUAL_OF)
      .map(entry => entry.duration)
      .sort((a, b) => a - b);
    return durations.length > 0
      ? {
          duration: durations[Math.floor(durations.length / 2)],
          of: durations.length
        }
      : null;
  }

  /** When the volume of a space was enlarged last, as far as it was done here. */
  async volumeChangedAt(spaceName: string): Promise<Date | undefined> {
    const at = (await this._load()).volumes[spaceName];
    return at === undefined ? undefined : new Date(at);
  }

  private async _load(): Promise<IHistory> {
    const found = await this._store.load<IHistory>(KEY);
    return { entries: found?.entries ?? [], volumes: found?.volumes ?? {} };
  }
}

/** E.g. "Usually 4 min 50 s (of the last 5)". */
export function usualWords(
  usual: { duration: number; of: number },
  trans: TranslationBundle,
  locale?: string
): string {
  return trans.__(
    'Usually %1 (of the last %2)',
    formatDuration(usual.duration, locale),
    usual.of
  );
}
