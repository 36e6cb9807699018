import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import { ListFailure, Unavailable } from '../../components/Unavailable';
import type { IRepositoriesFacts, RepositoriesModel } from '../model';
import { CloneList } from './CloneList';
import { RepositoryItem } from './RepositoryItem';
import { SourceNotes } from './SourceNotes';
import type { IRepositoryActions } from './actions';

/** What the list of repositories needs. */
export interface IRepositoryListProps {
  model: RepositoriesModel;
  actions: IRepositoryActions;
  trans: TranslationBundle;
}

/** Suggested repositories, clones of them, and what can be done with each. */
export function RepositoryList(props: IRepositoryListProps): JSX.Element {
  const { model, actions, trans } = props;
  const { state, facts } = model;
  const link = (label: string, onClick: () => void) => (
    <button
      type="button"
      className="jp-SageMakerStudio-linkButton"
      onClick={onClick}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-SageMakerStudio-Repositories">
      <div className="jp-SageMakerStudio-Repositories-toolbar">
        {link(trans.__('Clone…'), () => actions.clone())}
        {facts?.suggested && (
          <>
            {link(trans.__('Attach…'), () => actions.attach())}
            {link(trans.__('Register…'), () => actions.register())}
          </>
        )}
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the repositories')}
          onClick={actions.refresh}
        />
      </div>
      {state.phase === 'failed' && (
        <ListFailure
          title={trans.__('The repositories can’t be listed')}
          error={state.error}
          trans={trans}
          onRetry={actions.refresh}
        />
      )}
      {state.phase === 'loading' && !facts && (
        <ProgressBar label={trans.__('Reading the repositories')} />
      )}
      {facts && <Content {...props} facts={facts} />}
    </div>
  );
}

function Content(
  props: IRepositoryListProps & { facts: IRepositoriesFacts }
): JSX.Element {
  const { facts, actions, trans } = props;
  const { items, others, suggested } = facts;
  return (
    <>
      <SourceNotes facts={facts} actions={actions} trans={trans} />
      {suggested && items.length === 0 && <Empty {...props} />}
      {items.length > 0 && (
        <ul
          className="jp-SageMakerStudio-Repositories-list"
          aria-label={trans.__('Suggested repositories')}
        >
          {items.map(item => (
            <RepositoryItem
              key={item.key}
              item={item}
              actions={actions}
              trans={trans}
            />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <details className="jp-SageMakerStudio-Repositories-others">
          <summary>
            {trans._n(
              '%1 other clone here',
              '%1 other clones here',
              others.length
            )}
          </summary>
          <CloneList
            label={trans.__('Other clones')}
            clones={others}
            actions={actions}
            trans={trans}
          />
        </details>
      )}
      {!suggested && (
        <Unavailable
          reason={facts.unavailable}
          trans={trans}
          onRetry={actions.refresh}
        />
      )}
    </>
  );
}

function Empty(
  props: IRepositoryListProps & { facts: IRepositoriesFacts }
): JSX.Element {
  const { facts, actions, trans } = props;
  const { suggested } = facts;
  const isAllKnown = [
    suggested?.space,
    suggested?.profile,
    suggested?.domain,
    suggested?.account
  ].every(source => source?.value !== null);
  return (
    <EmptyState
      title={
        isAllKnown
          ? trans.__('No repositories are configured')
          : trans.__('None is configured where it could be looked')
      }
      action={{
        label: trans.__('Clone a repository…'),
        onClick: () => actions.clone()
      }}
    >
      <p>
        {trans.__(
          'Clone any by its address. “Attach” suggests one in this space, “Register” to the whole account.'
        )}
      </p>
    </EmptyState>
  );
}
