import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { WatchEvent } from './progress';
import type { IChangeRecord } from './record';

/** A change that a tab tells the others of. */
export interface IBegun {
  taskId: string;
  record: IChangeRecord;
  startedAt: number;
}

type Message =
  | { kind: 'begun'; begun: IBegun }
  | { kind: 'event'; taskId: string; event: WatchEvent }
  /** A tab somebody looks at would rather ask itself. */
  | { kind: 'yield'; taskId: string };

/**
 * What the tabs of one JupyterLab tell each other, and which of them asks the server.
 *
 * #### Notes
 * Browsers slow hidden tabs down, so a hidden one that leads gives way to one that is seen.
 * Without Web Locks (a page without HTTPS) each tab asks for itself.
 */
export class ChangeChannel implements IDisposable {
  /** @param name - the same for all tabs of one server. */
  constructor(private readonly _name: string) {
    if (typeof BroadcastChannel !== 'undefined') {
      this._channel = new BroadcastChannel(_name);
      this._channel.onmessage = ({ data }) => this._receive(data as Message);
    }
  }

  /** Another tab has begun a change. */
  get begun(): ISignal<this, IBegun> {
    return this._begun;
  }

  /** Another tab has learnt something. */
  get event(): ISignal<this, { taskId: string; event: WatchEvent }> {
    return this._event;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._channel?.close();
    Signal.clearData(this);
  }

  announce(begun: IBegun): void {
    this._post({ kind: 'begun', begun });
  }

  tell(taskId: string, event: WatchEvent): void {
    this._post({ kind: 'event', taskId, event });
  }

  /**
   * Do something in one tab only; in the next one, when that is closed.
   *
   * @param act - is to end when its signal is aborted.
   * @returns what ends it.
   */
  lead(
    taskId: string,
    act: (signal: AbortSignal) => Promise<void>
  ): () => void {
    const end = new AbortController();
    let round = new AbortController();
    const giveWay = (other: string) => {
      if (other === taskId && document.hidden) {
        round.abort();
      }
    };
    const onShown = () => {
      if (!document.hidden) {
        this._post({ kind: 'yield', taskId });
      }
    };
    const onEnd = () => {
      round.abort();
      this._yields.delete(giveWay);
      document.removeEventListener('visibilitychange', onShown);
    };
    this._yields.add(giveWay);
    document.addEventListener('visibilitychange', onShown);
    end.signal.addEventListener('abort', onEnd);
    onShown();
    const run = async () => {
      while (!end.signal.aborted) {
        round = new AbortController();
        const { signal } = round;
        await this._alone(taskId, end.signal, () => act(signal));
        if (!signal.aborted) {
          return; // It has come to its end.
        }
      }
    };
    void run().catch(() => undefined);
    return () => end.abort();
  }

  private async _alone(
    taskId: string,
    signal: AbortSignal,
    act: () => Promise<void>
  ): Promise<void> {
    if (typeof navigator.locks === 'undefined') {
      return act();
    }
    await navigator.locks.request(`${this._name}:${taskId}`, { signal }, act);
  }

  private _post(message: Message): void {
    this._channel?.postMessage(message);
  }

  private _receive(message: Message): void {
    switch (message.kind) {
      case 'begun':
        this._begun.emit(message.begun);
        return;
      case 'event':
        this._event.emit({ taskId: message.taskId, event: message.event });
        return;
      case 'yield':
        this._yields.forEach(giveWay => giveWay(message.taskId));
    }
  }

  private readonly _channel: BroadcastChannel | undefined;
  private _isDisposed = false;
  private readonly _yields = new Set<(taskId: string) => void>();
  private readonly _begun = new Signal<this, IBegun>(this);
  private readonly _event = new Signal<
    this,
    { taskId: string; event: WatchEvent }
  >(this);
}
