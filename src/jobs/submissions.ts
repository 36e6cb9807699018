import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { toStudioError } from '../core/errors';
import type { StudioStore } from '../core/store';
import type {
  IJobsApi,
  INotebookJobSpec,
  ITask,
  ITaskClient,
  TaskState
} from '../tokens';

/** What is remembered of a submission, so that its row looks the same after a reload. */
export interface ISubmissionNote {
  /** Name of the training job to be. */
  name: string;
  displayName: string;
  notebookPath: string;
  instanceType: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** A job on its way: its files are being staged. */
export interface ISubmission extends ISubmissionNote {
  task: ITask;
  /** Whether it was already under way when this page was loaded. */
  isResumed: boolean;
}

/** Whether a task makes a job; tokens with a colon belong to another capability. */
export function isSubmission(task: ITask): boolean {
  return task.kind === 'stage' && !task.clientToken.includes(':');
}

/** Whether nothing more will happen to a task. */
export function isFinal(state: TaskState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** How much of a task is done, from 0 to 1; undefined while nobody knows. */
export function fractionOf(task: ITask): number | undefined {
  const { files, filesTotal, bytes, bytesTotal } = task.progress;
  return bytesTotal > 0
    ? bytes / bytesTotal
    : filesTotal > 0
      ? files / filesTotal
      : undefined;
}

/**
 * Starts submissions as durable tasks and follows them, also those an earlier
 * page or another tab has started.
 */
export class Submissions {
  constructor(options: Submissions.IOptions) {
    this._jobs = options.jobs;
    this._tasks = options.tasks;
    this._store = options.store;
    this._followTask = options.follow;
  }

  /** Emitted at each change of a submission, the last one included. */
  get changed(): ISignal<this, ISubmission> {
    return this._changed;
  }

  /** The submissions under way, the newest first. */
  get items(): ISubmission[] {
    return [...this._items.values()].sort((a, b) => b.createdAt - a.createdAt);
  }

  /** A submission under way. */
  get(name: string): ISubmission | undefined {
    return this._items.get(name);
  }

  /** How a submission ended that this page has followed. */
  ended(name: string): ISubmission | undefined {
    return this._ended.get(name);
  }

  /**
   * Submit a job and follow it; resolves with the task's final state.
   *
   * #### Notes
   * Asked again for the same name while it runs it gives the same answer, so
   * a double click makes one job.
   *
   * @throws StudioError - if the task could not be started.
   */
  submit(spec: INotebookJobSpec): Promise<ITask> {
    const running = this._running.get(spec.name);
    if (running) {
      return running;
    }
    const submitting = this._submit(spec).finally(() => {
      this._running.delete(spec.name);
    });
    this._running.set(spec.name, submitting);
    return submitting;
  }

  async cancel(name: string): Promise<void> {
    const item = this._items.get(name);
    if (item && !isFinal(item.task.state)) {
      await this._tasks.cancel(item.task.id);
    }
  }

  /**
   * Pick up what earlier pages left: running tasks are followed, finished ones
   * reported once and forgotten.
   */
  async resume(tasks: readonly ITask[]): Promise<void> {
    const notes = await this._notes();
    for (const task of tasks) {
      if (this._running.has(task.clientToken)) {
        continue;
      }
      const note = notes[task.clientToken] ?? Private.noteOf(task);
      const following = this._follow(note, task, true).finally(() => {
        this._running.delete(note.name);
      });
      // Nobody waits for it; a lost connection is reported by whoever asks next.
      following.catch(() => undefined);
      this._running.set(note.name, following);
    }
  }

  /**
   * Pick up what has reached the server though its answer was lost.
   *
   * @throws StudioError - if the tasks can't be listed.
   */
  async refresh(): Promise<void> {
    const tasks = await this._tasks.list();
    await this.resume(tasks.filter(isSubmission));
  }

  private async _submit(spec: INotebookJobSpec): Promise<ITask> {
    const note: ISubmissionNote = {
      name: spec.name,
      displayName: spec.displayName,
      notebookPath: spec.notebookPath,
      instanceType: spec.instanceType,
      createdAt: Date.now()
    };
    try {
      const request = await this._jobs.submission(spec);
      await this._note(note.name, note);
      const task = await this._tasks.start(request);
      return await this._follow(note, task, false);
    } catch (error) {
      throw toStudioError(error);
    }
  }

  private async _follow(
    note: ISubmissionNote,
    task: ITask,
    isResumed: boolean
  ): Promise<ITask> {
    const onChange = (_: ITaskClient, changed: ITask) => {
      if (changed.id === task.id && !isFinal(changed.state)) {
        this._set({ ...note, task: changed, isResumed });
      }
    };
    this._set({ ...note, task, isResumed });
    this._tasks.taskChanged.connect(onChange);
    try {
      const last = await this._followTask(task, note);
      const ended = { ...note, task: last, isResumed };
      this._items.delete(note.name);
      this._ended.set(note.name, ended);
      this._changed.emit(ended);
      await this._note(note.name, undefined);
      if (last.state === 'failed' || last.state === 'interrupted') {
        // If the server can't be told, it is only reported once more.
        await this._tasks.forget(last.id).catch(() => undefined);
      }
      return last;
    } finally {
      this._tasks.taskChanged.disconnect(onChange);
      this._items.delete(note.name);
    }
  }

  private _set(item: ISubmission): void {
    this._items.set(item.name, item);
    this._changed.emit(item);
  }

  private async _notes(): Promise<Record<string, ISubmissionNote>> {
    return (await this._store.load('submissions')) ?? {};
  }

  private _note(
    name: string,
    note: ISubmissionNote | undefined
  ): Promise<void> {
    // One after the other: each change builds on the one before.
    this._noting = this._noting.then(async () => {
      const notes = { ...(await this._notes()) };
      if (note) {
        notes[name] = note;
      } else {
        delete notes[name];
      }
      await this._store.save('submissions', notes);
    });
    return this._noting;
  }

  private readonly _jobs: IJobsApi;
  private readonly _tasks: ITaskClient;
  private readonly _store: StudioStore;
  private readonly _followTask: Submissions.IOptions['follow'];
  private readonly _items = new Map<string, ISubmission>();
  private readonly _ended = new Map<string, ISubmission>();
  private readonly _running = new Map<string, Promise<ITask>>();
  private readonly _changed = new Signal<this, ISubmission>(this);
  private _noting: Promise<void> = Promise.resolve();
}

export namespace Submissions {
  export interface IOptions {
    jobs: IJobsApi;
    tasks: ITaskClient;
    store: StudioStore;
    /**
     * Follows a task to its end and shows it; makes the server forget what
     * went well or was cancelled. Rejects if it can't be followed any more.
     */
    follow: (task: ITask, note: ISubmissionNote) => Promise<ITask>;
  }
}

namespace Private {
  /** What a task tells of a submission another tab has started. */
  export function noteOf(task: ITask): ISubmissionNote {
    return {
      name: task.clientToken,
      displayName: task.title,
      notebookPath: '',
      instanceType: '',
      createdAt: Date.parse(task.createdAt) || Date.now()
    };
  }
}
