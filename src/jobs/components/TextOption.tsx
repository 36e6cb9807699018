import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Field } from '../../components/fields';
import type { IJobChoice, IJobSetting, Known } from '../../tokens';
import type { IJobForm } from '../formState';
import type { IOptionsForm } from '../options';
import { sourceWords } from '../settingSource';
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

/** Choices as suggestions; none while they are not known. */
export function suggestionsOf(
  known: Known<IJobChoice[]> | undefined
): ISuggestion[] | undefined {
  return known && !('reason' in known)
    ? known.value.map(({ id, name }) => ({ value: id, label: name }))
    : undefined;
}

/** What somebody has set as suggestions, with whose they are. */
export function settingSuggestions(
  settings: ReadonlyArray<IJobSetting> | undefined,
  trans: TranslationBundle
): ISuggestion[] {
  return (settings ?? []).map(({ value, source }) => ({
    value,
    label: trans.__('set for %1', sourceWords(source, trans))
  }));
}

/** What holds where nothing is typed, or words for it while it is not known. */
export function defaultText<T>(
  known: Known<T> | undefined,
  words: string,
  show: (value: T) => string
): string {
  return known && !('reason' in known) ? show(known.value) : words;
}

/** Why there is nothing to choose from; typing works all the same. */
export function NotRead(props: {
  known: Known<unknown> | undefined;
  what: string;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { known, what, trans } = props;
  return known && 'reason' in known ? (
    <p className="jp-SageMakerStudio-Field-help">
      {trans.__('Could not list %1; type it. %2', what, known.reason)}
    </p>
  ) : null;
}
