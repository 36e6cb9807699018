import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import type { IBulk } from '../bulk';
import type { JobsTableModel } from '../tableModel';
import type { IJobActions } from './actions';

/** Failures that are shown whole; of the rest there is the number. */
const SHOWN = 5;

interface IBulkProps {
  model: JobsTableModel;
  actions: Pick<IJobActions, 'compare'>;
  trans: TranslationBundle;
}

/** What can be done to the selected jobs, and how far that is. */
export function JobsBulk(props: IBulkProps): JSX.Element | null {
  const { model, actions, trans } = props;
  const { bulk, selectedJobs } = model;
  const stoppable = selectedJobs.filter(
    ({ status }) => status === 'InProgress'
  ).length;
  const isBusy = bulk?.isRunning === true;
  return (
    <>
      {selectedJobs.length > 1 && (
        <div
          className="jp-SageMakerStudio-JobsTable-toolbar"
          role="group"
          aria-label={trans.__('Selected jobs')}
        >
          <strong>
            {trans._n(
              '%1 job selected',
              '%1 jobs selected',
              selectedJobs.length
            )}
          </strong>
          <button
            type="button"
            className="jp-mod-styled jp-mod-reject"
            onClick={() => actions.compare(selectedJobs.map(job => job.name))}
          >
            {trans.__('Compare %1', selectedJobs.length)}
          </button>
          <button
            type="button"
            className="jp-mod-styled jp-mod-reject"
            disabled={isBusy || stoppable === 0}
            onClick={() => void model.run('stop')}
          >
            {trans.__('Stop %1', stoppable)}
          </button>
          <button
            type="button"
            className="jp-mod-styled jp-mod-reject"
            disabled={isBusy}
            onClick={() => void model.run('remove')}
          >
            {trans.__('Delete %1', selectedJobs.length)}
          </button>
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            onClick={() => model.select(new Set())}
          >
            {trans.__('Select none')}
          </button>
        </div>
      )}
      {bulk && <Progress {...props} bulk={bulk} />}
    </>
  );
}

function Progress(props: IBulkProps & { bulk: IBulk }): JSX.Element {
  const { model, trans, bulk } = props;
  const { verb, total, done, failures, isRunning, isCancelled } = bulk;
  const good = done - failures.length;
  const text =
    verb === 'stop'
      ? trans.__('%1 of %2 stopped', good, total)
      : trans.__('%1 of %2 deleted', good, total);
  return (
    <div className="jp-SageMakerStudio-JobsTable-bulk">
      <div className="jp-SageMakerStudio-JobsTable-toolbar" role="status">
        {isRunning ? (
          <ProgressBar label={text} value={done / total} text={text} />
        ) : (
          <span>
            {text}
            {failures.length > 0 &&
              `; ${trans._n('%1 failed', '%1 failed', failures.length)}`}
            {isCancelled && `; ${trans.__('the others were not touched')}`}
          </span>
        )}
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() => (isRunning ? model.cancelBulk() : model.dismissBulk())}
        >
          {isRunning ? trans.__('Cancel') : trans.__('Dismiss')}
        </button>
      </div>
      {failures.slice(0, SHOWN).map(({ job, error }) => (
        <ErrorCard
          key={job.name}
          error={error}
          trans={trans}
          title={
            verb === 'stop'
              ? trans.__('“%1” was not stopped', job.displayName)
              : trans.__('“%1” was not deleted', job.displayName)
          }
        />
      ))}
      {failures.length > SHOWN && (
        <p>
          {trans.__(
            '%1 more failed; they are still selected.',
            failures.length - SHOWN
          )}
        </p>
      )}
    </div>
  );
}
