import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../components/CopyButton';
import { ErrorCard } from '../components/ErrorCard';
import type { StudioError } from '../core/errors';

/** Say why something is not allowed, and which command does it for those who may. */
export async function showAdminCommand(
  error: StudioError,
  title: string,
  command: string,
  trans: TranslationBundle
): Promise<void> {
  await showDialog({
    title: trans.__('Your administrator can do this'),
    body: ReactWidget.create(
      <div className="jp-SageMakerStudio-Form jp-SageMakerStudio-AdminCommand">
        <p>{trans.__('Send your administrator this AWS CLI command:')}</p>
        <pre tabIndex={0}>{command}</pre>
        <CopyButton
          text={() => command}
          label={trans.__('Copy command for your administrator')}
          isLabelled
          trans={trans}
        />
        <ErrorCard error={error} trans={trans} title={title} />
      </div>
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
