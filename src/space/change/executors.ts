import type { TranslationBundle } from '@jupyterlab/translation';

import type { Known } from '../../tokens';
import type { ExecutorKind, IChangeSettings } from './api';
import type { IPlan } from './plan';
import { needsUpdateSpace, stopsApp } from './plan';

/** Minutes from the hand-over to the booked start, and to the booked start of the old type. */
export const BOOKED_START = 4;
export const BOOKED_RETURN = 14;

/** What the choice of an executor depends on. */
export interface IExecutorFacts {
  /** Whether it is this JupyterLab's own space. */
  isOwn: boolean;
  settings: IChangeSettings;
  /** The administrator's state machine, by ARN. */
  machine: Known<string>;
}

/** How a plan will be carried out, honestly. */
export interface IExecutorChoice {
  kind: ExecutorKind;
  /** What the person has to expect. */
  sentence: string;
  /** Why the better ways can't be used. */
  rejected: { kind: ExecutorKind; reason: string }[];
  /** Whether the space comes back without anybody's doing. */
  returnsByItself: boolean;
  /** Why it can't wait for running cells; undefined if it can. */
  cannotWait?: string;
  /** Why it can't try other types; undefined if it can. */
  cannotFallBack?: string;
}

/** The best way to carry out a plan. */
export function chooseExecutor(
  plan: IPlan,
  facts: IExecutorFacts,
  trans: TranslationBundle
): IExecutorChoice {
  if (!facts.isOwn) {
    return direct(plan, trans);
  }
  if (plan.purpose === 'stop') {
    return {
      kind: 'direct',
      sentence: trans.__(
        'JupyterLab stops and stays stopped, and is not billed any more; the volume is. You start it again in Studio.'
      ),
      rejected: [],
      returnsByItself: false
    };
  }
  const rejected: IExecutorChoice['rejected'] = [];
  const { executor } = facts.settings;
  for (const kind of ['state-machine', 'scheduled', 'hand-off'] as const) {
    const reason =
      executor !== 'auto' && executor !== kind
        ? trans.__('switched off in the settings')
        : obstacle(kind, plan, facts, trans);
    if (reason === null) {
      return { ...OWN[kind](plan, trans), kind, rejected };
    }
    rejected.push({ kind, reason });
  }
  return {
    kind: 'none',
    sentence:
      executor === 'none'
        ? trans.__(
            'Changes from inside JupyterLab are switched off in the settings. Stop the space in Studio, change it there, and run it again.'
          )
        : trans.__(
            'The way chosen in the settings can’t be used: %1.',
            rejected.find(each => each.kind === executor)?.reason ?? executor
          ),
    rejected,
    returnsByItself: false
  };
}

function direct(plan: IPlan, trans: TranslationBundle): IExecutorChoice {
  const { name } = plan.space;
  return {
    kind: 'direct',
    sentence:
      plan.purpose === 'stop'
        ? trans.__('%1 is stopped from here.', name)
        : stopsApp(plan)
          ? trans.__(
              '%1 is stopped, changed and started from here. If it can’t be started, it is started as it was.',
              name
            )
          : trans.__('%1 does not run; it is changed from here.', name),
    rejected: [],
    returnsByItself: true,
    cannotWait: trans.__('What runs in another space can’t be seen from here.'),
    cannotFallBack: trans.__(
      'If the wanted type can’t be had, the former one is started.'
    )
  };
}

/** Why a way can't be used; null if it can. */
function obstacle(
  kind: 'state-machine' | 'scheduled' | 'hand-off',
  plan: IPlan,
  facts: IExecutorFacts,
  trans: TranslationBundle
): string | null {
  switch (kind) {
    case 'state-machine':
      return facts.machine.value === null ? facts.machine.reason : null;
    case 'scheduled':
      if (!facts.settings.schedulerRoleArn) {
        return trans.__('no role for EventBridge Scheduler is set');
      }
      return needsUpdateSpace(plan.draft)
        ? trans.__(
            'a booked start can only change instance type, image and lifecycle script'
          )
        : null;
    case 'hand-off':
      return null;
  }
}

type OwnKind = 'state-machine' | 'scheduled' | 'hand-off';

const OWN: Record<
  OwnKind,
  (
    plan: IPlan,
    trans: TranslationBundle
  ) => Omit<IExecutorChoice, 'kind' | 'rejected'>
> = {
  'state-machine': (plan, trans) => ({
    sentence: trans.__(
      'JupyterLab goes away for a few minutes and comes back by itself; your administrator’s state machine does it. If it can’t be started so, it is started as it was. You may close this tab.'
    ),
    returnsByItself: true
  }),
  scheduled: (plan, trans) => ({
    sentence: trans.__(
      'JupyterLab goes away and is started again by a booked entry about %1 minutes later. If that fails, a second entry starts it as it was after about %2 minutes. You may close this tab.',
      BOOKED_START,
      BOOKED_RETURN
    ),
    returnsByItself: true,
    cannotWait: trans.__('The start is booked for a fixed time.'),
    cannotFallBack: trans.__(
      'Only the former type is booked in case the wanted one can’t be had.'
    )
  }),
  'hand-off': (plan, trans) => ({
    sentence: trans.__(
      'JupyterLab stops. You then choose %1 in Studio and press Run; this page shows the steps and comes back when JupyterLab does.',
      plan.after.spec.instanceType ?? trans.__('the instance type')
    ),
    returnsByItself: false,
    cannotFallBack: trans.__('You choose the type in Studio yourself.')
  })
};
