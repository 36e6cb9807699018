import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IVariableRow } from '../formState';
import { IconButton } from '../../components/IconButton';
import type { IFormPartProps } from './ParametersField';
import { ProblemText } from '../../components/fields';

/** The environment variables of the job. */
export function EnvironmentField(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { environment } = model.form;
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Environment variables')}</legend>
      <p className="jp-SageMakerStudio-Field-help">
        {trans.__(
          'Whoever may describe the job in AWS can read them. Keep passwords in AWS Secrets Manager and hand over only their names.'
        )}
      </p>
      {environment.length > 0 && (
        <table className="jp-SageMakerStudio-Rows">
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th scope="col">
                <span className="jp-SageMakerStudio-visuallyHidden">
                  {trans.__('Actions')}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {environment.map((row, index) => (
              <VariableRow key={row.id} row={row} index={index} {...props} />
            ))}
          </tbody>
        </table>
      )}
      <ProblemText problem={model.problems.environment} />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => model.addVariable()}
      >
        {trans.__('Add a variable')}
      </button>
    </fieldset>
  );
}

function VariableRow(
  props: IFormPartProps & { row: IVariableRow; index: number }
): JSX.Element {
  const { model, row, index, trans } = props;
  const problem = model.problems.rows.get(row.id);
  const id = React.useId();
  const attributes = {
    type: 'text',
    className: 'jp-mod-styled',
    autoComplete: 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem && id
  };
  const title = row.name || trans.__('variable %1', index + 1);
  return (
    <>
      <tr>
        <td>
          <input
            {...attributes}
            value={row.name}
            aria-label={trans.__('Name of variable %1', index + 1)}
            onChange={event =>
              model.setVariable(row.id, { name: event.target.value })
            }
          />
        </td>
        <td>
          <input
            {...attributes}
            value={row.value}
            aria-label={trans.__('Value of %1', title)}
            onChange={event =>
              model.setVariable(row.id, { value: event.target.value })
            }
          />
        </td>
        <td>
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove %1', title)}
            onClick={() => model.removeVariable(row.id)}
          />
        </td>
      </tr>
      {problem && (
        <tr>
          <td colSpan={3}>
            <ProblemText id={id} problem={problem} />
          </td>
        </tr>
      )}
    </>
  );
}
