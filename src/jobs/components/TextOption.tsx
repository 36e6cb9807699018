import * as React from 'react';

import { Field } from '../../components/fields';
import type { IJobForm } from '../formState';
import type { IOptionsForm } from '../options';
import type { IFormPartProps } from './ParametersField';

/** Options that are typed as one text. */
export type TextOptionName = {
  [Name in keyof IOptionsForm]: IOptionsForm[Name] extends string
    ? Name
    : never;
}[keyof IOptionsForm];

/** A value to choose from besides typing one. */
export interface ISuggestion {
  value: string;
  label?: string;
}

/** One option typed as text, with what there is to choose from. */
export function TextOption(
  props: IFormPartProps & {
    name: TextOptionName;
    label: string;
    help?: React.ReactNode;
    /** Seen while nothing is typed: what holds then. */
    placeholder?: string;
    suggestions?: ReadonlyArray<ISuggestion>;
    /** Changes that go with it. */
    also?: (value: string) => Partial<IJobForm>;
  }
): JSX.Element {
  const { model, name, label, help, placeholder, suggestions } = props;
  const listId = React.useId();
  return (
    <Field label={label} help={help} problem={model.problems.options[name]}>
      {attributes => (
        <>
          <input
            {...attributes}
            type="text"
            spellCheck={false}
            autoComplete="off"
            placeholder={placeholder}
            list={suggestions && listId}
            value={model.form[name]}
            onChange={({ target: { value } }) =>
              model.update({ [name]: value, ...props.also?.(value) })
            }
          />
          {suggestions && (
            <datalist id={listId}>
              {suggestions.map(({ value, label: words }) => (
                <option key={value} value={value} label={words} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
