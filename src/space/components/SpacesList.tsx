import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  deleteIcon,
  editIcon,
  linkIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import { StatusChip } from '../../components/StatusChip';
import type { ISpaceSummary } from '../../tokens';
import { isMoving, isRunning } from '../facts';
import type { SpacesModel } from '../spacesModel';
import { spaceStatusOf } from '../words';
import type { ISpaceActions } from './actions';

/** What a {@link SpacesList} needs. */
export interface ISpacesListProps {
  model: SpacesModel;
  actions: ISpaceActions;
  /** Reads the list anew. */
  onRefresh: () => void;
  trans: TranslationBundle;
}

/** The person's spaces, and what can be done with each. */
export function SpacesList(props: ISpacesListProps): JSX.Element {
  const { model, actions, onRefresh, trans } = props;
  const { state, spaces } = model;
  return (
    <div className="jp-SageMakerStudio-SpacesList">
      <div className="jp-SageMakerStudio-SpacesList-toolbar">
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={actions.create}
        >
          <addIcon.react tag="span" />
          {trans.__('Create a private space…')}
        </button>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the list of spaces')}
          onClick={onRefresh}
        />
      </div>
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The spaces can’t be listed')}
          onRetry={onRefresh}
        />
      )}
      {state.phase === 'loading' && spaces.length === 0 && (
        <ProgressBar label={trans.__('Reading the spaces')} />
      )}
      <ul aria-label={trans.__('Spaces')}>
        {spaces.map(space => (
          <Item
            key={space.name}
            space={space}
            isOwn={space.name === model.ownName}
            isMine={model.isMine(space)}
            actions={actions}
            trans={trans}
          />
        ))}
      </ul>
    </div>
  );
}

interface IItemProps {
  space: ISpaceSummary;
  isOwn: boolean;
  /** Whether the person may delete it. */
  isMine: boolean;
  actions: ISpaceActions;
  trans: TranslationBundle;
}

function Item(props: IItemProps): JSX.Element {
  const { space, isOwn, trans } = props;
  const facts = [
    isOwn ? trans.__('this space') : '',
    space.sharing === 'Shared' ? trans.__('shared') : '',
    space.app?.spec.instanceType ?? '',
    space.volumeGb === undefined ? '' : trans.__('%1 GB', space.volumeGb)
  ].filter(Boolean);
  return (
    <li>
      <span className="jp-SageMakerStudio-SpacesList-name" title={space.name}>
        {space.displayName}
      </span>
      <StatusChip {...spaceStatusOf(space, trans)} />
      <span className="jp-SageMakerStudio-SpacesList-facts">
        {facts.join(' · ')}
      </span>
      <span className="jp-SageMakerStudio-SpacesList-actions">
        <ItemActions {...props} />
      </span>
    </li>
  );
}

function ItemActions(props: IItemProps): JSX.Element {
  const { space, isOwn, isMine, actions, trans } = props;
  const { name, displayName } = space;
  const isBusy = isMoving(space);
  return (
    <>
      {!isOwn && isRunning(space) && (
        <IconButton
          icon={linkIcon}
          label={trans.__('Open “%1” in a new tab', displayName)}
          isDisabled={space.app?.status !== 'InService'}
          onClick={() => actions.open(name)}
        />
      )}
      {isRunning(space) ? (
        <IconButton
          icon={stopIcon}
          label={trans.__('Stop “%1”', displayName)}
          isDisabled={isBusy}
          onClick={() => actions.stop(isOwn ? undefined : name)}
        />
      ) : (
        <IconButton
          icon={runIcon}
          label={trans.__('Start “%1”', displayName)}
          isDisabled={isBusy || isOwn}
          onClick={() => actions.start(name)}
        />
      )}
      <IconButton
        icon={editIcon}
        label={trans.__('Change “%1”', displayName)}
        isDisabled={isBusy}
        onClick={() => actions.change('instanceType', isOwn ? undefined : name)}
      />
      {!isOwn && isMine && (
        <IconButton
          icon={deleteIcon}
          label={
            isRunning(space)
              ? trans.__('Delete “%1”: it has to be stopped first', displayName)
              : trans.__('Delete “%1”', displayName)
          }
          isDisabled={isBusy || isRunning(space)}
          onClick={() => actions.remove(name)}
        />
      )}
    </>
  );
}
