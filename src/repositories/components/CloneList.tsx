import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ILocalClone } from '../../tokens';
import type { IRepositoryActions } from './actions';

/** Clones on this machine, how they stand, and what can be done with each. */
export function CloneList(props: {
  /** For screen readers. */
  label: string;
  clones: readonly ILocalClone[];
  actions: IRepositoryActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { label, clones, actions, trans } = props;
  return (
    <ul className="jp-SageMakerStudio-Clones" aria-label={label}>
      {clones.map(clone => (
        <li key={clone.path}>
          <span
            className="jp-SageMakerStudio-Clones-path"
            title={clone.url ?? trans.__('It has no remote “origin”.')}
          >
            {clone.path || trans.__('the folder JupyterLab was started in')}
          </span>
          <span className="jp-SageMakerStudio-Clones-facts">
            {clone.problem ?? cloneWords(clone, trans)}
          </span>
          <span className="jp-SageMakerStudio-Clones-actions">
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              aria-label={trans.__('Open %1', clone.path)}
              onClick={() => actions.open(clone.path)}
            >
              {trans.__('Open')}
            </button>
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              aria-label={trans.__('Pull %1', clone.path)}
              disabled={clone.upstream === null}
              title={
                clone.upstream === null
                  ? trans.__('Its branch follows no branch of a remote.')
                  : trans.__(
                      'Fetch what is new. If something has to be merged, nothing is changed.'
                    )
              }
              onClick={() => actions.pull(clone)}
            >
              {trans.__('Pull')}
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** E.g. "main · 2 ahead, 1 behind · 3 changed files". */
export function cloneWords(
  clone: ILocalClone,
  trans: TranslationBundle
): string {
  const { branch, commit, ahead, behind, changes } = clone;
  const apart = [
    ahead ? trans.__('%1 ahead', ahead) : '',
    behind ? trans.__('%1 behind', behind) : ''
  ].filter(Boolean);
  return [
    branch ??
      (commit
        ? trans.__('at commit %1', commit.slice(0, 7))
        : trans.__('no commits yet')),
    apart.join(', '),
    changes
      ? trans._n('%1 changed file', '%1 changed files', changes)
      : changes === 0
        ? trans.__('nothing changed')
        : ''
  ]
    .filter(Boolean)
    .join(' · ');
}
