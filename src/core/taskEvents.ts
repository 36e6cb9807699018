import type { ServerConnection } from '@jupyterlab/services';

import type { ITask } from '../tokens';
import { StudioError, toStudioError } from './errors';
import { openRoute, request } from './request';
import { readEvents } from './sse';
import { isGone, pause, taskRoute } from './tasks';
import type { ITaskTimes } from './tasks';

/** Streams that fail this often in a row are given up for asking again and again. */
const STREAM_FAILURES = 3;

/** How one task is followed. */
export interface IFollowOptions {
  settings: ServerConnection.ISettings;
  times: ITaskTimes;
  id: string;
  signal: AbortSignal;
  /** Called with each state that comes. */
  onChange: (task: ITask) => void;
}

/**
 * Follow one task to its end, through cut connections and restarts of the server.
 *
 * @throws StudioError - `Aborted`; or it is gone, or not ours to see.
 */
export async function followTask(options: IFollowOptions): Promise<ITask> {
  const { signal, times } = options;
  const state = { failures: 0, isPolling: false };
  for (;;) {
    const task = await attempt(options, state);
    if (task && isFinal(task)) {
      return task;
    }
    if (signal.aborted) {
      throw new StudioError({ code: 'Aborted', message: 'Aborted' });
    }
    const { failures } = state;
    const delay = times.reconnect * 2 ** Math.min(failures - 1, 10);
    await pause(
      failures > 0 ? Math.min(times.maxReconnect, delay) : times.poll,
      signal
    );
  }
}

/** One stream or one question; failures that may pass are only counted. */
async function attempt(
  options: IFollowOptions,
  state: { failures: number; isPolling: boolean }
): Promise<ITask | undefined> {
  try {
    if (state.isPolling) {
      const task = await ask(options);
      state.failures = 0;
      return task;
    }
    const task = await readStream(options, () => (state.failures = 0));
    if (!task || !isFinal(task)) {
      state.failures += 1;
    }
    return task;
  } catch (error) {
    if (options.signal.aborted || isHopeless(error)) {
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
async function readStream(
  options: IFollowOptions,
  onEvent: () => void
): Promise<ITask | undefined> {
  const { settings, times, id, signal, onChange } = options;
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort);
  let timer = setTimeout(abort, times.firstEvent);
  const onBytes = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, times.silence);
  };
  let last: ITask | undefined;
  try {
    const response = await openRoute(settings, `${taskRoute(id)}/events`, {
      signal: controller.signal,
      accept: 'text/event-stream'
    });
    for await (const event of readEvents(
      response,
      onBytes,
      controller.signal
    )) {
      if (event.name === 'task') {
        last = JSON.parse(event.data) as ITask;
        onEvent();
        onChange(last);
        if (isFinal(last)) {
          break;
        }
      }
    }
    return last;
  } finally {
    clearTimeout(timer);
    abort();
    signal.removeEventListener('abort', abort);
  }
}

async function ask(options: IFollowOptions): Promise<ITask> {
  const { settings, id, signal, onChange } = options;
  const task = await request<ITask>(settings, taskRoute(id), { signal });
  onChange(task);
  return task;
}

function isFinal(task: ITask): boolean {
  return task.state !== 'queued' && task.state !== 'running';
}

/** Asking again would change nothing. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    (isGone(error) || error.status === 401 || error.status === 403)
  );
}
