import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import { StatusChip } from '../../components/StatusChip';
import { Unavailable } from '../../components/Unavailable';
import { useNow } from '../../components/useNow';
import { isKnown, map, priceOf, specOf } from '../facts';
import type { ISpaceFacts } from '../facts';
import { describeInstance } from '../instanceTypes';
import type { SpaceModel } from '../model';
import { appStatusOf, hourlyPrice, orReason } from '../words';
import type { IChangeActivity, ISpaceChanges } from '../../tokens';
import type { ISpaceActions } from './actions';
import { SpaceFacts } from './SpaceFacts';

/** Milliseconds between two looks at the clock. */
const TICK = 15_000;

/** What a {@link SpaceCard} needs. */
export interface ISpaceCardProps {
  model: SpaceModel;
  changes: ISpaceChanges;
  actions: ISpaceActions;
  trans: TranslationBundle;
  locale?: string;
}

/** This space: where one is, what it costs, and what can be done about it. */
export function SpaceCard(props: ISpaceCardProps): JSX.Element {
  const { model, actions, trans } = props;
  const now = useNow(TICK);
  const { facts, state } = model;
  if (model.unavailable !== null) {
    return (
      <Unavailable
        reason={model.unavailable}
        trans={trans}
        onRetry={actions.refresh}
      />
    );
  }
  return (
    <div className="jp-SageMakerStudio-SpaceCard">
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The space can’t be read')}
          onRetry={actions.refresh}
        />
      )}
      {facts ? (
        <>
          <Head {...props} facts={facts} />
          {facts.context.isRecoveryMode && (
            <p className="jp-SageMakerStudio-Notice">
              {trans.__(
                'Recovery mode: Studio started JupyterLab with the bare essentials, so that what keeps it from starting can be mended. Stop the space and run it as usual to leave it.'
              )}
            </p>
          )}
          <Activity {...props} />
          <Draft {...props} />
          <Actions {...props} facts={facts} />
          <SpaceFacts {...props} facts={facts} now={now} />
        </>
      ) : (
        state.phase !== 'failed' && (
          <ProgressBar label={trans.__('Reading the space')} />
        )
      )}
    </div>
  );
}

function Head(props: ISpaceCardProps & { facts: ISpaceFacts }): JSX.Element {
  const { facts, actions, trans, locale } = props;
  const { app, space, context, instance } = facts;
  const name = isKnown(space)
    ? space.value.displayName
    : (context.fields.spaceName.value ?? '');
  const spec = specOf(facts);
  const type = isKnown(spec) ? spec.value.instanceType : undefined;
  const price = priceOf(facts.prices, type, '');
  return (
    <header>
      <h3>
        {name}
        {isKnown(app) && (
          <StatusChip
            {...appStatusOf(app.value?.status ?? null, trans)}
            title={app.value?.failureReason}
          />
        )}
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the space')}
          onClick={actions.refresh}
        />
      </h3>
      <p>
        <strong>
          {orReason(
            spec,
            ({ instanceType }) =>
              instanceType ?? trans.__('No instance type is set')
          )}
        </strong>
        {isKnown(instance) && (
          <span>{describeInstance(instance.value, trans)}</span>
        )}
        {isKnown(price) && (
          <span>{hourlyPrice(price.value, trans, locale)}</span>
        )}
      </p>
    </header>
  );
}

/** What is being done with this space right now. */
function Activity(props: ISpaceCardProps): JSX.Element | null {
  const { model, changes, actions, trans } = props;
  const { facts } = model;
  const activity = changes.activities.find(
    ({ spaceName }) => spaceName === facts?.context.fields.spaceName.value
  );
  return activity ? (
    <ActivityRow activity={activity} actions={actions} trans={trans} />
  ) : null;
}

function ActivityRow(props: {
  activity: IChangeActivity;
  actions: ISpaceActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { activity, actions, trans } = props;
  return (
    <div role="status" className="jp-SageMakerStudio-Notice">
      <strong>{activity.title}</strong>
      <span>{activity.phase}</span>
      {activity.isWaiting && (
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={actions.switchNow}
        >
          {trans.__('Don’t wait')}
        </button>
      )}
      {activity.canCancel && (
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={actions.cancelChange}
        >
          {trans.__('Cancel')}
        </button>
      )}
    </div>
  );
}

/** What was collected and is not applied. */
function Draft(props: ISpaceCardProps): JSX.Element | null {
  const { changes, actions, trans } = props;
  const draft = changes.draft();
  if (!draft || Object.keys(draft).length === 0) {
    return null;
  }
  const count = Object.keys(draft).length;
  return (
    <div className="jp-SageMakerStudio-Notice">
      <span>
        {trans._n(
          '%1 change is not applied yet.',
          '%1 changes are not applied yet.',
          count
        )}
      </span>
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        onClick={() => actions.change()}
      >
        {trans.__('Review and apply…')}
      </button>
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        onClick={actions.discardChanges}
      >
        {trans.__('Discard')}
      </button>
    </div>
  );
}

function Actions(props: ISpaceCardProps & { facts: ISpaceFacts }): JSX.Element {
  const { facts, actions, trans } = props;
  const { local } = facts;
  const canKeepAwake = map(local, ({ idle }) => idle.canKeepAwake);
  const canRestart = map(local, found => found.canRestartJupyter);
  return (
    <div className="jp-SageMakerStudio-SpaceCard-actions">
      <Action
        label={trans.__('Change instance…')}
        isPrimary
        onClick={() => actions.change('instanceType')}
      />
      <Action
        label={trans.__('Instance catalogue')}
        onClick={actions.openCatalogue}
      />
      <Action
        label={trans.__('Keep awake…')}
        reason={'reason' in canKeepAwake ? canKeepAwake.reason : undefined}
        onClick={actions.keepAwake}
      />
      <Action
        label={trans.__('Restart Jupyter…')}
        reason={'reason' in canRestart ? canRestart.reason : undefined}
        onClick={actions.restartJupyter}
      />
      <Action label={trans.__('Stop…')} onClick={() => actions.stop()} />
    </div>
  );
}

/** A button that says why it can't be pressed. */
function Action(props: {
  label: string;
  isPrimary?: boolean;
  reason?: string;
  onClick: () => unknown;
}): JSX.Element {
  const { label, isPrimary, reason, onClick } = props;
  const accept = isPrimary ? ' jp-mod-accept' : '';
  return (
    <button
      type="button"
      className={`jp-mod-styled${accept}`}
      disabled={reason !== undefined}
      title={reason}
      onClick={onClick}
    >
      {label}
    </button>
  );
}
