import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { LogView } from '../../components/LogView';
import type { INotebookJob } from '../../tokens';
import type { JobDetailModel } from '../detailModel';
import { hasEnded } from '../tracker';

/** What a job prints, as it prints it. */
export function JobLog(props: {
  model: JobDetailModel;
  job: INotebookJob;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, job, trans } = props;
  return (
    <section aria-label={trans.__('Log')}>
      <h3>{trans.__('Log')}</h3>
      {model.logError && (
        <ErrorCard
          error={model.logError}
          trans={trans}
          title={trans.__('The log can’t be read')}
          onRetry={() => void model.refreshLog()}
        />
      )}
      <LogView
        label={trans.__('Log of “%1”', job.displayName)}
        lines={model.log.lines}
        trans={trans}
        fileName={`${job.name}.log`}
        emptyText={
          hasEnded(job) && model.isLogComplete
            ? trans.__('The job wrote no log.')
            : hasEnded(job)
              ? trans.__('Reading the log…')
              : trans.__('The log begins when the notebook starts.')
        }
      />
    </section>
  );
}
