import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { DialogBody } from '../components/DialogBody';
import { Field } from '../components/fields';

/** What somebody wants of a new space. */
export interface INewSpaceChoice {
  name: string;
  instanceType: string;
  volumeGb: number;
}

/** SageMaker's rule for names of spaces (API reference, "CreateSpace"). */
const SPACE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** What is wrong with a wish, in a sentence. */
export function problemOf(
  choice: INewSpaceChoice,
  limits: {
    taken: readonly string[];
    types: readonly string[];
    maximumGb: number;
  },
  trans: TranslationBundle
): string | undefined {
  const { name, instanceType, volumeGb } = choice;
  if (!SPACE_NAME.test(name)) {
    return trans.__(
      'A name has 1 to 63 letters, digits and hyphens, and begins and ends with a letter or digit.'
    );
  }
  if (limits.taken.includes(name)) {
    return trans.__('There is a space with this name.');
  }
  if (!/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceType)) {
    return trans.__('Choose an instance type, such as ml.t3.medium.');
  }
  if (
    !Number.isInteger(volumeGb) ||
    volumeGb < 5 ||
    volumeGb > limits.maximumGb
  ) {
    return trans.__('The volume has 5 to %1 GB.', limits.maximumGb);
  }
  return undefined;
}

/** Ask what a new private space is to be; null for not at all. */
export async function askNewSpace(
  options: {
    proposed: INewSpaceChoice;
    taken: readonly string[];
    types: readonly string[];
    maximumGb: number;
    /** What was wrong with the last try. */
    problem?: string;
  },
  trans: TranslationBundle
): Promise<INewSpaceChoice | null> {
  const { proposed, types, maximumGb, problem } = options;
  const list = 'jp-sagemaker-studio-new-space-types';
  let choice = proposed;
  const body = new DialogBody<INewSpaceChoice>(choice, set => {
    const change = (part: Partial<INewSpaceChoice>) => {
      choice = { ...choice, ...part };
      set(choice);
    };
    return (
      <div className="jp-SageMakerStudio-Form">
        {problem && (
          <p role="alert" className="jp-SageMakerStudio-Field-problem">
            {problem}
          </p>
        )}
        <Field label={trans.__('Name')}>
          {attributes => (
            <input
              {...attributes}
              defaultValue={proposed.name}
              autoComplete="off"
              spellCheck={false}
              onChange={event => change({ name: event.target.value.trim() })}
            />
          )}
        </Field>
        <Field label={trans.__('Instance type')}>
          {attributes => (
            <>
              <input
                {...attributes}
                list={list}
                defaultValue={proposed.instanceType}
                onChange={event =>
                  change({ instanceType: event.target.value.trim() })
                }
              />
              <datalist id={list}>
                {types.map(type => (
                  <option key={type} value={type} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          label={trans.__('Volume in GB')}
          help={trans.__('At most %1 GB; it can grow later.', maximumGb)}
        >
          {attributes => (
            <input
              {...attributes}
              type="number"
              min={5}
              max={maximumGb}
              defaultValue={proposed.volumeGb}
              onChange={event =>
                change({ volumeGb: Number(event.target.value) })
              }
            />
          )}
        </Field>
        <p>
          {trans.__(
            'The space is yours alone. Its volume is billed from now on, an instance only while the space runs.'
          )}
        </p>
      </div>
    );
  });
  const result = await showDialog<INewSpaceChoice>({
    title: trans.__('Create a private space'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Create the space') })
    ],
    focusNodeSelector: 'input'
  });
  if (!result.button.accept || !result.value) {
    return null;
  }
  const found = problemOf(result.value, options, trans);
  return found === undefined
    ? result.value
    : askNewSpace(
        { ...options, proposed: result.value, problem: found },
        trans
      );
}
