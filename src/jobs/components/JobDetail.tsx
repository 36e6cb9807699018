import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { StatusChip } from '../../components/StatusChip';
import { progressText } from '../../components/taskNotification';
import { formatDuration } from '../../core/format';
import type { INotebookJob } from '../../tokens';
import type { JobDetailModel } from '../detailModel';
import { fractionOf } from '../submissions';
import type { ISubmission } from '../submissions';
import { readException } from '../progress';
import { hasEnded, hasTimedOut } from '../tracker';
import type { IJobActions } from './actions';
import type { LoadPrices } from './Cost';
import { Cost } from './Cost';
import { DetailActions } from './DetailActions';
import { Differences } from './Differences';
import { Failure } from './Failure';
import { JobFacts } from './JobFacts';
import { JobLog } from './JobLog';
import { Elapsed, rowTimes, statusOf } from './JobStatus';
import { Timeline } from './Timeline';
import { UtilisationCharts } from './UtilisationCharts';

/** What a {@link JobDetail} needs. */
export interface IJobDetailProps {
  model: JobDetailModel;
  actions: IJobActions;
  trans: TranslationBundle;
  locale?: string;
  prices: LoadPrices;
  /** Draws the charts; null where there is none. */
  rendermime: IRenderMimeRegistry | null;
}

/** All about one job: status, progress, log, and what can be done. */
export function JobDetail(props: IJobDetailProps): JSX.Element {
  const { model, trans } = props;
  const { job, submission, state } = model;
  return (
    <div
      className="jp-SageMakerStudio-JobDetail"
      role="region"
      aria-label={trans.__('Job %1', job?.displayName ?? model.name)}
    >
      {state.phase === 'failed' && !submission && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The job can’t be read')}
          onRetry={() => void model.refresh()}
        />
      )}
      {job ? (
        <Job {...props} job={job} />
      ) : submission ? (
        <Submitting {...props} submission={submission} />
      ) : (
        state.phase !== 'failed' && (
          <ProgressBar label={trans.__('Reading the job')} />
        )
      )}
    </div>
  );
}

function Submitting(
  props: IJobDetailProps & { submission: ISubmission }
): JSX.Element {
  const { submission, actions, trans, locale } = props;
  const { task, displayName, name } = submission;
  return (
    <>
      <header>
        <h2>{displayName}</h2>
        <StatusChip tone="waiting" label={trans.__('Staging files…')} />
      </header>
      <ProgressBar
        label={trans.__('Files staged for “%1”', displayName)}
        value={fractionOf(task)}
        text={progressText(task, trans, locale)}
      />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => actions.cancelSubmission(name)}
      >
        {trans.__('Cancel')}
      </button>
    </>
  );
}

function Job(props: IJobDetailProps & { job: INotebookJob }): JSX.Element {
  const { job, trans, locale } = props;
  return (
    <>
      <header>
        <h2>{job.displayName}</h2>
        <span role="status">
          <StatusChip {...statusOf(job, trans)} />
        </span>
        <Elapsed
          {...rowTimes({ kind: 'job', name: job.name, job })}
          locale={locale}
        />
      </header>
      <DetailActions {...props} />
      {job.failureReason && (
        <Failure
          reason={job.failureReason}
          exception={readException(props.model.log.lines)}
          isFailed={job.status === 'Failed'}
          trans={trans}
        />
      )}
      {job.status === 'Stopping' && (
        <p>
          {trans.__(
            'Stopping can take up to two minutes: what the notebook has done so far is saved first.'
          )}
        </p>
      )}
      {hasTimedOut(job) && (
        <p className="jp-SageMakerStudio-Failure">
          {trans.__(
            'SageMaker stopped the job: it had not ended after its time-out of %1. Run it again with a longer one, or on a faster instance.',
            formatDuration(job.maxRuntimeSeconds * 1000, locale)
          )}
        </p>
      )}
      <Progress {...props} />
      <JobLog {...props} />
      <Timeline job={job} trans={trans} locale={locale} />
      <UtilisationCharts
        utilisation={props.model.utilisation}
        rendermime={props.rendermime}
        trans={trans}
      />
      <Cost {...props} />
      <JobFacts job={job} trans={trans} locale={locale} />
      <Differences {...props} />
    </>
  );
}

/** How far the notebook is, as papermill reports it in the log. */
function Progress(
  props: IJobDetailProps & { job: INotebookJob }
): JSX.Element | null {
  const { model, job, trans } = props;
  const { progress } = model.log;
  const isRunning = !hasEnded(job);
  if (!progress && !isRunning) {
    return null;
  }
  return (
    <ProgressBar
      label={trans.__('Cells executed')}
      value={progress ? progress.percent / 100 : undefined}
      text={
        progress
          ? trans.__('%1 of %2 cells', progress.done, progress.total)
          : statusOf(job, trans).label
      }
    />
  );
}
