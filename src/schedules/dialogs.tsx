import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Consequences } from '../components/Consequences';
import { FormState, askForm } from '../components/FormDialog';
import type { IJobDefinitionDetails, ISchedule, ITrigger } from '../tokens';
import { buildSchedule } from './builder';
import { ScheduleBuilder } from './components/ScheduleBuilder';
import { TrustHelp } from './components/TrustHelp';
import { formOfSchedule, newForm } from './scheduleForm';
import type { IScheduleForm } from './scheduleForm';

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
