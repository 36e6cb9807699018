import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { latest } from '../../core/loadable';
import type { JobFormModel } from '../formModel';
import type { IParameterRow } from '../formState';
import { isSent } from '../formState';
import type { PythonType } from '../pythonLiteral';
import { adviceOn } from '../validation';
import { IconButton } from '../../components/IconButton';
import { RowsTable, rowField } from '../../components/RowsTable';
import { TagCell } from './TagCell';
import { ProblemText } from '../../components/fields';

// Python's words, in every language.
const PYTHON_BOOLEANS = ['True', 'False'];

/** What the fields of the form need. */
export interface IFormPartProps {
  model: JobFormModel;
  trans: TranslationBundle;
}

/** The parameters: those of the notebook with their defaults, and added ones. */
export function ParametersField(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { parameters } = model.form;
  const { problems } = model;
  const info = latest(model.notebook);
  const changed = parameters.filter(isSent).length;
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Parameters')}</legend>
      <p className="jp-SageMakerStudio-Field-help">
        {parameters.some(row => row.parameter)
          ? trans.__(
              'The defaults come from the cell tagged “parameters”. Only what you change is handed over: %1 so far.',
              changed
            )
          : info?.hasParametersCell
            ? trans.__(
                'The cell tagged “parameters” defines nothing this form can read.'
              )
            : trans.__(
                'Parameters replace values of the notebook for this job only.'
              )}
      </p>
      {info && <TagCell model={model} info={info} trans={trans} />}
      <RowsTable
        columns={[trans.__('Name'), trans.__('Value'), trans.__('Default')]}
        trans={trans}
      >
        {parameters.map((row, index) => (
          <ParameterRow key={row.id} row={row} index={index} {...props} />
        ))}
      </RowsTable>
      <ProblemText problem={problems.parameters} />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => model.addParameter()}
      >
        {trans.__('Add a parameter')}
      </button>
    </fieldset>
  );
}

function ParameterRow(
  props: IFormPartProps & { row: IParameterRow; index: number }
): JSX.Element {
  const { model, row, index, trans } = props;
  const problem = model.problems.rows.get(row.id);
  const advice = adviceOn(row, latest(model.notebook), trans);
  const id = React.useId();
  const isChanged = row.parameter !== undefined && isSent(row);
  const title = row.name || trans.__('parameter %1', index + 1);
  const extra = model.parts.get('sweep')?.renderParameter?.(row.id);
  return (
    <>
      <tr className={isChanged ? 'jp-mod-changed' : undefined}>
        <td>
          {row.parameter ? (
            <ParameterName row={row} trans={trans} />
          ) : (
            <input
              {...rowField(
                trans.__('Name of parameter %1', index + 1),
                problem && `${id}-problem`
              )}
              value={row.name}
              onChange={event =>
                model.setParameter(row.id, { name: event.target.value })
              }
            />
          )}
        </td>
        <td>
          <ValueControl
            row={row}
            label={trans.__('Value of %1', title)}
            describedBy={
              problem ? `${id}-problem` : advice ? `${id}-advice` : undefined
            }
            isInvalid={problem !== undefined}
            onChange={value => model.setParameter(row.id, { value })}
          />
        </td>
        <td>
          {row.parameter && (
            <code title={row.parameter.defaultText}>
              {row.parameter.defaultText}
            </code>
          )}
        </td>
        <td>
          {row.parameter ? (
            isChanged && (
              <IconButton
                icon={undoIcon}
                label={trans.__('Set %1 back to its default', title)}
                onClick={() =>
                  model.setParameter(row.id, {
                    value: row.parameter?.defaultText
                  })
                }
              />
            )
          ) : (
            <IconButton
              icon={closeIcon}
              label={trans.__('Remove %1', title)}
              onClick={() => model.removeParameter(row.id)}
            />
          )}
        </td>
      </tr>
      {extra && (
        <tr>
          <td colSpan={4}>{extra}</td>
        </tr>
      )}
      {(problem || advice) && (
        <tr>
          <td colSpan={4}>
            <ProblemText id={`${id}-problem`} problem={problem} />
            {advice && !problem && (
              <p
                id={`${id}-advice`}
                className="jp-SageMakerStudio-Field-advice"
              >
                {advice}
              </p>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

function ParameterName(props: {
  row: IParameterRow;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, trans } = props;
  const { parameter } = row;
  const type = parameter
    ? (parameter.annotation ?? typeName(parameter.type, trans))
    : '';
  return (
    <span title={parameter?.help}>
      <code>{row.name}</code>{' '}
      <span className="jp-SageMakerStudio-Rows-type">{type}</span>
    </span>
  );
}

function ValueControl(props: {
  row: IParameterRow;
  label: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  onChange: (value: string) => void;
}): JSX.Element {
  const { row, label, describedBy, isInvalid, onChange } = props;
  const attributes = {
    className: 'jp-mod-styled',
    value: row.value,
    'aria-label': label,
    'aria-invalid': isInvalid,
    'aria-describedby': describedBy,
    onChange: (
      event: React.ChangeEvent<
        HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
      >
    ) => onChange(event.target.value)
  };
  if (row.parameter?.type === 'bool') {
    return (
      <select {...attributes}>
        {PYTHON_BOOLEANS.map(value => (
          <option key={value}>{value}</option>
        ))}
      </select>
    );
  }
  return row.parameter?.defaultText.includes('\n') ? (
    <textarea {...attributes} rows={3} />
  ) : (
    <input {...attributes} type="text" />
  );
}

function typeName(type: PythonType, trans: TranslationBundle): string {
  switch (type) {
    case 'number':
      return trans.__('number');
    case 'string':
      return trans.__('text');
    case 'bool':
      return trans.__('true or false');
    case 'list':
      return trans.__('list');
    case 'dict':
      return trans.__('dictionary');
    case 'none':
      return trans.__('none');
    case 'expression':
      return trans.__('expression');
  }
}
