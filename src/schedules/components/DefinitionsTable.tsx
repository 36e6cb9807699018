import type { TranslationBundle } from '@jupyterlab/translation';
import {
  deleteIcon,
  editIcon,
  refreshIcon,
  runIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import { ListFailure, Unavailable } from '../../components/Unavailable';
import type { IJobDefinition, JobScope } from '../../tokens';
import type { DefinitionsModel } from '../model';
import { DefinitionState, NextRun, ScheduleWords } from './DefinitionState';
import { OutcomeStrip } from './OutcomeStrip';
import type { IDefinitionActions } from './actions';

/** What a {@link DefinitionsTable} needs. */
export interface IDefinitionsTableProps {
  model: DefinitionsModel;
  actions: IDefinitionActions;
  trans: TranslationBundle;
  locale?: string;
}

/** All job definitions. */
export function DefinitionsTable(props: IDefinitionsTableProps): JSX.Element {
  const { model, actions, trans } = props;
  const onRetry = () => void actions.refresh();
  if (model.unavailable !== null) {
    return (
      <Unavailable reason={model.unavailable} trans={trans} onRetry={onRetry} />
    );
  }
  const { state, definitions } = model;
  return (
    <div className="jp-SageMakerStudio-Definitions">
      <Toolbar {...props} />
      {state.phase === 'failed' && (
        <ListFailure
          title={trans.__('The job definitions can’t be listed')}
          error={state.error}
          trans={trans}
          onRetry={onRetry}
        />
      )}
      {definitions.length > 0 ? <Table {...props} /> : <Nothing {...props} />}
      {model.moreError && (
        <ErrorCard
          error={model.moreError}
          title={trans.__('Not all of this can be read')}
          trans={trans}
          onRetry={onRetry}
        />
      )}
      {model.hasMore && (
        <button
          type="button"
          className="jp-mod-styled"
          disabled={model.isLoadingMore}
          onClick={() => void model.loadMore()}
        >
          {trans.__('Show more')}
        </button>
      )}
    </div>
  );
}

function Toolbar(props: IDefinitionsTableProps): JSX.Element {
  const { model, actions, trans } = props;
  return (
    <div className="jp-SageMakerStudio-Definitions-toolbar">
      <label>
        {trans.__('Show')}{' '}
        <select
          className="jp-mod-styled"
          value={model.scope}
          onChange={event => {
            model.scope = event.target.value as JobScope;
          }}
        >
          <option value="mine">{trans.__('mine')}</option>
          <option value="space">{trans.__('those of this space')}</option>
          <option value="domain">{trans.__('those of the domain')}</option>
        </select>
      </label>
      <span role="status">
        {model.state.phase === 'loading' && (
          <ProgressBar label={trans.__('Reading the job definitions')} />
        )}
      </span>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh the job definitions')}
        onClick={() => void actions.refresh()}
      />
    </div>
  );
}

function Table(props: IDefinitionsTableProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="jp-SageMakerStudio-Definitions-scroll">
      <table aria-label={trans.__('Job definitions')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Notebook')}</th>
            <th scope="col">{trans.__('Schedule')}</th>
            <th scope="col">{trans.__('Next run')}</th>
            <th scope="col">{trans.__('Latest runs')}</th>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col">{trans.__('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {model.definitions.map(definition => (
            <Row key={definition.id} definition={definition} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(
  props: IDefinitionsTableProps & { definition: IJobDefinition }
): JSX.Element {
  const { definition, model, actions, trans, locale } = props;
  const { id, displayName, notebookName } = definition;
  const row = useSeen(model, id);
  const jobs = model.jobs(id);
  const shown = { trigger: model.trigger(id), trans, locale };
  return (
    <tr ref={row}>
      <th scope="row">
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          title={trans.__('Open the job definition “%1”', displayName)}
          onClick={() => void actions.openDefinition(id)}
        >
          {displayName}
        </button>
      </th>
      <td>{notebookName}</td>
      <td>
        <ScheduleWords {...shown} />
      </td>
      <td>
        <NextRun {...shown} />
      </td>
      <td>
        {jobs && <OutcomeStrip jobs={jobs} trans={trans} locale={locale} />}
      </td>
      <td>
        <DefinitionState {...shown} />
      </td>
      <td>
        <Actions {...props} />
      </td>
    </tr>
  );
}

function Actions(
  props: IDefinitionsTableProps & { definition: IJobDefinition }
): JSX.Element {
  const { definition, model, actions, trans } = props;
  const { id, displayName } = definition;
  const trigger = model.trigger(id)?.value;
  return (
    <div className="jp-SageMakerStudio-Definitions-actions">
      {trigger && (
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          aria-label={
            trigger.isEnabled
              ? trans.__('Pause “%1”', displayName)
              : trans.__('Resume “%1”', displayName)
          }
          onClick={() =>
            void (trigger.isEnabled ? actions.pause(id) : actions.resume(id))
          }
        >
          {trigger.isEnabled ? trans.__('Pause') : trans.__('Resume')}
        </button>
      )}
      <IconButton
        icon={runIcon}
        label={trans.__('Run “%1” now…', displayName)}
        onClick={() => void actions.runNow(id)}
      />
      <IconButton
        icon={editIcon}
        label={trans.__('Change when “%1” runs…', displayName)}
        onClick={() => void actions.editSchedule(id)}
      />
      <IconButton
        icon={deleteIcon}
        label={trans.__('Delete “%1”…', displayName)}
        onClick={() => void actions.remove(id)}
      />
    </div>
  );
}

/** Tells the model which rows are in view: only their schedules are read. */
function useSeen(
  model: DefinitionsModel,
  id: string
): React.RefObject<HTMLTableRowElement> {
  const row = React.useRef<HTMLTableRowElement>(null);
  React.useEffect(() => {
    const observer = new IntersectionObserver(([{ isIntersecting }]) =>
      isIntersecting ? model.seen(id) : model.unseen(id)
    );
    if (row.current) {
      observer.observe(row.current);
    }
    return () => {
      observer.disconnect();
      model.unseen(id);
    };
  }, [model, id]);
  return row;
}

function Nothing(props: IDefinitionsTableProps): JSX.Element | null {
  const { model, trans } = props;
  return model.state.phase === 'ready' ? (
    <EmptyState title={trans.__('No job definitions yet')}>
      <p>
        {trans.__(
          'Open a notebook, press “Run as job” in its toolbar, and choose to run it on a schedule.'
        )}
      </p>
    </EmptyState>
  ) : null;
}
