import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { showStudioError } from '../components/showStudioError';
import { toStudioError } from '../core/errors';
import type { ITask, ITaskClient, TaskAnswer } from '../tokens';
import { showQuestion } from './questionDialog';
import type { IQuestionDialog } from './questionDialog';
import type { IUrlCredentials } from './url';

/**
 * Puts the questions of tasks to the person, one after the other.
 *
 * #### Notes
 * Answers are passed on and kept nowhere. A question that is answered in another tab disappears.
 */
export class QuestionDesk implements IDisposable {
  constructor(private readonly _options: QuestionDesk.IOptions) {
    _options.tasks.taskChanged.connect(this._onTask, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._offers.clear();
    this._options.tasks.taskChanged.disconnect(this._onTask, this);
    this._shown?.dialog.close();
  }

  /** What a task is answered with when this host asks for credentials for the first time. */
  offer(taskId: string, host: string, credentials: IUrlCredentials): void {
    this._offers.set(taskId, { host, ...credentials });
  }

  private _onTask(_: ITaskClient, task: ITask): void {
    const { question } = task;
    if (question) {
      this._waiting.set(task.id, task);
    } else {
      this._waiting.delete(task.id);
    }
    if (task.state !== 'queued' && task.state !== 'running') {
      this._waiting.delete(task.id);
      this._offers.delete(task.id);
      this._usernames.delete(task.id);
    }
    const shown = this._shown;
    if (
      shown?.taskId === task.id &&
      this._waiting.get(task.id)?.question?.id !== shown.questionId
    ) {
      shown.dialog.close();
    }
    this._next();
  }

  private _next(): void {
    if (this._shown || this._isDisposed) {
      return;
    }
    for (const task of this._waiting.values()) {
      if (task.question && !this._answered.has(task.question.id)) {
        void this._put(task, task.question);
        return;
      }
    }
  }

  private async _put(
    task: ITask,
    question: NonNullable<ITask['question']>
  ): Promise<void> {
    this._answered.add(question.id);
    const offer = this._offers.get(task.id);
    // A submodule's host must not get what is meant for another one.
    if (question.kind === 'credentials' && offer?.host === question.host) {
      const { username, password } = offer;
      this._offers.delete(task.id);
      if (password) {
        const answer = { username, password, keep: 'no' } as const;
        await this._answer(task, question.id, answer);
        this._next();
        return;
      }
      question = { ...question, username: question.username || username };
    }
    if (question.kind === 'credentials' && !question.username) {
      question = { ...question, username: this._usernames.get(task.id) };
    }
    const dialog = showQuestion(question, task.title, this._options.trans);
    this._shown = { taskId: task.id, questionId: question.id, dialog };
    const answer = await dialog.answer;
    this._shown = null;
    if (answer && 'username' in answer) {
      // Asked again, mostly because the token was wrong.
      this._usernames.set(task.id, answer.username);
    }
    if (answer !== undefined) {
      await this._answer(task, question.id, answer);
    }
    this._next();
  }

  private async _answer(
    task: ITask,
    questionId: string,
    answer: TaskAnswer
  ): Promise<void> {
    const { tasks, trans } = this._options;
    try {
      await tasks.answer(task.id, questionId, answer);
    } catch (error) {
      this._answered.delete(questionId);
      showStudioError(toStudioError(error), trans, {
        title: trans.__('Your answer did not arrive'),
        onRetry: () => this._next()
      });
    }
  }

  /** Tasks that wait for an answer. */
  private readonly _waiting = new Map<string, ITask>();
  private readonly _offers = new Map<
    string,
    IUrlCredentials & { host: string }
  >();
  /** Whom a person signed in as, by task. */
  private readonly _usernames = new Map<string, string>();
  /** Questions that were put here. */
  private readonly _answered = new Set<string>();
  private _shown: {
    taskId: string;
    questionId: string;
    dialog: IQuestionDialog;
  } | null = null;
  private _isDisposed = false;
}

export namespace QuestionDesk {
  export interface IOptions {
    tasks: ITaskClient;
    trans: TranslationBundle;
  }
}
