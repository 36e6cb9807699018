import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { FormState, askForm } from '../components/FormDialog';
import { Checkbox, Field } from '../components/fields';
import {
  cloneProblems,
  directoryOf,
  secretOf,
  secretsOf,
  takeUrl
} from './cloneForm';
import type { ICloneForm, ICloneSurroundings } from './cloneForm';

/**
 * Ask what is to be cloned and where to; null for nothing.
 *
 * @param problem - what was wrong with the last try.
 */
export async function askClone(
  proposed: ICloneForm,
  surroundings: ICloneSurroundings & { changed: ISignal<unknown, void> },
  trans: TranslationBundle,
  problem?: string
): Promise<ICloneForm | null> {
  const state = new FormState<ICloneForm>(proposed, form =>
    cloneProblems(form, surroundings, trans)
  );
  const draw = () => state.set({});
  surroundings.changed.connect(draw);
  const form = await askForm<ICloneForm>({
    title: trans.__('Clone a repository'),
    state,
    render: () => (
      <CloneFields
        state={state}
        surroundings={surroundings}
        problem={problem}
        trans={trans}
      />
    ),
    verb: trans.__('Clone'),
    trans
  });
  surroundings.changed.disconnect(draw);
  return form;
}

interface ICloneFieldsProps {
  state: FormState<ICloneForm>;
  surroundings: ICloneSurroundings;
  problem?: string;
  trans: TranslationBundle;
}

function CloneFields(props: ICloneFieldsProps): JSX.Element {
  const { state, surroundings, problem, trans } = props;
  const form = state.value;
  const secrets = secretsOf(form.url, surroundings.repositories);
  return (
    <>
      {problem && (
        <p role="alert" className="jp-SageMakerStudio-Field-problem">
          {problem}
        </p>
      )}
      <UrlField {...props} />
      {secrets.length > 0 && (
        <Field
          label={trans.__('Sign in with')}
          help={trans.__(
            'The Jupyter server reads the secret; it does not come into the browser.'
          )}
        >
          {attributes => (
            <select
              {...attributes}
              value={secretOf(form, surroundings.repositories)}
              onChange={({ target }) => state.set({ secretArn: target.value })}
            >
              {secrets.map(({ name, arn }) => (
                <option key={name} value={arn}>
                  {trans.__('The secret of “%1”', name)}
                </option>
              ))}
              <option value="">{trans.__('My own credentials')}</option>
            </select>
          )}
        </Field>
      )}
      <Field
        label={trans.__('Branch or tag')}
        problem={state.problem('reference')}
      >
        {attributes => (
          <input
            {...attributes}
            value={form.reference}
            placeholder={trans.__('the repository’s default')}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) =>
              state.set({ reference: target.value.trim() })
            }
          />
        )}
      </Field>
      <Field
        label={trans.__('New folder')}
        problem={state.problem('directory')}
        help={trans.__('Below the folder JupyterLab was started in.')}
      >
        {attributes => (
          <input
            {...attributes}
            value={form.directory ?? directoryOf(form, surroundings, trans)}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => state.set({ directory: target.value })}
          />
        )}
      </Field>
      <Field
        label={trans.__('Newest commits only')}
        problem={state.problem('depth')}
        help={trans.__(
          'A number makes cloning a large history faster; empty for all of it.'
        )}
      >
        {attributes => (
          <input
            {...attributes}
            inputMode="numeric"
            value={form.depth}
            placeholder={trans.__('all')}
            autoComplete="off"
            onChange={({ target }) => state.set({ depth: target.value.trim() })}
          />
        )}
      </Field>
      <Checkbox
        label={trans.__('Clone its submodules, too')}
        isChecked={form.submodules}
        onChange={submodules => state.set({ submodules })}
      />
    </>
  );
}

function UrlField(props: ICloneFieldsProps): JSX.Element {
  const { state, surroundings, trans } = props;
  const { url, credentials } = state.value;
  const list = React.useId();
  const take = (text: string) => state.set(takeUrl(text));
  return (
    <Field
      label={trans.__('Address of the repository')}
      problem={state.problem('url')}
      help={
        credentials && (
          <span role="status" className="jp-SageMakerStudio-Field-advice">
            {trans.__(
              'User name and password were taken out of the address, where git would have written them to disk. They are given to the host once, when it asks. If others have seen the address, make a new token.'
            )}
          </span>
        )
      }
    >
      {attributes => (
        <>
          <input
            {...attributes}
            list={list}
            value={url}
            placeholder={trans.__('https://…')}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => {
              // Half an address may look as if there was a user name in it: what is pasted is
              // whole, what is typed is when the field is left.
              const isPasted = target.value.length > url.length + 1;
              if (isPasted) {
                take(target.value);
              } else {
                state.set({ url: target.value.trim() });
              }
            }}
            onBlur={({ target }) => {
              if (target.value) {
                take(target.value);
              }
            }}
          />
          <datalist id={list}>
            {surroundings.repositories.map(each => (
              <option key={each.key} value={each.url} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
