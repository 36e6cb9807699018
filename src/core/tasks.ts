import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITask, ITaskClient, ITaskRequest, TaskAnswer } from '../tokens';
import { StudioError, toStudioError } from './errors';
import { request } from './request';

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
        await pause(this._times.reconnect * attempt, this._abort.signal);
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

  /** What reads events loads with the first task that is followed. */
  private async _run(id: string): Promise<ITask> {
    try {
      const { followTask } = await import('./taskEvents');
      return await followTask({
        settings: this._settings,
        times: this._times,
        id,
        signal: this._abort.signal,
        onChange: task => this._announce(task)
      });
    } finally {
      this._followed.delete(id);
    }
  }

  private _announce(task: ITask): void {
    const followed = this._followed.get(task.id);
    if (followed) {
      followed.last = task;
      followed.listeners.forEach(listener => listener(task));
    }
    this._taskChanged.emit(task);
  }

  private readonly _times: ITaskTimes;
  private readonly _isIdle: Promise<void>;
  /** What earlier pages left. */
  private _left: Promise<ITask[]> | undefined;
  private readonly _abort = new AbortController();
  private readonly _followed = new Map<string, IFollowed>();
  private readonly _taskChanged = new Signal<ITaskClient, ITask>(this);
}

/** The route of a task. */
export function taskRoute(id: string): string {
  return `tasks/${encodeURIComponent(id)}`;
}

/** Whether a task itself is gone, as against the server part (`ServerPartMissing`). */
export function isGone(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    error.status === 404 &&
    error.code !== 'ServerPartMissing'
  );
}

/**
 * Wait some milliseconds.
 *
 * @throws StudioError - `Aborted`.
 */
export function pause(
  milliseconds: number,
  signal: AbortSignal
): Promise<void> {
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
