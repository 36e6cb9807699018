import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ISpacesApi } from '../../tokens';
import { probe } from './probe';
import { isOver, probeInterval, watch, watchFrom } from './progress';
import type { IWatchState, WatchEvent } from './progress';
import type { IChangeRecord } from './record';
import type { ChangeChannel } from './channel';

/** Milliseconds between two looks at the new app, and for how long they are repeated. */
const APP_PAUSE = 2_000;
const APP_PATIENCE = 60_000;

/** What a {@link ChangeWatcher} is made of. */
export interface IWatcherOptions {
  taskId: string;
  record: IChangeRecord;
  /** When it was confirmed, in milliseconds since the epoch. */
  startedAt: number;
  settings: ServerConnection.ISettings;
  spaces: Pick<ISpacesApi, 'app'>;
  channel: ChangeChannel;
}

/**
 * Watches a server go and another one come, for all tabs of this JupyterLab.
 *
 * One tab asks; all hear what it learns.
 */
export class ChangeWatcher implements IDisposable {
  constructor(options: IWatcherOptions) {
    this._options = options;
    this._state = watchFrom(options.startedAt);
    options.channel.event.connect(this._onEvent, this);
    this._release = options.channel.lead(options.taskId, signal =>
      this._probe(signal)
    );
    this._clock = setInterval(
      () => this._take({ kind: 'tick', at: Date.now() }),
      1_000
    );
  }

  get record(): IChangeRecord {
    return this._options.record;
  }

  get state(): IWatchState {
    return this._state;
  }

  /** Emitted at each change, and once a second for the clock. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearInterval(this._clock);
    this._release();
    this._options.channel.event.disconnect(this._onEvent, this);
    Signal.clearData(this);
  }

  /** Take in what this page has learnt, and tell the other tabs. */
  tell(event: WatchEvent): void {
    this._options.channel.tell(this._options.taskId, event);
    this._take(event);
  }

  private _onEvent(
    _: ChangeChannel,
    { taskId, event }: { taskId: string; event: WatchEvent }
  ): void {
    if (taskId === this._options.taskId) {
      this._take(event);
    }
  }

  private _take(event: WatchEvent): void {
    if (!this._isDisposed && !isOver(this._state)) {
      this._state = watch(this._state, event, this._options);
      this._changed.emit();
    }
  }

  /** Ask again and again, as long as this tab leads and there is something to learn. */
  private async _probe(signal: AbortSignal): Promise<void> {
    const isDone = () => signal.aborted || isOver(this._state);
    while (!isDone()) {
      const event = await probe(this._options.settings);
      if (isDone()) {
        return;
      }
      this.tell(event);
      if (event.kind === 'answer' && event.bootId !== this.record.bootId) {
        await this._readApp(event.bootId, signal);
      }
      const pause = probeInterval(this._state, Date.now(), document.hidden);
      await sleep(isDone() ? 0 : pause, signal);
    }
  }

  /** Read what the new app runs on; it is there a moment after its server. */
  private async _readApp(bootId: string, signal: AbortSignal): Promise<void> {
    const until = Date.now() + APP_PATIENCE;
    let instanceType: string | undefined;
    for (;;) {
      const app = await this._options.spaces.app().catch(() => null);
      instanceType = app?.spec.instanceType;
      if (instanceType || Date.now() >= until || signal.aborted) {
        break;
      }
      await sleep(APP_PAUSE, signal);
    }
    if (!signal.aborted) {
      this.tell({ kind: 'app', at: Date.now(), bootId, instanceType });
    }
  }

  private readonly _options: IWatcherOptions;
  private _state: IWatchState;
  private _isDisposed = false;
  private readonly _release: () => void;
  private readonly _clock: ReturnType<typeof setInterval>;
  private readonly _changed = new Signal<this, void>(this);
}

/** Resolves after a time, or at once when aborted; a page that is shown again does not wait. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      document.removeEventListener('visibilitychange', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    document.addEventListener('visibilitychange', end);
  });
}
