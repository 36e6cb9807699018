import type { TranslationBundle } from '@jupyterlab/translation';
import {
  closeIcon,
  deleteIcon,
  notebookIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import type { IJobRow } from '../model';
import { hasEnded } from '../tracker';
import type { IJobActions } from './actions';

/** What can be done to one row, as buttons with icons. */
export function RowActions(props: {
  row: IJobRow;
  actions: IJobActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, actions, trans } = props;
  if (row.kind === 'submission') {
    return (
      <IconButton
        icon={closeIcon}
        label={trans.__(
          'Cancel the submission of “%1”',
          row.submission.displayName
        )}
        onClick={() => actions.cancelSubmission(row.name)}
      />
    );
  }
  const { job } = row;
  const name = job.displayName;
  return (
    <span className="jp-SageMakerStudio-JobsTable-actions">
      {hasEnded(job) ? (
        <IconButton
          icon={notebookIcon}
          label={trans.__('Open the output of “%1”', name)}
          onClick={() => actions.openOutput(row.name, 'notebook')}
        />
      ) : (
        <IconButton
          icon={stopIcon}
          label={trans.__('Stop “%1”', name)}
          isDisabled={job.status === 'Stopping'}
          onClick={() => actions.stop(row.name)}
        />
      )}
      <IconButton
        icon={deleteIcon}
        label={trans.__('Delete “%1”', name)}
        onClick={() => actions.remove(row.name)}
      />
    </span>
  );
}
