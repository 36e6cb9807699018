import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StatusChip } from '../../components/StatusChip';
import { showErrorDetails } from '../../components/errorDetails';
import type { StudioError } from '../../core/errors';
import { isAccessDenied, missingActionOf } from '../../core/permissions';
import type { Known, RepositorySource } from '../../tokens';
import type { IRepositoriesFacts } from '../model';
import type { IRepositoryActions } from './actions';

/** Why something is not known, and of which sources. */
interface INote {
  sources: string[];
  reason: string;
  error?: StudioError;
}

/** What the sources are called. */
export function sourceWords(
  trans: TranslationBundle
): Record<RepositorySource, string> {
  return {
    space: trans.__('Space'),
    profile: trans.__('Profile'),
    domain: trans.__('Domain'),
    account: trans.__('Account')
  };
}

/** Sources that could not be read, each with what stands in the way. */
export function SourceNotes(props: {
  facts: IRepositoriesFacts;
  actions: IRepositoryActions;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { facts, actions, trans } = props;
  const notes = notesOf(facts, trans);
  if (notes.length === 0) {
    return null;
  }
  return (
    <ul
      className="jp-SageMakerStudio-Repositories-notes"
      aria-label={trans.__('What could not be read')}
    >
      {notes.map(({ sources, reason, error }) => {
        const names = sources.join(', ');
        return (
          <li key={names}>
            <StatusChip
              tone="warning"
              label={trans.__('%1: %2', names, reason)}
            />
            {error && (
              <button
                type="button"
                className="jp-SageMakerStudio-linkButton"
                aria-label={trans.__('Details of %1', names)}
                onClick={() =>
                  void showErrorDetails(error, trans, {
                    title: trans.__('%1 could not be read', names),
                    onRetry: actions.refresh
                  })
                }
              >
                {trans.__('Details')}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function notesOf(facts: IRepositoriesFacts, trans: TranslationBundle): INote[] {
  const { suggested, clones } = facts;
  const words = sourceWords(trans);
  const notes: INote[] = [];
  const look = (name: string, found: Known<unknown> | null | undefined) => {
    if (!found || !('reason' in found)) {
      return;
    }
    const reason = reasonOf(found, trans);
    const same = notes.find(each => each.reason === reason);
    if (same) {
      same.sources.push(name);
    } else {
      notes.push({ sources: [name], reason, error: found.error });
    }
  };
  look(words.space, suggested?.space);
  look(words.profile, suggested?.profile);
  look(words.domain, suggested?.domain);
  look(words.account, suggested?.account);
  look(trans.__('Clones here'), clones);
  if (clones.value && !clones.value.isComplete) {
    notes.push({
      sources: [trans.__('Clones here')],
      reason: trans.__('there are too many folders to look through all')
    });
  }
  return notes;
}

/** "Not allowed to look" and "none" must not look alike. */
function reasonOf(
  { reason, error }: { reason: string; error?: StudioError },
  trans: TranslationBundle
): string {
  if (!error || !isAccessDenied(error.code)) {
    return reason;
  }
  const action =
    missingActionOf(error)?.action ?? `sagemaker:${error.operation ?? ''}`;
  return trans.__('not allowed to look (%1)', action);
}
