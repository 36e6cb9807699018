import * as React from 'react';

import { Field } from '../../components/fields';
import type { IBuiltSchedule } from '../builder';
import type { IScheduleForm } from '../scheduleForm';

/** What every field of the schedule needs. */
export interface IScheduleFields {
  form: IScheduleForm;
  built: IBuiltSchedule;
  onChange: (change: Partial<IScheduleForm>) => void;
}

/** One field that is typed. */
export function Input(
  props: IScheduleFields & {
    name: 'every' | 'date' | 'time' | 'dayOfMonth' | 'cron' | 'start' | 'end';
    type: string;
    label: string;
    help?: string;
  }
): JSX.Element {
  const { form, built, onChange, name, type, label, help } = props;
  return (
    <Field label={label} problem={built.problems[name]} help={help}>
      {attributes => (
        <input
          {...attributes}
          type={type}
          min={type === 'number' ? 1 : undefined}
          spellCheck={false}
          value={form[name]}
          onChange={event => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

/** One of several. */
export function Choice(props: {
  label: string;
  value: string;
  /** Values with their words. */
  options: [string, string][];
  onChange: (value: string) => void;
}): JSX.Element {
  const { label, value, options, onChange } = props;
  return (
    <Field label={label}>
      {attributes => (
        <select
          {...attributes}
          value={value}
          onChange={event => onChange(event.target.value)}
        >
          {options.map(([option, words]) => (
            <option key={option} value={option}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
