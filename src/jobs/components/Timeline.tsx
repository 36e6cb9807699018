import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatTime } from '../../core/format';
import type { IJobTransition, INotebookJob } from '../../tokens';
import { hasEnded } from '../tracker';
import { Elapsed } from './JobStatus';

/** The steps a job went through, as AWS reports them. */
export function Timeline(props: {
  job: INotebookJob;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element | null {
  const { job, trans, locale } = props;
  if (job.transitions.length === 0) {
    return null;
  }
  return (
    <section aria-label={trans.__('Timeline')}>
      <h3>{trans.__('Timeline')}</h3>
      <ol className="jp-SageMakerStudio-Timeline">
        {job.transitions.map((step, index) => (
          <Step
            key={index}
            step={step}
            isRunning={
              !hasEnded(job) &&
              index === job.transitions.length - 1 &&
              step.endTime === undefined
            }
            locale={locale}
          />
        ))}
      </ol>
    </section>
  );
}

function Step(props: {
  step: IJobTransition;
  isRunning: boolean;
  locale?: string;
}): JSX.Element {
  const { step, isRunning, locale } = props;
  const start = step.startTime.getTime();
  const end = step.endTime?.getTime();
  return (
    <li aria-current={isRunning ? 'step' : undefined}>
      <strong>{step.status}</strong>{' '}
      {!Number.isNaN(start) && (
        <time dateTime={step.startTime.toISOString()}>
          {formatTime(step.startTime, locale)}
        </time>
      )}{' '}
      {(isRunning || (end ?? start) - start >= 1000) && (
        <Elapsed start={start} end={end} locale={locale} />
      )}
      {step.message && <p>{step.message}</p>}
    </li>
  );
}
