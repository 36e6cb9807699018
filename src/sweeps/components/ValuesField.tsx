import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ProblemText } from '../../components/fields';
import type { IJobFormParameter } from '../../tokens';
import type { SweepPart } from '../formPart';
import { valuesOf } from '../plan';
import type { IValuesInput, ValuesMode } from '../values';

/** What a {@link ValuesField} needs. */
export interface IValuesFieldProps {
  part: SweepPart;
  parameter: IJobFormParameter;
  trans: TranslationBundle;
}

/** The values of one parameter, below its row in the form. */
export function ValuesField(props: IValuesFieldProps): JSX.Element {
  const { part, parameter, trans } = props;
  const { name } = parameter;
  const input = valuesOf(part.form, parameter);
  const problem = part.plan.problems.values.get(name);
  const id = React.useId();
  const set = (change: Partial<IValuesInput>) => part.setValues(name, change);
  const text = (key: keyof IValuesInput, label: string) => (
    <label>
      {label}
      <input
        type="text"
        className="jp-mod-styled"
        size={8}
        value={input[key]}
        aria-invalid={problem !== undefined}
        aria-describedby={problem && id}
        onChange={event => set({ [key]: event.target.value })}
      />
    </label>
  );
  return (
    <div
      className="jp-SageMakerStudio-Sweep-values"
      role="group"
      aria-label={trans.__('Values of %1 in the sweep', name)}
    >
      <div className="jp-SageMakerStudio-Sweep-row">
        <select
          className="jp-mod-styled"
          aria-label={trans.__('How %1 varies', name)}
          value={input.mode}
          onChange={event => set({ mode: event.target.value as ValuesMode })}
        >
          <option value="one">{trans.__('one value')}</option>
          <option value="list">{trans.__('these values')}</option>
          {canBeNumber(parameter) && (
            <>
              <option value="range">{trans.__('from, to, step')}</option>
              <option value="spaced">{trans.__('n values between')}</option>
            </>
          )}
        </select>
        {input.mode === 'list' && (
          <input
            type="text"
            className="jp-mod-styled"
            value={input.list}
            placeholder={trans.__('1, 2, 3')}
            aria-label={trans.__('Values of %1, separated by commas', name)}
            aria-invalid={problem !== undefined}
            aria-describedby={problem && id}
            onChange={event => set({ list: event.target.value })}
          />
        )}
        {(input.mode === 'range' || input.mode === 'spaced') && (
          <>
            {text('from', trans.__('From'))}
            {text('to', trans.__('To'))}
          </>
        )}
        {input.mode === 'range' && text('step', trans.__('Step'))}
        {input.mode === 'spaced' && (
          <>
            {text('count', trans.__('Values'))}
            <select
              className="jp-mod-styled"
              aria-label={trans.__('Scale of %1', name)}
              value={input.scale}
              onChange={event =>
                set({ scale: event.target.value as IValuesInput['scale'] })
              }
            >
              <option value="linear">{trans.__('linear')}</option>
              <option value="logarithmic">{trans.__('logarithmic')}</option>
            </select>
          </>
        )}
      </div>
      <ProblemText id={id} problem={problem} />
    </div>
  );
}

/** Whether a range makes sense: not where the notebook has text, a list or a truth value. */
function canBeNumber({ type }: IJobFormParameter): boolean {
  return (
    type === undefined ||
    type === 'number' ||
    type === 'none' ||
    type === 'expression'
  );
}
