import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { valueOf } from '../../core/known';
import { latest } from '../../core/loadable';
import type { IVariableRow } from '../formState';
import { SECRET_SUFFIX, looksSecret } from '../variables';
import { IconButton } from '../../components/IconButton';
import { RowsTable, rowField } from '../../components/RowsTable';
import type { IFormPartProps } from './ParametersField';
import { NotRead, suggestionsOf } from './TextOption';
import { Checkbox, ProblemText } from '../../components/fields';

/** The environment variables of the job. */
export function EnvironmentField(props: IFormPartProps): JSX.Element {
  const { model, trans } = props;
  const { environment } = model.form;
  const names = new Set(environment.map(row => row.name));
  const found = (latest(model.notebook)?.variables ?? []).filter(
    name => !names.has(name) && !names.has(name + SECRET_SUFFIX)
  );
  const given = valueOf(model.choices.surroundings?.image)?.variables ?? {};
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Environment variables')}</legend>
      <p className="jp-SageMakerStudio-Field-help">
        {trans.__(
          'Whoever may describe the job in AWS can read them. Keep passwords in AWS Secrets Manager and hand over only their names.'
        )}
      </p>
      <RowsTable columns={[trans.__('Name'), trans.__('Value')]} trans={trans}>
        {environment.map((row, index) => (
          <VariableRow key={row.id} row={row} index={index} {...props} />
        ))}
      </RowsTable>
      <ProblemText problem={model.problems.environment} />
      {found.length > 0 && (
        <p className="jp-SageMakerStudio-FoundVariables">
          {trans.__('The notebook also reads:')}{' '}
          {found.map(name => (
            <button
              key={name}
              type="button"
              className="jp-mod-styled jp-mod-reject"
              aria-label={trans.__('Add the variable %1', name)}
              title={
                name in given
                  ? trans.__('With the value this image has in JupyterLab')
                  : undefined
              }
              onClick={() => model.addVariable(name, given[name])}
            >
              {name}
            </button>
          ))}
        </p>
      )}
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
  const problemId = problem && id;
  const title = row.name || trans.__('variable %1', index + 1);
  const isSecret = looksSecret(row.name);
  const isArn = row.name.endsWith(SECRET_SUFFIX);
  const listId = `${id}-secrets`;
  const secrets = model.choices.get('secrets');
  React.useEffect(() => {
    if (isArn) {
      model.choices.load('secrets');
    }
  }, [isArn]);
  return (
    <>
      <tr>
        <td>
          <input
            {...rowField(trans.__('Name of variable %1', index + 1), problemId)}
            value={row.name}
            onChange={event =>
              model.setVariable(row.id, { name: event.target.value })
            }
          />
        </td>
        <td>
          <input
            {...rowField(trans.__('Value of %1', title), problemId)}
            value={row.value}
            list={isArn ? listId : undefined}
            onChange={event =>
              model.setVariable(row.id, { value: event.target.value })
            }
          />
          {isArn && (
            <datalist id={listId}>
              {suggestionsOf(secrets)?.map(({ value, label }) => (
                <option key={value} value={value} label={label} />
              ))}
            </datalist>
          )}
        </td>
        <td>
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove %1', title)}
            onClick={() => model.removeVariable(row.id)}
          />
        </td>
      </tr>
      {(problem || isSecret || isArn) && (
        <tr>
          <td colSpan={3}>
            <ProblemText id={id} problem={problem} />
            {isSecret && (
              <>
                <button
                  type="button"
                  className="jp-mod-styled jp-mod-reject"
                  onClick={() =>
                    model.setVariable(row.id, {
                      name: row.name + SECRET_SUFFIX,
                      value: ''
                    })
                  }
                >
                  {trans.__('Use a Secrets Manager ARN for %1', row.name)}
                </button>
                <Checkbox
                  label={trans.__('Hand %1 over in plain text', row.name)}
                  isChecked={row.isPlain ?? false}
                  help={trans.__(
                    'Everybody who may describe the job can read it, for as long as AWS keeps the job.'
                  )}
                  onChange={isPlain => model.setVariable(row.id, { isPlain })}
                />
              </>
            )}
            {isArn && (
              <>
                <p className="jp-SageMakerStudio-Field-help">
                  {trans.__(
                    'The notebook reads the secret itself, with the role of the job: %1',
                    `boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["${row.name}"])["SecretString"]`
                  )}
                </p>
                <NotRead
                  known={secrets}
                  what={trans.__('the secrets')}
                  trans={trans}
                />
              </>
            )}
          </td>
        </tr>
      )}
    </>
  );
}
