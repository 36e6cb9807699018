import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon, editIcon, lockIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import { RowIcon } from '../../components/RowIcon';
import { shortUrl } from '../../core/codeRepositories';
import type { IRepository } from '../merge';
import { CloneList } from './CloneList';
import { sourceWords } from './SourceNotes';
import type { IRepositoryActions } from './actions';

/** One suggested repository: who suggests it, and its clones here. */
export function RepositoryItem(props: {
  item: IRepository;
  actions: IRepositoryActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { item, actions, trans } = props;
  const { name, url, branch, clones, registrations } = item;
  const secrets = registrations.filter(({ secretArn }) => secretArn);
  return (
    <li>
      <div className="jp-SageMakerStudio-Repository-head">
        <span className="jp-SageMakerStudio-Repository-name">{name}</span>
        {secrets.length > 0 && (
          <span
            className="jp-SageMakerStudio-Repository-secret"
            title={secrets.map(({ secretArn }) => secretArn).join('\n')}
          >
            <RowIcon icon={lockIcon} />
            {trans.__('with secret')}
          </span>
        )}
        <span className="jp-SageMakerStudio-Repository-actions">
          <IconButton
            icon={downloadIcon}
            label={trans.__('Clone “%1”', name)}
            onClick={() => actions.clone(url)}
          />
          <IconButton
            icon={editIcon}
            label={trans.__('Attach or detach “%1”', name)}
            onClick={() => actions.attach(url)}
          />
        </span>
      </div>
      <div className="jp-SageMakerStudio-Repository-url" title={url}>
        {shortUrl(url)}
      </div>
      <div className="jp-SageMakerStudio-Repository-facts">
        {[originWords(item, trans), branch ? trans.__('branch %1', branch) : '']
          .filter(Boolean)
          .join(' · ')}
      </div>
      {clones.length > 0 && (
        <CloneList
          label={trans.__('Clones of “%1”', name)}
          clones={clones}
          actions={actions}
          trans={trans}
        />
      )}
    </li>
  );
}

/** E.g. "Space, Domain, Account (models)". */
function originWords(
  { origins, registrations }: IRepository,
  trans: TranslationBundle
): string {
  const words = sourceWords(trans);
  const names = registrations.map(({ name }) => name).join(', ');
  return [...new Set(origins.map(({ source }) => source))]
    .map(source =>
      source === 'account'
        ? trans.__('%1 (%2)', words.account, names)
        : words[source]
    )
    .join(', ');
}
