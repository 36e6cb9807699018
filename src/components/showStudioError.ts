import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from '../core/errors';
import { isAborted, toStudioError } from '../core/errors';

/** JupyterLab cuts the text of a notification here. */
const NOTIFICATION_LENGTH = 140;

/** How an error is announced. */
export interface IShowErrorOptions {
  /** What was tried, e.g. "The job was not stopped". */
  title: string;
  onRetry?: () => void;
  /** A notification to turn into this error instead of a new one. */
  notificationId?: string;
}

/**
 * Announce an error as a notification whose *Details* open the card with everything known.
 *
 * An aborted request is nobody's concern and shows nothing.
 */
export function showStudioError(
  error: StudioError,
  trans: TranslationBundle,
  options: IShowErrorOptions
): void {
  if (isAborted(error)) {
    return;
  }
  const { title, onRetry, notificationId } = options;
  const message = clip(title);
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Details'),
      callback: event => {
        // The notification stays: it is the way back to the details.
        event.preventDefault();
        import('./errorDetails').then(
          ({ showErrorDetails }) =>
            showErrorDetails(error, trans, { title, onRetry }),
          () => showErrorMessage(title, error.message)
        );
      }
    }
  ];
  const shown = { autoClose: false as const, actions };
  if (notificationId && Notification.manager.has(notificationId)) {
    Notification.update({
      id: notificationId,
      message,
      type: 'error',
      ...shown
    });
  } else {
    Notification.error(message, shown);
  }
}

/** Announce that a part of the extension could not be loaded. */
export function showLoadError(thrown: unknown, trans: TranslationBundle): void {
  showStudioError(toStudioError(thrown), trans, {
    title: trans.__('A part of the SageMaker Studio extension did not load')
  });
}

/** The same loading, which announces a failure before it passes it on. */
export function announcing<T>(
  load: () => Promise<T>,
  trans: TranslationBundle
): () => Promise<T> {
  return async () => {
    try {
      return await load();
    } catch (error) {
      showLoadError(error, trans);
      throw error;
    }
  };
}

/** A text that fits a notification. */
export function clip(text: string): string {
  return text.length <= NOTIFICATION_LENGTH
    ? text
    : text.slice(0, NOTIFICATION_LENGTH - 1).trimEnd() + '…';
}
