import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { StudioError } from '../core/errors';
import { ErrorCard } from './ErrorCard';
import './viewStyles';

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
