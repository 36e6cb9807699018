import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITask, ITaskClient, ITaskRequest, TaskAnswer } from '../tokens';
import { StudioError, toStudioError } from './errors';
import { openRoute, request } from './request';
import { readEvents } from './sse';

/** Milliseconds the client waits. */
export interface ITaskTimes {
  /** Before the stream is opened again; doubled with each failure in a row. */
  reconnect: number;
  maxReconnect: number;
  /** The first event comes at once, unless a proxy in between holds streams back. */
  firstEvent: number;
  /** Between two questions where streams don't pass. */
  poll: number;
  /** Without a sign of life (the server sends one each 15 s) a stream is taken for dead. */
  silence: number;
}

const TIMES: ITaskTimes = {
  reconnect: 500,
  maxReconnect: 15_000,
  firstEvent: 10_000,
  poll: 2_000,
  silence: 45_000
};

/** Streams that fail this often in a row are given up for asking again and again. */
const STREAM_FAILURES = 3;
/** How often starting a task is tried where the server can't be reached. */
const START_ATTEMPTS = 3;

interface IFollowed {
  ended: Promise<ITask>;
  listeners: Set<(task: ITask) => void>;
  last?: ITask;
}

/** Durable tasks over our own routes: server-sent events, or polling where those don't pass. */
export class TaskClient implements ITaskClient, IDisposable {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    options: {
      /** Settled when the page is restored and idle. */
      isIdle?: Promise<void>;
      times?: Partial<ITaskTimes>;
    } = {}
  ) {
    this._times = { ...TIMES, ...options.times };
    this._isIdle = options.isIdle ?? Promise.resolve();
  }

  get taskChanged(): ISignal<ITaskClient, ITask> {
    return this._taskChanged;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    this._abort.abort();
    Signal.clearData(this);
  }

  async start(body: ITaskRequest): Promise<ITask> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request<ITask>(this._settings, 'tasks', {
          method: 'POST',
          body
        });
      } catch (thrown) {
        const error = toStudioError(thrown, 'POST tasks');
        // The same token is the same task, so asking again can't start a second one.
        if (error.code !== 'ServerUnreachable' || attempt >= START_ATTEMPTS) {
          throw error;
        }
        await this._pause(this._times.reconnect * attempt);
      }
    }
  }

  async list(): Promise<ITask[]> {
    const { tasks } = await request<{ tasks: ITask[] }>(
      this._settings,
      'tasks'
    );
    return tasks;
  }

  pickUp(
    isMine: (task: ITask) => boolean,
    resume: (tasks: ITask[]) => unknown
  ): void {
    this._left ??= this._isIdle.then(() => this.list());
    void this._left
      .then(tasks => {
        const mine = tasks.filter(isMine);
        return mine.length > 0 ? resume(mine) : undefined;
      })
      .catch(() => undefined);
  }

  async follow(id: string, onChange?: (task: ITask) => void): Promise<ITask> {
    let followed = this._followed.get(id);
    if (!followed) {
      const listeners = new Set<(task: ITask) => void>();
      followed = { listeners, ended: this._run(id) };
      this._followed.set(id, followed);
    }
    if (onChange) {
      followed.listeners.add(onChange);
      if (followed.last) {
        onChange(followed.last);
      }
    }
    return followed.ended;
  }

  async answer(
    id: string,
    questionId: string,
    answer: TaskAnswer
  ): Promise<void> {
    try {
      await request<void>(this._settings, `${taskRoute(id)}/answer`, {
        method: 'POST',
        body: { question: questionId, answer }
      });
    } catch (error) {
      // Another tab was faster, or the task ended meanwhile.
      if (!isGone(error)) {
        throw error;
      }
    }
  }

  async cancel(id: string): Promise<void> {
    await request<void>(this._settings, taskRoute(id), { method: 'DELETE' });
  }

  async forget(id: string): Promise<void> {
    try {
      await this.cancel(id);
    } catch (error) {
      // Another tab was faster.
      if (!isGone(error)) {
        throw error;
      }
    }
  }

  /** Follow one task to its end, through cut connections and restarts of the server. */
  private async _run(id: string): Promise<ITask> {
    // Let `follow` finish its bookkeeping before the first change comes in.
    await Promise.resolve();
    const state = { failures: 0, isPolling: false };
    try {
      for (;;) {
        const task = await this._attempt(id, state);
        if (task && isFinal(task)) {
          return task;
        }
        if (this.isDisposed) {
          throw new StudioError({ code: 'Aborted', message: 'Aborted' });
        }
        await this._pause(
          state.failures > 0 ? this._delay(state.failures) : this._times.poll
        );
      }
    } finally {
      this._followed.delete(id);
    }
  }

  /** One stream or one question; failures that may pass are only counted. */
  private async _attempt(
    id: string,
    state: { failures: number; isPolling: boolean }
  ): Promise<ITask | undefined> {
    try {
      if (state.isPolling) {
        const task = await this._ask(id);
        state.failures = 0;
        return task;
      }
      const task = await this._stream(id, () => (state.failures = 0));
      if (!task || !isFinal(task)) {
        state.failures += 1;
      }
      return task;
    } catch (error) {
      if (this.isDisposed || isHopeless(error)) {
        throw toStudioError(error, 'GET tasks');
      }
      state.failures += 1;
      return undefined;
    } finally {
      state.isPolling ||= state.failures >= STREAM_FAILURES;
    }
  }

  /**
   * Read the task's events to the end of the stream; the last state, if any came.
   *
   * @param onEvent - called when a state has come, so streams do pass.
   */
  private async _stream(
    id: string,
    onEvent: () => void
  ): Promise<ITask | undefined> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    this._abort.signal.addEventListener('abort', abort);
    let timer = setTimeout(abort, this._times.firstEvent);
    const onBytes = () => {
      clearTimeout(timer);
      timer = setTimeout(abort, this._times.silence);
    };
    let last: ITask | undefined;
    try {
      const response = await openRoute(
        this._settings,
        `${taskRoute(id)}/events`,
        { signal: controller.signal, accept: 'text/event-stream' }
      );
      for await (const event of readEvents(
        response,
        onBytes,
        controller.signal
      )) {
        if (event.name === 'task') {
          last = JSON.parse(event.data) as ITask;
          onEvent();
          this._announce(last);
          if (isFinal(last)) {
            break;
          }
        }
      }
      return last;
    } finally {
      clearTimeout(timer);
      abort();
      this._abort.signal.removeEventListener('abort', abort);
    }
  }

  private async _ask(id: string): Promise<ITask> {
    const task = await request<ITask>(this._settings, taskRoute(id), {
      signal: this._abort.signal
    });
    this._announce(task);
    return task;
  }

  private _announce(task: ITask): void {
    const followed = this._followed.get(task.id);
    if (followed) {
      followed.last = task;
      followed.listeners.forEach(listener => listener(task));
    }
    this._taskChanged.emit(task);
  }

  private _delay(failures: number): number {
    const { reconnect, maxReconnect } = this._times;
    return Math.min(maxReconnect, reconnect * 2 ** Math.min(failures - 1, 10));
  }

  private _pause(milliseconds: number): Promise<void> {
    const { signal } = this._abort;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      const stop = () => {
        clearTimeout(timer);
        reject(new StudioError({ code: 'Aborted', message: 'Aborted' }));
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  private readonly _times: ITaskTimes;
  private readonly _isIdle: Promise<void>;
  /** What earlier pages left. */
  private _left: Promise<ITask[]> | undefined;
  private readonly _abort = new AbortController();
  private readonly _followed = new Map<string, IFollowed>();
  private readonly _taskChanged = new Signal<ITaskClient, ITask>(this);
}

function taskRoute(id: string): string {
  return `tasks/${encodeURIComponent(id)}`;
}

function isFinal(task: ITask): boolean {
  return task.state !== 'queued' && task.state !== 'running';
}

/** The task itself is gone, as against the server part (`ServerPartMissing`). */
function isGone(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    error.status === 404 &&
    error.code !== 'ServerPartMissing'
  );
}

/** Asking again would change nothing. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    (isGone(error) || error.status === 401 || error.status === 403)
  );
}
