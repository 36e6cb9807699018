import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { notifyTask } from '../components/taskNotification';
import type { ITask, ITaskClient, ITaskRequest } from '../tokens';
import type { Folders } from './folders';
import { hasGitPanel, pointGitAt, showGitPanel } from './gitPanel';
import type { RepositoriesModel } from './model';
import type { QuestionDesk } from './questions';
import type { IUrlCredentials } from './url';

/** What is known of a task that was started here. */
export interface IGitTaskOptions {
  /** What the host is answered when it asks for the first time. */
  credentials?: IUrlCredentials & { host: string };
  /** Offered where it failed. */
  onRetry?: () => void;
}

/** Whether a task is one of repositories. */
export function isGitTask({ kind }: ITask): boolean {
  return kind === 'clone' || kind === 'pull';
}

/** Starts and follows clones and pulls, also those of an earlier page or another tab. */
export class GitTasks {
  constructor(private readonly _options: GitTasks.IOptions) {}

  /**
   * Start a task and follow it in a notification; resolves once it runs.
   *
   * @throws StudioError - if the server does not take it.
   */
  async start(
    request: ITaskRequest,
    options: IGitTaskOptions = {}
  ): Promise<void> {
    const { tasks, desk, announce } = this._options;
    const task = await tasks.start(request);
    if (options.credentials) {
      const { host, ...credentials } = options.credentials;
      desk.offer(task.id, host, credentials);
    }
    announce(task.id);
    void this._follow(task, options, false);
  }

  /** Go on with what an earlier page has started, and tell how it ended. */
  resume(tasks: readonly ITask[]): void {
    for (const task of tasks.filter(isGitTask)) {
      void this._follow(task, {}, true);
    }
  }

  /** Put the questions of a task that another tab has started. */
  async watch(taskId: string): Promise<void> {
    const { tasks, model } = this._options;
    if (!this._followed.has(taskId)) {
      await tasks.follow(taskId).catch(() => undefined);
      await model.refreshIfSeen();
    }
  }

  private async _follow(
    task: ITask,
    { onRetry }: IGitTaskOptions,
    isResumed: boolean
  ): Promise<void> {
    const { tasks, model, folders, trans, locale } = this._options;
    if (this._followed.has(task.id)) {
      return;
    }
    this._followed.add(task.id);
    try {
      const ended = await notifyTask(tasks, task, {
        trans,
        locale,
        failed: trans.__('Failed: %1', task.title),
        succeeded: last => this._success(last),
        onRetry
      });
      if (ended.state === 'failed' || ended.state === 'interrupted') {
        // If the server can't be told, it is only reported once more.
        await tasks.forget(ended.id).catch(() => undefined);
      }
      await folders.refresh();
      if (ended.state === 'succeeded' && ended.kind === 'clone' && !isResumed) {
        await this.open(directoryOf(ended));
      }
    } catch {
      // The notification says that it can't be followed any more.
    } finally {
      this._followed.delete(task.id);
      await model.refreshIfSeen();
    }
  }

  /** Open a clone in the file browser; jupyterlab-git looks at it, too. */
  async open(path: string): Promise<void> {
    const { app, folders } = this._options;
    await folders.open(path);
    await pointGitAt(app, path);
  }

  private _success(task: ITask): {
    message: string;
    actions: Notification.IAction[];
  } {
    const { app, trans } = this._options;
    const directory = directoryOf(task);
    const open: Notification.IAction = {
      label: trans.__('Open'),
      callback: () => void this.open(directory)
    };
    const git: Notification.IAction = {
      label: trans.__('Git panel'),
      callback: () => void this.open(directory).then(() => showGitPanel(app))
    };
    return {
      message: this._successText(task, directory),
      actions: hasGitPanel(app) ? [open, git] : [open]
    };
  }

  private _successText(task: ITask, directory: string): string {
    const { trans } = this._options;
    if (task.kind === 'clone') {
      return trans.__('Cloned into %1', directory);
    }
    const commits = Number(task.result?.commits ?? 0);
    return commits === 0
      ? trans.__('%1 has all commits already', directory)
      : trans._n(
          '%2 has %1 new commit',
          '%2 has %1 new commits',
          commits,
          directory
        );
  }

  private readonly _followed = new Set<string>();
}

function directoryOf(task: ITask): string {
  return String(task.result?.directory ?? '');
}

export namespace GitTasks {
  export interface IOptions {
    app: JupyterFrontEnd;
    tasks: ITaskClient;
    desk: QuestionDesk;
    folders: Folders;
    model: RepositoriesModel;
    /** Tells the other tabs of a task. */
    announce: (taskId: string) => void;
    trans: TranslationBundle;
    locale?: string;
  }
}
