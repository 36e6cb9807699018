import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Consequences } from '../components/Consequences';
import { FormState, askForm } from '../components/FormDialog';
import { IconButton } from '../components/IconButton';
import { ProblemText } from '../components/fields';
import type { IJobDefinitionDetails, ISchedule, ITrigger } from '../tokens';
import { buildSchedule } from './builder';
import { ScheduleBuilder } from './components/ScheduleBuilder';
import { TrustHelp } from './components/TrustHelp';
import { formOfSchedule, newForm } from './scheduleForm';
import type { IScheduleForm } from './scheduleForm';

/** API reference, CreateTrainingJob: HyperParameters. */
const MAX_PARAMETERS = 100;
const MAX_NAME = 256;
const MAX_VALUE = 2500;

/** Ask when a definition is to run; null if the person gave up. */
export async function askSchedule(options: {
  definition: IJobDefinitionDetails;
  trigger: ITrigger | null;
  typicalDuration?: number;
  trans: TranslationBundle;
  locale?: string;
}): Promise<ISchedule | null> {
  const { definition, trigger, typicalDuration, trans, locale } = options;
  const kind = trigger?.kind ?? 'scheduler';
  const build = (form: IScheduleForm) =>
    buildSchedule(form, kind, Date.now(), trans);
  const now = Date.now();
  const state = new FormState<IScheduleForm>(
    trigger ? formOfSchedule(trigger.schedule, now) : newForm(now),
    form => {
      const { schedule, problems } = build(form);
      // Something has to be wrong where nothing comes of it.
      return schedule ? {} : { ...problems, kind: problems.kind ?? '' };
    }
  );
  const form = await askForm({
    title: trans.__('When does “%1” run?', definition.displayName),
    state,
    render: () => (
      <ScheduleBuilder
        form={state.value}
        built={build(state.value)}
        kind={kind}
        typicalDuration={typicalDuration}
        trans={trans}
        locale={locale}
        onChange={change => state.set(change)}
      />
    ),
    verb: trigger ? trans.__('Change the schedule') : trans.__('Schedule it'),
    focus: 'select',
    trans
  });
  return form && build(form).schedule;
}

/** A row of the dialog; `id` keeps it apart from others of the same name. */
interface IRow {
  id: number;
  name: string;
  value: string;
}

/** Ask with which parameters a definition runs now; null if the person gave up. */
export async function askParameters(
  definition: IJobDefinitionDetails,
  trans: TranslationBundle
): Promise<Record<string, string> | null> {
  const parameters = Object.entries(definition.job?.parameters ?? {});
  let next = parameters.length;
  const state = new FormState<{ rows: IRow[] }>(
    { rows: parameters.map(([name, value], id) => ({ id, name, value })) },
    ({ rows }) => ({ rows: rowsProblem(rows, trans) })
  );
  const set = (id: number, change: Partial<IRow>) =>
    state.set({
      rows: state.value.rows.map(row =>
        row.id === id ? { ...row, ...change } : row
      )
    });
  const found = await askForm({
    title: trans.__('Run “%1” now', definition.displayName),
    state,
    render: () => (
      <>
        <p>
          {trans.__(
            'One job is started with these parameters, from the notebook as it was scheduled. The schedule stays as it is.'
          )}
        </p>
        <table
          className="jp-SageMakerStudio-RunNow"
          aria-label={trans.__('Parameters')}
        >
          <thead>
            <tr>
              <th scope="col">{trans.__('Parameter')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {state.value.rows.map(({ id, name, value }) => (
              <tr key={id}>
                <td>
                  <input
                    className="jp-mod-styled"
                    aria-label={trans.__('Name of the parameter')}
                    value={name}
                    spellCheck={false}
                    onChange={event => set(id, { name: event.target.value })}
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
                    label={trans.__('Remove the parameter %1', name)}
                    onClick={() =>
                      state.set({
                        rows: state.value.rows.filter(row => row.id !== id)
                      })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <button
          type="button"
          className="jp-SageMakerStudio-linkButton"
          onClick={() =>
            state.set({
              rows: [...state.value.rows, { id: next++, name: '', value: '' }]
            })
          }
        >
          {trans.__('Add a parameter')}
        </button>
        <ProblemText problem={state.problem('rows')} />
      </>
    ),
    verb: trans.__('Run now'),
    focus: parameters.length > 0 ? 'textarea' : 'button.jp-mod-accept',
    trans
  });
  return (
    found &&
    Object.fromEntries(found.rows.map(({ name, value }) => [name, value]))
  );
}

function rowsProblem(
  rows: IRow[],
  trans: TranslationBundle
): string | undefined {
  const names = rows.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const long = rows.find(({ value }) => value.length > MAX_VALUE);
  const strange = names.find(
    name => !/^[^\s]+$/.test(name) || name.length > MAX_NAME
  );
  if (rows.length > MAX_PARAMETERS) {
    return trans.__('A job takes at most %1 parameters.', MAX_PARAMETERS);
  }
  if (strange !== undefined) {
    return strange === ''
      ? trans.__('Each parameter needs a name.')
      : trans.__(
          '“%1” can’t be the name of a parameter: no spaces, at most %2 characters.',
          strange,
          MAX_NAME
        );
  }
  if (twice !== undefined) {
    return trans.__('The parameter “%1” is there twice.', twice);
  }
  return long
    ? trans.__(
        'The value of “%1” has more than %2 characters.',
        long.name,
        MAX_VALUE
      )
    : undefined;
}

/** Ask before a definition is deleted, saying what is lost and what is kept. */
export async function confirmRemove(
  definition: IJobDefinitionDetails,
  trigger: ITrigger | null,
  trans: TranslationBundle
): Promise<boolean> {
  const lost = [trans.__('The pipeline %1.', definition.id)];
  if (trigger) {
    lost.unshift(
      trigger.kind === 'rule'
        ? trans.__('Its EventBridge rule: no more runs are started.')
        : trans.__('Its schedule: no more runs are started.')
    );
  }
  const result = await showDialog({
    title: trans.__('Delete “%1”?', definition.displayName),
    body: (
      <Consequences
        lost={lost}
        kept={[
          trans.__('Runs under way go on.'),
          trans.__(
            'All its runs in the list of notebook jobs, and their output.'
          ),
          trans.__('The copy of the notebook in S3.')
        ]}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep the definition') }),
      Dialog.warnButton({ label: trans.__('Delete the definition') })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** Show what a role's trust policy lacks. */
export async function showTrustHelp(trans: TranslationBundle): Promise<void> {
  await showDialog({
    title: trans.__('EventBridge Scheduler may not use the role'),
    body: <TrustHelp trans={trans} />,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
