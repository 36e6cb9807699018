import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { OWN_TAGS } from '../../tokens';
import type { INotebookJob } from '../../tokens';
import type { JobDetailModel } from '../detailModel';
import { hasEnded } from '../tracker';
import type { IJobActions } from './actions';

/** What can be done to the job of a tab, or with it. */
export function DetailActions(props: {
  model: JobDetailModel;
  job: INotebookJob;
  actions: IJobActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { job, actions, trans, model } = props;
  const { name } = job;
  const sweep: string | undefined = job.tags[OWN_TAGS.sweep];
  const button = (label: string, onClick: () => void, isDisabled = false) => (
    <button
      type="button"
      className="jp-mod-styled jp-mod-reject"
      disabled={isDisabled}
      onClick={onClick}
    >
      {label}
    </button>
  );
  const actionsOfEnd = hasEnded(job) ? (
    <>
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept"
        onClick={() => actions.openOutput(name, 'notebook')}
      >
        {trans.__('Open output')}
      </button>
      {job.outputFormats.includes('html') &&
        button(trans.__('Open HTML'), () => actions.openOutput(name, 'html'))}
      {button(trans.__('Open log'), () => actions.openOutput(name, 'log'))}
    </>
  ) : (
    button(
      trans.__('Stop'),
      () => actions.stop(name),
      job.status === 'Stopping'
    )
  );
  return (
    <div
      className="jp-SageMakerStudio-JobDetail-actions"
      role="group"
      aria-label={trans.__('Actions')}
    >
      {actionsOfEnd}
      {button(trans.__('Run again'), () => actions.runAgain(name))}
      {job.inputUri &&
        button(trans.__('Open input snapshot'), () =>
          actions.openSnapshot(name)
        )}
      {button(trans.__('Insert as code (boto3)'), () =>
        actions.insertCode(name, 'boto3')
      )}
      {button(trans.__('Insert as code (SDK step)'), () =>
        actions.insertCode(name, 'step')
      )}
      {sweep !== undefined &&
        button(trans.__('Show sweep'), () => actions.openSweep(sweep))}
      {actions.openInNeighbour &&
        button(trans.__('Open in Notebook Jobs'), actions.openInNeighbour)}
      {button(trans.__('Delete'), () => actions.remove(name))}
      {button(trans.__('Refresh'), () => void model.refresh())}
    </div>
  );
}
