import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { clip } from '../components/showStudioError';
import { notifyTask } from '../components/taskNotification';
import type { INotebookJob, ITask, ITaskClient } from '../tokens';
import type { IJobActions } from './components/actions';
import { readFailure } from './outputs';
import type { ISubmissionNote } from './submissions';
import { hasTimedOut } from './tracker';

/** What is announced outside any panel: tasks with their progress, and ends of jobs. */
export class JobsNotifier {
  constructor(
    private readonly _options: {
      tasks: ITaskClient;
      actions: IJobActions;
      trans: TranslationBundle;
      locale?: string;
    }
  ) {}

  /** Follow a submission in a notification. */
  followSubmission(task: ITask, note: ISubmissionNote): Promise<ITask> {
    const { tasks, actions, trans, locale } = this._options;
    return notifyTask(tasks, task, {
      trans,
      locale,
      failed: trans.__('The job “%1” was not submitted', note.displayName),
      succeeded: () => ({
        message: trans.__('The job “%1” was submitted', note.displayName),
        actions: [
          {
            label: trans.__('Show job'),
            callback: () => actions.openJob(note.name)
          }
        ]
      })
    });
  }

  /** Follow the download of an output in a notification. */
  followDownload(task: ITask, job: INotebookJob): Promise<ITask> {
    const { tasks, trans, locale } = this._options;
    return notifyTask(tasks, task, {
      trans,
      locale,
      failed: trans.__(
        'The output of “%1” was not downloaded',
        job.displayName
      ),
      succeeded: () => ({
        message: trans.__('The output of “%1” is here', job.displayName)
      })
    });
  }

  /** Say that a job has ended. */
  announceEnd(job: INotebookJob): void {
    const { actions, trans } = this._options;
    const show: Notification.IAction = {
      label: trans.__('Show details'),
      callback: () => actions.openJob(job.name)
    };
    const open: Notification.IAction = {
      label: trans.__('Open output'),
      displayType: 'accent',
      callback: () => actions.openOutput(job.name, 'notebook')
    };
    const name = job.displayName;
    if (job.status === 'Completed') {
      Notification.success(clip(trans.__('The job “%1” has completed', name)), {
        autoClose: false,
        actions: [show, open]
      });
    } else if (job.status === 'Failed') {
      // The first line says what; the whole is in the details.
      const [reason] = readFailure(job.failureReason ?? '').reason.split('\n');
      Notification.error(
        clip(trans.__('The job “%1” has failed: %2', name, reason)),
        { autoClose: false, actions: [show] }
      );
    } else if (hasTimedOut(job)) {
      Notification.error(
        clip(trans.__('The job “%1” was stopped: its time is up', name)),
        { autoClose: false, actions: [show] }
      );
    } else {
      Notification.info(clip(trans.__('The job “%1” was stopped', name)), {
        autoClose: false,
        actions: [show]
      });
    }
  }
}
