import type { IStateDB } from '@jupyterlab/statedb';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type { StudioError } from '../core/errors';
import type {
  IResourceWatcher,
  ITask,
  ITaskClient,
  ITaskRequest,
  IWatch,
  TaskAnswer
} from '../tokens';

export const trans = nullTranslator.load('jupyterlab_sagemaker_studio');

/** Let promises that are ready run their course. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

/** The server's tasks, moved on by the test. */
export class FakeTasks implements ITaskClient {
  readonly taskChanged: Signal<ITaskClient, ITask> = new Signal(this);
  readonly tasks = new Map<string, ITask>();
  started: ITaskRequest[] = [];
  forgotten: string[] = [];
  cancelled: string[] = [];
  answers: { id: string; questionId: string; answer: TaskAnswer }[] = [];
  startFailure: StudioError | null = null;

  async start(request: ITaskRequest) {
    this.started.push(request);
    if (this.startFailure) {
      throw this.startFailure;
    }
    const { kind, title, clientToken } = request;
    return this.put({ id: `task-${clientToken}`, kind, title, clientToken });
  }

  put(task: Partial<ITask> & { id: string; clientToken: string }): ITask {
    const whole: ITask = {
      kind: 'stage',
      title: 'A job',
      state: 'running',
      phase: 'Staging files',
      progress: { files: 1, filesTotal: 2, bytes: 10, bytesTotal: 40 },
      createdAt: '2024-05-01T10:00:00Z',
      updatedAt: '2024-05-01T10:00:00Z',
      ...task
    };
    this.tasks.set(whole.id, whole);
    return whole;
  }

  async list() {
    return [...this.tasks.values()];
  }

  /** As if the page were idle at once. */
  pickUp(
    isMine: (task: ITask) => boolean,
    resume: (tasks: ITask[]) => unknown
  ): void {
    resume([...this.tasks.values()].filter(isMine));
  }

  follow(id: string, onChange?: (task: ITask) => void) {
    const task = this.tasks.get(id);
    if (task && task.state !== 'running') {
      return Promise.resolve(task);
    }
    return new Promise<ITask>(resolve =>
      this._followers.push({ id, resolve, onChange })
    );
  }

  /** Let a task go on or end. */
  move(id: string, change: Partial<ITask>): void {
    const task = { ...(this.tasks.get(id) as ITask), ...change };
    this.tasks.set(id, task);
    this.taskChanged.emit(task);
    for (const follower of this._followers.filter(each => each.id === id)) {
      follower.onChange?.(task);
      if (task.state !== 'running') {
        follower.resolve(task);
      }
    }
  }

  async answer(id: string, questionId: string, answer: TaskAnswer) {
    this.answers.push({ id, questionId, answer });
  }

  async cancel(id: string) {
    this.cancelled.push(id);
  }

  async forget(id: string) {
    this.forgotten.push(id);
    this.tasks.delete(id);
  }

  private readonly _followers: {
    id: string;
    resolve: (task: ITask) => void;
    onChange?: (task: ITask) => void;
  }[] = [];
}

/** A watcher whose clock is the test. */
export class FakeWatcher implements IResourceWatcher {
  watches: IWatch[] = [];

  subscribe(watch: IWatch) {
    this.watches.push(watch);
    return {
      isDisposed: false,
      dispose: () => {
        this.watches = this.watches.filter(other => other !== watch);
      },
      refresh: async () => {
        await watch.poll().catch(() => undefined);
      }
    };
  }

  pause() {
    return { isDisposed: false, dispose: () => undefined };
  }

  /** Poll what is seen or awaited. */
  async tick(): Promise<void> {
    for (const watch of this.watches) {
      if (watch.isVisible() || watch.isTracked()) {
        await watch.poll().catch(() => undefined);
      }
    }
  }
}

export function database(): IStateDB {
  const values = new Map<string, unknown>();
  return {
    fetch: async (key: string) => values.get(key),
    save: async (key: string, value: unknown) => {
      values.set(key, JSON.parse(JSON.stringify(value)));
    },
    remove: async (key: string) => {
      values.delete(key);
    },
    toJSON: async () => Object.fromEntries(values)
  } as unknown as IStateDB;
}
