import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ProgressBar } from '../../components/ProgressBar';
import type { IJobRow, JobsModel } from '../model';
import { fractionOf } from '../submissions';
import type { IJobActions } from './actions';
import { IconButton } from '../../components/IconButton';
import { Elapsed, RowStatus, rowTimes } from './JobStatus';
import { ListFailure, Unavailable } from '../../components/Unavailable';

/** Rows the short list shows. */
const SHORT = 20;

/** What a {@link JobsList} needs. */
export interface IJobsListProps {
  model: JobsModel;
  actions: IJobActions;
  trans: TranslationBundle;
  locale?: string;
}

/** The newest jobs, for the sidebar. */
export function JobsList(props: IJobsListProps): JSX.Element {
  const { model, actions, trans } = props;
  if (model.unavailable !== null) {
    return (
      <Unavailable
        reason={model.unavailable}
        trans={trans}
        onRetry={actions.refresh}
      />
    );
  }
  const rows = model.rows.slice(0, SHORT);
  const { state } = model;
  return (
    <div className="jp-SageMakerStudio-JobsList">
      <div className="jp-SageMakerStudio-JobsList-toolbar">
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={actions.openJobs}
        >
          {trans.__('All notebook jobs')}
        </button>
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={actions.openDefinitions}
        >
          {trans.__('Job definitions')}
        </button>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the notebook jobs')}
          onClick={actions.refresh}
        />
      </div>
      {state.phase === 'failed' && (
        <ListFailure
          title={trans.__('The notebook jobs can’t be listed')}
          error={state.error}
          trans={trans}
          onRetry={actions.refresh}
        />
      )}
      {rows.length > 0 && (
        <ul aria-label={trans.__('Newest notebook jobs')}>
          {rows.map(row => (
            <Item key={row.name} row={row} {...props} />
          ))}
        </ul>
      )}
      {rows.length === 0 && <Nothing {...props} />}
    </div>
  );
}

/** What is said while there are no jobs to show. */
export function Nothing(
  props: Pick<IJobsListProps, 'model' | 'trans'>
): JSX.Element | null {
  const { model, trans } = props;
  switch (model.state.phase) {
    case 'failed':
      return null;
    case 'ready':
      return (
        <EmptyState title={trans.__('No notebook jobs yet')}>
          <p>
            {trans.__(
              'Open a notebook and press “Run as job” in its toolbar, or right-click one in the file browser.'
            )}
          </p>
        </EmptyState>
      );
    case 'idle':
    case 'loading':
      return <ProgressBar label={trans.__('Reading the notebook jobs')} />;
  }
}

function Item(props: IJobsListProps & { row: IJobRow }): JSX.Element {
  const { row, actions, trans, locale } = props;
  const name =
    row.kind === 'job' ? row.job.displayName : row.submission.displayName;
  return (
    <li className="jp-SageMakerStudio-JobsList-item">
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        title={trans.__('Open the job “%1”', name)}
        onClick={() => actions.openJob(row.name)}
      >
        {name}
      </button>
      <span className="jp-SageMakerStudio-JobsList-facts">
        <RowStatus row={row} trans={trans} />
        <Elapsed {...rowTimes(row)} locale={locale} />
      </span>
      {row.kind === 'submission' && (
        <ProgressBar
          label={trans.__('Files staged for “%1”', name)}
          value={fractionOf(row.submission.task)}
        />
      )}
    </li>
  );
}
