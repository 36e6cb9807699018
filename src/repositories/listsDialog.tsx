import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FormState, askForm } from '../components/FormDialog';
import { Checkbox, Field } from '../components/fields';
import { MOST_REPOSITORIES, isAttachable } from '../core/codeRepositories';
import type { ISuggestedRepositories } from '../tokens';
import { repositoryKey } from './url';

/** Lists a repository can be put on. */
export type ListSource = 'space' | 'profile' | 'domain';
export const LISTS: readonly ListSource[] = ['space', 'profile', 'domain'];

/** On which lists a repository is to be. */
export type IListsForm = Record<ListSource, boolean> & { url: string };

/** The addresses of a repository that are on a list; there may be several of the same. */
export function urlsOn(
  suggested: ISuggestedRepositories,
  source: ListSource,
  url: string
): string[] {
  const key = repositoryKey(url);
  const list = suggested[source]?.value ?? [];
  return list.filter(each => repositoryKey(each) === key);
}

/** Whether a list takes no further repository, and this one is not on it. */
function isListFull(
  suggested: ISuggestedRepositories,
  source: ListSource,
  url: string
): boolean {
  return (
    (suggested[source]?.value?.length ?? 0) >= MOST_REPOSITORIES &&
    urlsOn(suggested, source, url).length === 0
  );
}

/**
 * Ask on which lists a repository is to be; null for no change.
 *
 * @param url - its address; empty for one the person enters.
 */
export async function askLists(
  url: string,
  suggested: ISuggestedRepositories,
  trans: TranslationBundle
): Promise<IListsForm | null> {
  const isNew = url === '';
  const isOn = (source: ListSource) =>
    urlsOn(suggested, source, url).length > 0;
  const state = new FormState<IListsForm>(
    {
      url,
      space: isNew ? !isListFull(suggested, 'space', url) : isOn('space'),
      profile: isOn('profile'),
      domain: isOn('domain')
    },
    form => ({
      url: isAttachable(form.url)
        ? undefined
        : trans.__(
            'SageMaker takes only https:// addresses without port, user name or special characters.'
          )
    })
  );
  return askForm<IListsForm>({
    title: isNew
      ? trans.__('Attach a repository')
      : trans.__('Attach or detach the repository'),
    state,
    render: () => (
      <ListFields
        state={state}
        isNew={isNew}
        suggested={suggested}
        trans={trans}
      />
    ),
    verb: isNew ? trans.__('Attach') : trans.__('Apply'),
    trans
  });
}

function ListFields(props: {
  state: FormState<IListsForm>;
  isNew: boolean;
  suggested: ISuggestedRepositories;
  trans: TranslationBundle;
}): JSX.Element {
  const { state, isNew, suggested, trans } = props;
  const words: Record<ListSource, { label: string; help: string }> = {
    space: {
      label: trans.__('This space'),
      help: trans.__(
        'JupyterLab has to be restarted for it: it joins the plan of the space.'
      )
    },
    profile: {
      label: trans.__('The owner’s profile'),
      help: trans.__('Suggested in all private spaces of the owner.')
    },
    domain: {
      label: trans.__('The whole domain'),
      help: trans.__('Suggested to everybody.')
    }
  };
  return (
    <>
      {isNew ? (
        <Field
          label={trans.__('Address of the repository')}
          problem={state.problem('url')}
        >
          {attributes => (
            <input
              {...attributes}
              value={state.value.url}
              placeholder={trans.__('https://…')}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => state.set({ url: target.value.trim() })}
            />
          )}
        </Field>
      ) : (
        <p className="jp-SageMakerStudio-Repository-url">{state.value.url}</p>
      )}
      <fieldset className="jp-SageMakerStudio-Repository-lists">
        <legend>{trans.__('Suggested in')}</legend>
        {LISTS.map(source => {
          const found = suggested[source];
          const isFull = isListFull(suggested, source, state.value.url);
          return (
            found && (
              <Checkbox
                key={source}
                label={words[source].label}
                help={
                  'reason' in found
                    ? trans.__('What is set there can’t be read.')
                    : isFull
                      ? trans.__(
                          'There are %1 already, which is the most. Detach one of them first.',
                          MOST_REPOSITORIES
                        )
                      : words[source].help
                }
                isChecked={
                  state.value[source] && found.value !== null && !isFull
                }
                isDisabled={found.value === null || isFull}
                onChange={isChecked => state.set({ [source]: isChecked })}
              />
            )
          );
        })}
      </fieldset>
    </>
  );
}
