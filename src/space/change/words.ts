import type { TranslationBundle } from '@jupyterlab/translation';

import { formatBytes } from '../../core/format';
import type { IExecutorChoice } from './executors';
import type { IPreflightFacts } from './findings';
import type { IPlan, Purpose } from './plan';
import { stopsApp } from './plan';

/** What has been chosen in the dialog. */
export interface IChoices {
  saveAll: boolean;
  waitForCells: boolean;
}

/** What is about to be done, as a title. */
export function titleOf(
  purpose: Purpose,
  spaceName: string,
  instanceType: string | undefined,
  trans: TranslationBundle
): string {
  switch (purpose) {
    case 'stop':
      return trans.__('Stop %1', spaceName);
    case 'start':
      return trans.__('Start %1', spaceName);
    case 'restart':
      return trans.__('Restart %1', spaceName);
    case 'change':
      return instanceType
        ? trans.__('Switch %1 to %2', spaceName, instanceType)
        : trans.__('Change %1', spaceName);
  }
}

/**
 * The words of the button that does it; never only "OK".
 *
 * @param facts - what would be lost here.
 */
export function verbOf(
  plan: IPlan,
  executor: IExecutorChoice,
  facts: IPreflightFacts,
  choices: IChoices,
  trans: TranslationBundle
): string {
  const saves = facts.isOwn && choices.saveAll && facts.documents.length > 0;
  const type = plan.draft.instanceType ?? '';
  if (!stopsApp(plan)) {
    return plan.purpose === 'start'
      ? trans.__('Start on %1', plan.after.spec.instanceType ?? plan.space.name)
      : plan.severity === 'none'
        ? trans.__('Nothing to change')
        : trans.__('Save for the next start');
  }
  const busy = facts.kernels?.value?.some(kernel => kernel.isBusy) ?? false;
  const waits = busy && choices.waitForCells && !executor.cannotWait;
  if (plan.purpose === 'stop' || executor.kind === 'hand-off') {
    if (waits) {
      return trans.__('Stop %1 when cells finish', plan.space.name);
    }
    return saves
      ? trans.__('Save all and stop %1', plan.space.name)
      : trans.__('Stop %1', plan.space.name);
  }
  // Without another type the words depend on whether anything is changed at all.
  const changes = plan.rows.length > 0;
  if (waits) {
    return type
      ? trans.__('Switch to %1 when cells finish', type)
      : changes
        ? trans.__('Change and restart when cells finish')
        : trans.__('Restart when cells finish');
  }
  const interrupts = (facts.isOwn && busy) || plan.severity === 'data-risk';
  if (interrupts) {
    return saves
      ? riskySaving(type, changes, trans)
      : risky(type, changes, trans);
  }
  if (saves) {
    return type
      ? trans.__('Save all and switch to %1', type)
      : changes
        ? trans.__('Save all, change and restart')
        : trans.__('Save all and restart');
  }
  return type
    ? trans.__('Switch to %1', type)
    : changes
      ? trans.__('Change and restart %1', plan.space.name)
      : trans.__('Restart %1', plan.space.name);
}

function risky(
  type: string,
  changes: boolean,
  trans: TranslationBundle
): string {
  return type
    ? trans.__('Accept the losses and switch to %1', type)
    : changes
      ? trans.__('Accept the losses, change and restart')
      : trans.__('Accept the losses and restart');
}

function riskySaving(
  type: string,
  changes: boolean,
  trans: TranslationBundle
): string {
  return type
    ? trans.__('Save all, accept the losses and switch to %1', type)
    : changes
      ? trans.__('Save all, accept the losses, change and restart')
      : trans.__('Save all, accept the losses and restart');
}

/** What a stop takes away, and what it leaves. */
export function consequences(
  plan: IPlan,
  facts: IPreflightFacts,
  trans: TranslationBundle,
  locale?: string
): { lost: string[]; kept: string[] } {
  if (!stopsApp(plan)) {
    return { lost: [], kept: [] };
  }
  const lost: string[] = [];
  if (facts.isOwn) {
    const kernels = facts.kernels?.value?.length ?? 0;
    const terminals = facts.terminals?.value?.length ?? 0;
    if (kernels > 0) {
      lost.push(
        trans._n(
          'The variables in the memory of %1 kernel.',
          'The variables in the memory of %1 kernels.',
          kernels
        )
      );
    }
    if (terminals > 0) {
      lost.push(trans.__('What runs in terminals.'));
    }
    const scratch = facts.scratch?.value;
    if (scratch) {
      lost.push(
        trans.__(
          'Files on the instance’s own disks: %1 (%2).',
          scratch.path,
          formatBytes(scratch.usedBytes, locale)
        )
      );
    }
    lost.push(
      trans.__('What was installed outside the home volume, and files in /tmp.')
    );
  } else {
    lost.push(
      trans.__(
        'All that runs in the other space, and its documents that are not saved.'
      )
    );
  }
  const isValid = plan.rows.every(
    row => row.field !== 'volume' || !row.problem
  );
  const size = (isValid ? plan.after : plan.before).volumeGb;
  const kept = [
    size === undefined
      ? trans.__('The home volume, with everything on it.')
      : trans.__('The home volume (%1 GB), with everything on it.', size)
  ];
  if (plan.after.fileSystems.length > 0) {
    kept.push(trans.__('Attached file systems.'));
  }
  if (facts.isOwn && plan.purpose !== 'stop') {
    kept.push(trans.__('Your open tabs, and submitted jobs.'));
  }
  return { lost, kept };
}

/** Families of about the same kind, for when one has no instances left. */
const KIN: Record<string, string[]> = {
  g5: ['g4dn', 'g6', 'g6e'],
  g6: ['g5', 'g4dn'],
  g6e: ['g6', 'g5'],
  g4dn: ['g5', 'g6'],
  p3: ['g5', 'g6'],
  p4d: ['p4de', 'p5', 'g5'],
  p4de: ['p4d', 'p5'],
  p5: ['p4de', 'p4d'],
  t3: ['m5', 'm6i'],
  m5: ['m6i', 'm7i', 'm5d'],
  m5d: ['m5', 'm6id'],
  m6i: ['m5', 'm7i'],
  m7i: ['m6i', 'm5'],
  c5: ['c6i', 'c7i'],
  c6i: ['c5', 'c7i'],
  c7i: ['c6i', 'c5'],
  r5: ['r6i', 'r7i'],
  r6i: ['r5', 'r7i'],
  r7i: ['r6i', 'r5']
};

/**
 * A similar type of the same size to try instead.
 *
 * @param isPossible - whether a type is offered and not refused by a quota.
 */
export function alternativeTo(
  instanceType: string,
  isPossible: (type: string) => boolean
): string | undefined {
  const [, family = '', size] = instanceType.split('.');
  return (KIN[family] ?? []).map(kin => `ml.${kin}.${size}`).find(isPossible);
}
