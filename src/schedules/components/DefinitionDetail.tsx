import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { JobFacts } from '../../jobs/components/JobFacts';
import type { DefinitionModel } from '../detailModel';
import { Calendar } from './Calendar';
import { DayRuns } from './DayRuns';
import {
  DefinitionState,
  NextRun,
  ScheduleWords,
  missing,
  triggerProblem
} from './DefinitionState';
import { SchedulePreview } from './SchedulePreview';
import type { IDefinitionActions } from './actions';

/** What a {@link DefinitionDetail} needs. */
export interface IDefinitionDetailProps {
  model: DefinitionModel;
  actions: IDefinitionActions;
  trans: TranslationBundle;
  locale?: string;
}

/** One definition: when it runs, its runs, its template. */
export function DefinitionDetail(props: IDefinitionDetailProps): JSX.Element {
  const { model, actions, trans, locale } = props;
  const { definition, state } = model;
  if (model.isGone) {
    return (
      <EmptyState
        title={trans.__('This job definition was deleted')}
        action={{
          label: trans.__('All job definitions'),
          onClick: () => void actions.openDefinitions()
        }}
      >
        <p>{trans.__('Its runs are still in the list of notebook jobs.')}</p>
      </EmptyState>
    );
  }
  return (
    <div className="jp-SageMakerStudio-Definition">
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          title={trans.__('The job definition can’t be read')}
          trans={trans}
          onRetry={() => void model.refresh()}
        />
      )}
      {!definition && state.phase !== 'failed' && (
        <ProgressBar label={trans.__('Reading the job definition')} />
      )}
      {definition && (
        <>
          <header>
            <h2>{definition.displayName}</h2>
            <DefinitionState {...props} trigger={model.trigger} />
          </header>
          <Actions {...props} />
          <Notices {...props} />
          <dl className="jp-SageMakerStudio-Facts">
            <dt>{trans.__('Schedule')}</dt>
            <dd>
              <ScheduleWords {...props} trigger={model.trigger} />
            </dd>
            <dt>{trans.__('Next run')}</dt>
            <dd>
              <NextRun {...props} trigger={model.trigger} />
            </dd>
          </dl>
          <div className="jp-SageMakerStudio-Definition-runs">
            <Calendar {...props} />
            <DayRuns {...props} />
          </div>
          {model.schedule && (
            <SchedulePreview
              schedule={model.schedule}
              since={model.trigger?.value?.changedAt?.getTime()}
              typicalDuration={model.typicalDuration}
              trans={trans}
              locale={locale}
            />
          )}
          {definition.job ? (
            <JobFacts job={definition.job} trans={trans} locale={locale} />
          ) : (
            <p>
              {trans.__(
                'Its pipeline does not consist of one notebook job: it was changed elsewhere and can’t be shown or edited here.'
              )}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Actions(props: IDefinitionDetailProps): JSX.Element {
  const { model, actions, trans } = props;
  const { id, definition } = model;
  const trigger = model.trigger?.value;
  const button = (label: string, act: (id: string) => Promise<void>) => (
    <button
      type="button"
      className="jp-mod-styled"
      onClick={() => void act(id)}
    >
      {label}
    </button>
  );
  return (
    <div
      className="jp-SageMakerStudio-Definition-actions"
      role="group"
      aria-label={trans.__('Actions')}
    >
      {trigger &&
        (trigger.isEnabled
          ? button(trans.__('Pause'), actions.pause)
          : button(trans.__('Resume'), actions.resume))}
      {definition?.job && button(trans.__('Run now…'), actions.runNow)}
      {button(trans.__('Change the schedule…'), actions.editSchedule)}
      {definition?.job && button(trans.__('Edit everything…'), actions.editAll)}
      {button(trans.__('Delete…'), actions.remove)}
    </div>
  );
}

/** What somebody should know: no schedule, an edited notebook, runs that can't be read. */
function Notices(props: IDefinitionDetailProps): JSX.Element {
  const { model, actions, trans } = props;
  const { trigger, notebook, definition, jobsError, id } = model;
  const path = definition?.notebookPath ?? '';
  const problem =
    trigger && !('reason' in trigger)
      ? trigger.value
        ? triggerProblem(trigger.value, trans)
        : missing(trans)
      : null;
  return (
    <>
      {trigger && 'reason' in trigger && trigger.error && (
        <ErrorCard
          error={trigger.error}
          title={trans.__('The schedule can’t be read')}
          trans={trans}
          onRetry={() => void model.refresh()}
        />
      )}
      {problem && <Notice text={problem} />}
      {notebook === 'edited' && (
        <Notice
          text={trans.__(
            '“%1” was edited after it was scheduled; runs use the notebook as it was then.',
            path
          )}
        >
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            onClick={() => void actions.editAll(id)}
          >
            {trans.__('Update…')}
          </button>
        </Notice>
      )}
      {notebook === 'missing' && (
        <Notice
          text={trans.__(
            '“%1” is not there any more; runs go on with the copy in S3.',
            path
          )}
        />
      )}
      {jobsError && (
        <ErrorCard
          error={jobsError}
          title={trans.__('The runs can’t be read')}
          trans={trans}
          onRetry={() => void model.refresh()}
        />
      )}
      {model.hasMoreJobs && (
        <Notice
          text={trans.__(
            'Only the newest %1 runs are shown.',
            model.jobs.length
          )}
        />
      )}
    </>
  );
}

function Notice(props: {
  text: string;
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <div className="jp-SageMakerStudio-Notice" role="note">
      <span>{props.text}</span>
      {props.children}
    </div>
  );
}
