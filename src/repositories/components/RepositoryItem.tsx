import type { TranslationBundle } from '@jupyterlab/translation';
import { downloadIcon, editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Breakable } from '../../components/Breakable';
import { IconButton } from '../../components/IconButton';
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
  return (
    <li>
      <div className="jp-SageMakerStudio-Repository-head">
        <span className="jp-SageMakerStudio-Repository-name">{name}</span>
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
        <Breakable text={shortUrl(url)} />
      </div>
      <div className="jp-SageMakerStudio-Repository-facts">
        {[
          originWords(item, trans),
          branch ? trans.__('branch %1', branch) : '',
          registrations.some(({ secretArn }) => secretArn)
            ? trans.__('with secret')
            : ''
        ]
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
