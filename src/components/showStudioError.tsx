import { Dialog, Notification, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { StudioError } from '../core/errors';
import { isAborted } from '../core/errors';
import { explain } from '../core/explain';
import { ErrorCard } from './ErrorCard';

/** JupyterLab cuts the text of a notification here. */
const NOTIFICATION_LENGTH = 140;

/** How an error is announced. */
export interface IShowErrorOptions {
  /** What was tried, e.g. "The job was not stopped". */
  title?: string;
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
  options: IShowErrorOptions = {}
): void {
  if (isAborted(error)) {
    return;
  }
  const { title, onRetry, notificationId } = options;
  const message = clip(title ?? explain(error, trans).title);
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Details'),
      callback: event => {
        // The notification stays: it is the way back to the details.
        event.preventDefault();
        void showErrorDetails(error, trans, { title, onRetry });
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

/** The card in a dialog. */
export async function showErrorDetails(
  error: StudioError,
  trans: TranslationBundle,
  options: { title?: string; onRetry?: () => void } = {}
): Promise<void> {
  const retry = options.onRetry;
  const dialog = new Dialog({
    title: trans.__('Details of the error'),
    body: ReactWidget.create(
      <ErrorCard
        error={error}
        trans={trans}
        title={options.title}
        onRetry={
          retry &&
          (() => {
            dialog.resolve();
            retry();
          })
        }
      />
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  await dialog.launch().catch(() => undefined);
}

/** A text that fits a notification. */
export function clip(text: string): string {
  return text.length <= NOTIFICATION_LENGTH
    ? text
    : text.slice(0, NOTIFICATION_LENGTH - 1).trimEnd() + '…';
}
