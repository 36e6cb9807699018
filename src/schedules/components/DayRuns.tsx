import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StatusChip } from '../../components/StatusChip';
import { formatDuration } from '../../core/format';
import { statusOf } from '../../jobs/components/JobStatus';
import type { INotebookJob } from '../../tokens';
import { keyOf } from '../calendar';
import type { DefinitionModel } from '../detailModel';
import { dateWords, momentWords } from '../words';
import { wallTime } from '../zone';
import type { IDefinitionActions } from './actions';

/** The runs of the chosen day. */
export function DayRuns(props: {
  model: DefinitionModel;
  actions: IDefinitionActions;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { model, actions, trans, locale } = props;
  const zone = model.timeZone;
  const jobs = model.jobs.filter(
    job => keyOf(wallTime(zone, job.createdAt.getTime())) === model.day
  );
  const [year, month, day] = model.day.split('-').map(Number);
  const title = trans.__('Runs of %1', dateWords({ year, month, day }, locale));
  return (
    <section aria-label={title} className="jp-SageMakerStudio-DayRuns">
      <h3>{title}</h3>
      {jobs.length === 0 ? (
        <p className="jp-SageMakerStudio-quiet">{trans.__('None.')}</p>
      ) : (
        <ul>
          {jobs.map(job => (
            <li key={job.name}>
              <button
                type="button"
                className="jp-SageMakerStudio-linkButton"
                title={trans.__('Open the job “%1”', job.name)}
                onClick={() => void actions.openJob(job.name)}
              >
                {momentWords(job.createdAt.getTime(), zone, locale)}
              </button>
              <StatusChip {...statusOf(job, trans)} title={job.failureReason} />
              <span className="jp-SageMakerStudio-quiet">
                {durationOf(job, locale)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function durationOf(job: INotebookJob, locale?: string): string {
  return job.endedAt
    ? formatDuration(+job.endedAt - +job.createdAt, locale)
    : '';
}
