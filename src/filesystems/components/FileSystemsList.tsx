import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { EmptyState } from '../../components/EmptyState';
import { ErrorCard } from '../../components/ErrorCard';
import { IconButton } from '../../components/IconButton';
import { ProgressBar } from '../../components/ProgressBar';
import type { StudioError } from '../../core/errors';
import type { FileSystemsModel } from '../model';
import { Denied } from './Denied';
import { FileSystemItem } from './FileSystemItem';
import type { IFileSystemActions } from './actions';

/** What a {@link FileSystemsList} needs. */
export interface IFileSystemsListProps {
  model: FileSystemsModel;
  actions: IFileSystemActions;
  trans: TranslationBundle;
  locale?: string;
}

/** Every file system there is for this space, and what can be done with each. */
export function FileSystemsList(props: IFileSystemsListProps): JSX.Element {
  const { model, actions, trans } = props;
  const { rows, facts, error } = model;
  const isOther = (state: string) =>
    state === 'not-allowed' || state === 'unknown';
  const own = rows.filter(({ state }) => !isOther(state));
  const others = rows.filter(({ state }) => isOther(state));
  const items = (list: typeof rows) =>
    list.map(row => <FileSystemItem key={row.key} row={row} {...props} />);
  return (
    <div className="jp-SageMakerStudio-FileSystems">
      <div className="jp-SageMakerStudio-FileSystems-toolbar">
        <span role="status">
          {model.isReading ? (
            <ProgressBar label={trans.__('Reading the file systems')} />
          ) : (
            ''
          )}
        </span>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Refresh the file systems')}
          onClick={() => void actions.refresh()}
        />
      </div>
      <Failure {...props} error={error} />
      <Planned {...props} />
      <ul aria-label={trans.__('File systems')}>{items(own)}</ul>
      <Empty {...props} />
      {others.length > 0 && (
        <details className="jp-SageMakerStudio-FileSystems-others">
          <summary>
            {facts.rules && !('reason' in facts.rules)
              ? trans.__('Not allowed yet (%1)', others.length)
              : trans.__('Others of the account (%1)', others.length)}
          </summary>
          <ul aria-label={trans.__('File systems that are not allowed yet')}>
            {items(others)}
          </ul>
        </details>
      )}
      <Denied facts={facts} trans={trans} />
    </div>
  );
}

/** What can't be read on this machine. */
function Failure(
  props: IFileSystemsListProps & { error: StudioError | null }
): JSX.Element | null {
  const { model, actions, error, trans } = props;
  const { local } = model.facts;
  const found = error ?? (local && 'reason' in local ? local.error : undefined);
  return found ? (
    <ErrorCard
      error={found}
      trans={trans}
      title={trans.__('What is mounted here can’t be read')}
      onRetry={() => void actions.refresh()}
    />
  ) : null;
}

/** That the plan holds something that is not applied yet. */
function Planned(props: IFileSystemsListProps): JSX.Element | null {
  const { model, actions, trans } = props;
  const count = model.rows.filter(({ planned }) => planned).length;
  return count > 0 ? (
    <div className="jp-SageMakerStudio-Notice">
      <span>
        {trans._n(
          '%1 file system is changed with the next restart.',
          '%1 file systems are changed with the next restart.',
          count
        )}
      </span>
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        onClick={() => void actions.review()}
      >
        {trans.__('Review and apply…')}
      </button>
    </div>
  ) : null;
}

/** What to do where there is nothing but the home folder. */
function Empty(props: IFileSystemsListProps): JSX.Element | null {
  const { model, trans } = props;
  const { facts, rows, unavailable, isReading } = model;
  if (unavailable !== null) {
    return (
      <p className="jp-SageMakerStudio-FileSystems-quiet">
        {trans.__(
          'Only what is mounted here is shown, as AWS can’t be asked. %1',
          unavailable
        )}
      </p>
    );
  }
  if (
    isReading ||
    !facts.rules ||
    'reason' in facts.rules ||
    rows.some(({ reference }) => reference)
  ) {
    return null;
  }
  return (
    <EmptyState title={trans.__('No shared file system yet')}>
      <p>
        {trans.__(
          'Your administrator may allow file systems of Amazon EFS or FSx for Lustre to your profile or domain. They are listed here then, and can be attached to this space.'
        )}
      </p>
    </EmptyState>
  );
}
