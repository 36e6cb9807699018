import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FormState, askForm } from '../components/FormDialog';
import { IconButton } from '../components/IconButton';
import { RowsTable } from '../components/RowsTable';
import { ProblemText } from '../components/fields';
import {
  LIMITS,
  checkEnvironmentCount,
  checkParameter,
  checkParameterCount,
  checkVariable
} from '../jobs/limits';
import { isSecretArn, looksSecret } from '../jobs/variables';
import type { IJobDefinitionDetails, IRunValues } from '../tokens';

/** A name and a value; `id` keeps them apart from others of the same name. */
interface IRow {
  id: number;
  name: string;
  value: string;
  /** The definition has it: then its name has been accepted before. */
  isOwn: boolean;
}

/** What is typed. */
interface IRunForm {
  parameters: IRow[];
  variables: IRow[];
}

/** Ask with which values a definition runs now; null if the person gave up. */
export async function askRunValues(
  definition: IJobDefinitionDetails,
  trans: TranslationBundle
): Promise<IRunValues | null> {
  const { job } = definition;
  let count = 0;
  const newRow = (name = '', value = '', isOwn = false): IRow => ({
    id: (count += 1),
    name,
    value,
    isOwn
  });
  const rowsOf = (values: Record<string, string> = {}) =>
    Object.entries(values).map(([name, value]) => newRow(name, value, true));
  const state = new FormState<IRunForm>(
    {
      parameters: rowsOf(job?.parameters),
      variables: rowsOf(job?.environment)
    },
    ({ parameters, variables }) => ({
      parameters: parametersProblem(parameters, job?.kernelName ?? '', trans),
      variables: variablesProblem(variables, trans)
    })
  );
  const found = await askForm({
    title: trans.__('Run “%1” now', definition.displayName),
    state,
    render: () => (
      <>
        <p>
          {trans.__(
            'One job is started with these values, from the notebook as it was scheduled. The schedule stays as it is.'
          )}
        </p>
        <Rows
          title={trans.__('Parameters')}
          rows={state.value.parameters}
          problem={state.problem('parameters')}
          addLabel={trans.__('Add a parameter')}
          newRow={newRow}
          onChange={parameters => state.set({ parameters })}
          trans={trans}
        />
        <Rows
          title={trans.__('Environment variables')}
          rows={state.value.variables}
          problem={state.problem('variables')}
          addLabel={trans.__('Add a variable')}
          newRow={newRow}
          onChange={variables => state.set({ variables })}
          trans={trans}
        />
      </>
    ),
    verb: trans.__('Run now'),
    focus:
      state.value.parameters.length > 0 ? 'textarea' : 'button.jp-mod-accept',
    trans
  });
  const valuesOf = (rows: readonly IRow[]) =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  return (
    found && {
      parameters: valuesOf(found.parameters),
      environment: valuesOf(found.variables)
    }
  );
}

/** Names with values, to be changed, added and removed. */
function Rows(props: {
  title: string;
  rows: IRow[];
  problem: string | undefined;
  addLabel: string;
  newRow: () => IRow;
  onChange: (rows: IRow[]) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { title, rows, problem, addLabel, newRow, onChange, trans } = props;
  const set = (id: number, change: Partial<IRow>) =>
    onChange(rows.map(row => (row.id === id ? { ...row, ...change } : row)));
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{title}</legend>
      <RowsTable
        label={title}
        columns={[trans.__('Name'), trans.__('Value')]}
        trans={trans}
      >
        {rows.map(({ id, name, value }, index) => (
          <tr key={id}>
            <td>
              <input
                className="jp-mod-styled"
                aria-label={trans.__('%1: name %2', title, index + 1)}
                value={name}
                spellCheck={false}
                onChange={event =>
                  set(id, { name: event.target.value, isOwn: false })
                }
              />
            </td>
            <td>
              <textarea
                className="jp-mod-styled"
                aria-label={trans.__('Value of %1', name)}
                rows={1}
                value={value}
                spellCheck={false}
                onChange={event => set(id, { value: event.target.value })}
              />
            </td>
            <td>
              <IconButton
                icon={deleteIcon}
                label={trans.__('Remove %1', name)}
                onClick={() => onChange(rows.filter(row => row.id !== id))}
              />
            </td>
          </tr>
        ))}
      </RowsTable>
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        onClick={() => onChange([...rows, newRow()])}
      >
        {addLabel}
      </button>
      <ProblemText problem={problem} />
    </fieldset>
  );
}

/** The same rules as in the job form. */
function parametersProblem(
  rows: readonly IRow[],
  kernelName: string,
  trans: TranslationBundle
): string | undefined {
  const names = rows.map(({ name }) => name);
  // Only the kernel's name tells the language here.
  const isPython = /py/i.test(kernelName);
  return (
    checkParameterCount(rows.length, trans) ??
    rows
      .filter(row => !isAccepted(row, LIMITS.parameterValue))
      .map(row => checkParameter(row, names, isPython, trans))
      .find(problem => problem !== null) ??
    undefined
  );
}

/** AWS has taken this name before, whatever the form thinks of it. */
function isAccepted({ isOwn, value }: IRow, longest: number): boolean {
  return isOwn && value.length <= longest;
}

function variablesProblem(
  rows: readonly IRow[],
  trans: TranslationBundle
): string | undefined {
  const names = rows.map(({ name }) => name);
  const plain = rows.find(
    ({ name, value, isOwn }) =>
      !isOwn && value !== '' && looksSecret(name) && !isSecretArn(value)
  );
  return (
    checkEnvironmentCount(rows.length, trans) ??
    rows
      .filter(row => !isAccepted(row, LIMITS.environmentValue))
      .map(row => checkVariable(row, names, trans))
      .find(problem => problem !== null) ??
    (plain &&
      trans.__(
        '“%1” looks like a secret: use the ARN of a secret in AWS Secrets Manager in its place.',
        plain.name
      ))
  );
}
