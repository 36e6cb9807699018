import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

import type { IResourceWatcher, IWatch, IWatchHandle } from '../tokens';
import { isAborted, isThrottling } from './errors';

/** Milliseconds between two looks at something. */
export interface IWatchIntervals {
  /** Its end is awaited and somebody looks on. */
  tracked: number;
  /** Its end is awaited with the tab hidden. */
  trackedHidden: number;
  /** It is merely seen. */
  visible: number;
  /** The most an error may slow it down to. */
  max: number;
}

const INTERVALS: IWatchIntervals = {
  tracked: 5_000,
  trackedHidden: 20_000,
  visible: 60_000,
  max: 300_000
};

// How often we look at what is due; costs nothing while nothing is.
const TICK = 1_000;

/** What is shared by all watches of one key. */
interface IEntry {
  watches: IWatch[];
  /** When it was last polled, by the clock of `Date.now`; undefined if never. */
  last?: number;
  /** How many times longer than usual to wait after errors. */
  slowdown: number;
  running?: Promise<void>;
}

/**
 * One Lumino poll for everything: it looks at what is seen or awaited, and at nothing else.
 *
 * With the tab hidden it stands by, unless the end of something is awaited.
 */
export class ResourceWatcher implements IResourceWatcher, IDisposable {
  constructor(options: { intervals?: Partial<IWatchIntervals> } = {}) {
    this._intervals = { ...INTERVALS, ...options.intervals };
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-sagemaker-studio:watcher',
      factory: async () => this._tick(),
      frequency: { interval: TICK, backoff: false },
      standby: () => (this._isAnyTracked() ? 'never' : 'when-hidden')
    });
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    this._entries.clear();
  }

  subscribe(watch: IWatch): IWatchHandle {
    const entry = this._entries.get(watch.key) ?? { watches: [], slowdown: 1 };
    entry.watches.push(watch);
    this._entries.set(watch.key, entry);
    if (this._entries.size === 1) {
      void this._poll.start();
    }
    let isDisposed = false;
    return {
      get isDisposed() {
        return isDisposed;
      },
      refresh: async () => {
        if (!isDisposed) {
          entry.slowdown = 1;
          await this._run(entry, watch);
        }
      },
      dispose: () => {
        if (isDisposed) {
          return;
        }
        isDisposed = true;
        entry.watches = entry.watches.filter(other => other !== watch);
        if (entry.watches.length === 0) {
          this._entries.delete(watch.key);
        }
        if (this._entries.size === 0) {
          void this._poll.stop();
        }
      }
    };
  }

  pause(): IDisposable {
    this._pauses += 1;
    let isDisposed = false;
    return {
      get isDisposed() {
        return isDisposed;
      },
      dispose: () => {
        if (!isDisposed) {
          isDisposed = true;
          this._pauses -= 1;
        }
      }
    };
  }

  private _isAnyTracked(): boolean {
    return [...this._entries.values()].some(entry =>
      entry.watches.some(watch => watch.isTracked())
    );
  }

  private _tick(): void {
    if (this._pauses > 0) {
      return;
    }
    const now = Date.now();
    for (const entry of this._entries.values()) {
      const interval = this._interval(entry);
      if (
        interval !== null &&
        (entry.last === undefined || now - entry.last >= interval)
      ) {
        // Not awaited: a slow answer of one holds up none of the others.
        void this._run(entry, entry.watches[0]);
      }
    }
  }

  /** Milliseconds between polls as things stand; null for not at all. */
  private _interval(entry: IEntry): number | null {
    const hidden = document.hidden;
    const { tracked, trackedHidden, visible, max } = this._intervals;
    let interval: number;
    if (entry.watches.some(watch => watch.isTracked())) {
      interval = hidden ? trackedHidden : tracked;
    } else if (!hidden && entry.watches.some(watch => watch.isVisible())) {
      interval = visible;
    } else {
      return null;
    }
    return Math.min(max, interval * entry.slowdown);
  }

  private _run(entry: IEntry, watch: IWatch): Promise<void> {
    return (entry.running ??= this._look(entry, watch).finally(() => {
      entry.running = undefined;
    }));
  }

  private async _look(entry: IEntry, watch: IWatch): Promise<void> {
    try {
      await watch.poll();
      entry.slowdown = 1;
    } catch (error) {
      if (!isAborted(error)) {
        entry.slowdown = Math.min(
          64,
          entry.slowdown * (isThrottling(error) ? 4 : 2)
        );
      }
    }
    // Counted from the answer on: a slow service is not asked more often than it answers.
    entry.last = Date.now();
  }

  private readonly _intervals: IWatchIntervals;
  private readonly _poll: Poll<void>;
  private _pauses = 0;
  private readonly _entries = new Map<string, IEntry>();
}
