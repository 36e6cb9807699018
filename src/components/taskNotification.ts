import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { StudioError, toStudioError } from '../core/errors';
import { formatBytes } from '../core/format';
import type { ITask, ITaskClient } from '../tokens';
import { clip, showStudioError } from './showStudioError';

/** What is said when a task has ended. */
export interface ITaskNotificationOptions {
  trans: TranslationBundle;
  locale?: string;
  /** What was reached, and what can be done with it. */
  succeeded: (task: ITask) => {
    message: string;
    actions?: Notification.IAction[];
  };
  /** What was not reached, e.g. "The job was not submitted". */
  failed: string;
  /** Offered on the error card. */
  onRetry?: () => void;
  /** In place of *Cancel*, e.g. to ask first. */
  cancel?: { label: string; act: () => unknown };
  /** Offered while it runs, beside *Cancel*. */
  actions?: Notification.IAction[];
  /** What is left where it was cancelled; default: that it was cancelled. */
  cancelled?: (
    task: ITask
  ) => ReturnType<ITaskNotificationOptions['succeeded']> | undefined;
}

/** The notifications of what failed, by what they say. */
const failures = new Map<string, string>();

/**
 * Follow a task in one notification: progress and *Cancel*, then success or the error.
 *
 * A task that ended well or was cancelled is forgotten by the server, as it has been seen.
 *
 * @returns the task at its end; rejects only if it can't be followed any more.
 */
export async function notifyTask(
  client: ITaskClient,
  task: ITask,
  options: ITaskNotificationOptions
): Promise<ITask> {
  const { trans, locale } = options;
  const cancel: Notification.IAction = {
    label: options.cancel?.label ?? trans.__('Cancel'),
    callback: event => {
      // Stay open: cancelling takes a moment, and its end is to be seen here.
      event.preventDefault();
      if (options.cancel) {
        options.cancel.act();
        return;
      }
      client.cancel(task.id).catch(error =>
        showStudioError(toStudioError(error), trans, {
          title: trans.__('“%1” was not cancelled', task.title)
        })
      );
    }
  };
  // What is tried again has not failed for good: its errors don't pile up.
  const failure = failures.get(options.failed);
  if (failure !== undefined) {
    Notification.dismiss(failure);
    failures.delete(options.failed);
  }
  let shown = clip(progressText(task, trans, locale));
  let isDrawn = false;
  let tellEnd: (() => void) | null = null;
  const id = Notification.emit(shown, 'in-progress', {
    autoClose: false,
    actions: [...(options.actions ?? []), cancel]
  });
  onceDrawn(id, () => {
    isDrawn = true;
    if (tellEnd) {
      tellEnd();
    } else {
      Notification.update({ id, message: shown, autoClose: false });
    }
  });
  const fail = (error: StudioError) => {
    failures.set(options.failed, id);
    showStudioError(error, trans, {
      title: options.failed,
      onRetry: options.onRetry,
      notificationId: id
    });
  };
  const end = (tell: () => void) => {
    tell();
    tellEnd = tell;
  };
  try {
    const ended = await client.follow(task.id, changed => {
      const message = clip(progressText(changed, trans, locale));
      if (!isEnded(changed) && message !== shown) {
        shown = message;
        const isClosed = isDrawn && !isOpen(id);
        Notification.update({ id, message, autoClose: isClosed ? 0 : false });
      }
    });
    end(() => showEnd(id, ended, options, fail));
    if (ended.state === 'succeeded' || ended.state === 'cancelled') {
      await client.forget(ended.id).catch(() => undefined);
    }
    return ended;
  } catch (thrown) {
    const error = toStudioError(thrown);
    end(() => fail(error));
    throw error;
  }
}

/** Whether nothing more will happen to a task. */
export function isEnded(task: ITask): boolean {
  return task.state !== 'queued' && task.state !== 'running';
}

/** The error of a task that failed or was interrupted. */
export function taskError(task: ITask): StudioError {
  return new StudioError(
    task.error ?? {
      code:
        task.state === 'interrupted' ? 'TaskInterrupted' : 'UnexpectedError',
      message: task.phase
    }
  );
}

/**
 * What a task does now and how far it is, e.g. "Staging files: 3 of 12 files, 1.2 MB of 9 MB" or
 * "Clone models · Receiving objects: 45 %, 12.3 MB received".
 */
export function progressText(
  task: ITask,
  trans: TranslationBundle,
  locale?: string
): string {
  const { files, filesTotal, bytes, bytesTotal } = task.progress;
  const doing = task.phase || task.title;
  if (task.kind === 'sweep' && task.result) {
    return trans.__(
      '%1 · %2 of %3 jobs ended · %4',
      task.title,
      files,
      filesTotal,
      doing
    );
  }
  if (task.kind === 'clone' || task.kind === 'pull') {
    return trans.__('%1 · %2', task.title, gitText(task, doing, trans, locale));
  }
  if (filesTotal > 0 && bytesTotal > 0) {
    return trans.__(
      '%1: %2 of %3 files, %4 of %5',
      doing,
      files,
      filesTotal,
      formatBytes(bytes, locale),
      formatBytes(bytesTotal, locale)
    );
  }
  return bytesTotal > 0
    ? trans.__(
        '%1: %2 of %3',
        doing,
        formatBytes(bytes, locale),
        formatBytes(bytesTotal, locale)
      )
    : doing;
}

/** git counts objects, not files, and does not tell how many bytes there will be. */
function gitText(
  { progress, question }: ITask,
  doing: string,
  trans: TranslationBundle,
  locale?: string
): string {
  const { files, filesTotal, bytes } = progress;
  if (question || (filesTotal === 0 && bytes === 0)) {
    return doing;
  }
  const received = formatBytes(bytes, locale);
  if (filesTotal === 0) {
    return trans.__('%1: %2 received', doing, received);
  }
  const percent = Math.floor((100 * files) / filesTotal);
  return bytes > 0
    ? trans.__('%1: %2 %, %3 received', doing, percent, received)
    : trans.__('%1: %2 %', doing, percent);
}

/**
 * Whether the person still has the notification before them.
 *
 * JupyterLab opens a closed notification again at each update, except for silent ones.
 */
function isOpen(id: string): boolean {
  return document.getElementById(id) !== null;
}

/**
 * Act as soon as a notification can be seen; never, if it isn't within two seconds.
 *
 * JupyterLab loads what draws notifications with the first of them, and loses what is changed
 * until then.
 */
function onceDrawn(id: string, act: () => void, tries = 20): void {
  if (isOpen(id)) {
    act();
  } else if (tries > 0) {
    setTimeout(() => onceDrawn(id, act, tries - 1), 100);
  }
}

function showEnd(
  id: string,
  task: ITask,
  options: ITaskNotificationOptions,
  fail: (error: StudioError) => void
): void {
  const { trans } = options;
  switch (task.state) {
    case 'succeeded': {
      const { message, actions = [] } = options.succeeded(task);
      announce(id, message, 'success', actions);
      return;
    }
    case 'cancelled': {
      const left = options.cancelled?.(task);
      announce(
        id,
        left?.message ?? trans.__('Cancelled: %1', task.title),
        'info',
        left?.actions ?? []
      );
      return;
    }
    default:
      fail(taskError(task));
  }
}

/** Change the notification, or open a new one where the person has closed it. */
function announce(
  id: string,
  message: string,
  type: 'success' | 'info',
  actions: Notification.IAction[]
): void {
  const options = { actions, autoClose: 8000 };
  if (Notification.manager.has(id)) {
    Notification.update({ id, message: clip(message), type, ...options });
  } else {
    Notification.emit(clip(message), type, options);
  }
}
