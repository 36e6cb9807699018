import type { ITask } from '../../tokens';
import { fine, isUnfinished, pendingOr, unknown } from './findings';
import type { IChecks, IFinding } from './findings';
import { stopsApp } from './plan';
import { matchImage } from './settings';

export function problems({ plan }: IChecks): IFinding[] {
  return plan.rows.flatMap(row =>
    row.problem
      ? [
          {
            id: `value-${row.field}`,
            level: 'blocking' as const,
            text: `${row.label}: ${row.problem}`
          }
        ]
      : []
  );
}

export function spaceState({ plan, trans }: IChecks): IFinding | null {
  const { space, app } = plan;
  if (/^(Updating|Pending|Deleting)$/.test(space.status)) {
    return {
      id: 'space',
      level: 'blocking',
      text: trans.__(
        'SageMaker is still working on the space (%1). Try again in a moment.',
        space.status
      )
    };
  }
  if (app && /^(Pending|Deleting)$/.test(app.status)) {
    return {
      id: 'space',
      level: 'blocking',
      text: trans.__(
        'The app of the space is %1; wait until that is over.',
        app.status
      )
    };
  }
  return null;
}

export function anotherChange({
  plan,
  facts,
  trans
}: IChecks): IFinding | null {
  const running = facts.tasks?.value?.find(
    task =>
      task.kind === 'change' &&
      isUnfinished(task) &&
      changedSpace(task) === plan.space.name
  );
  return running
    ? {
        id: 'change',
        level: 'blocking',
        text: trans.__(
          'Another change of this space is under way: %1',
          running.title
        )
      }
    : null;
}

/** Which space a task changes, by the token its request had; see `clientTokenFor`. */
export function changedSpace(task: ITask): string | undefined {
  return /^change:([^:]+):/.exec(task.clientToken)?.[1];
}

/** A fresh token for a change of a space. */
export function clientTokenFor(spaceName: string): string {
  return `change:${spaceName}:${crypto.randomUUID()}`;
}

export function sharing({ plan, facts, trans }: IChecks): IFinding | null {
  const { space } = plan;
  if (space.sharing !== 'Shared' || !stopsApp(plan)) {
    return null;
  }
  const isOwner = !!facts.userProfile && facts.userProfile === space.owner;
  return {
    id: 'shared',
    level: 'tick',
    text: isOwner
      ? trans.__(
          'Others may be working in this shared space. I have told them.'
        )
      : trans.__(
          'This space is shared and belongs to %1. I have told the owner and the others who work here.',
          space.owner ?? trans.__('somebody else')
        )
  };
}

export function offered({ plan, facts, trans }: IChecks): IFinding | null {
  const type = plan.after.spec.instanceType;
  if (!type || !facts.types) {
    return null;
  }
  const { before, after } = plan.prices;
  if (!facts.types.includes(type)) {
    // The list is the SDK's of its day: newer types are missing from it, and yet work.
    return {
      id: 'offered',
      level: 'confirm',
      text: trans.__(
        '%1 is not among the types SageMaker named for JupyterLab when this extension was built. It may be newer, or misspelt.',
        type
      )
    };
  }
  return before !== undefined && after === undefined
    ? {
        id: 'offered',
        level: 'confirm',
        text: trans.__(
          'AWS’s price list has no %1 for JupyterLab in this region; it is probably not offered here.',
          type
        )
      }
    : null;
}

export function quota({
  plan,
  facts,
  options,
  trans
}: IChecks): IFinding | null {
  const type = plan.after.spec.instanceType;
  if (!type) {
    return null;
  }
  const known = facts.quotas;
  if (!known || known.value === null) {
    return pendingOr('quota', trans.__('the quota of %1', type), known, trans);
  }
  const found = known.value[type];
  if (!found) {
    return {
      id: 'quota',
      level: 'unknown',
      text: trans.__('Service Quotas names no quota for %1.', type)
    };
  }
  const ask = trans.__(
    'Ask for more in Service Quotas: “Studio JupyterLab Apps running on %1 instances”.',
    type
  );
  if (found.limit === 0) {
    return {
      id: 'quota',
      level: 'blocking',
      text: `${trans.__('Your quota for %1 is 0.', type)} ${ask}`
    };
  }
  // An app that is stopped for this gives its own place back.
  const isOwnPlace = plan.before.spec.instanceType === type && stopsApp(plan);
  const inUse = found.inUse - (isOwnPlace ? 1 : 0);
  if (inUse >= found.limit) {
    return {
      id: 'quota',
      level: options.hasFallbacks ? 'confirm' : 'blocking',
      text: `${trans.__('All %1 apps your quota allows on %2 are in use.', found.limit, type)} ${ask}`
    };
  }
  return fine(
    'quota',
    trans.__('Quota of %1: %2 of %3 in use.', type, found.inUse, found.limit)
  );
}

export function image({ plan, aws, trans }: IChecks): IFinding | null {
  const { spec } = plan.after;
  if (
    !spec.imageArn ||
    plan.rows.every(row => !/^i(nstance|mage)/.test(row.field))
  ) {
    return null;
  }
  const gpus = aws.gpusOf(spec.instanceType ?? '');
  if (aws.images.value === null) {
    return unknown(
      'image',
      trans.__('whether the image fits'),
      aws.images,
      trans
    );
  }
  const match = matchImage(
    spec,
    gpus === undefined ? undefined : gpus > 0,
    aws.images.value
  );
  switch (match.kind) {
    case 'mismatch':
      return {
        id: 'image',
        level: 'blocking',
        text: trans.__(
          '%1 has GPUs and needs a GPU image, but %2 is built for CPUs. Choose another image.',
          spec.instanceType ?? '',
          match.image.displayName
        )
      };
    case 'unknown':
      return {
        id: 'image',
        level: 'unknown',
        text:
          gpus === undefined
            ? trans.__(
                'Whether the image fits is not known, because the type %1 is not.',
                spec.instanceType ?? ''
              )
            : trans.__('The image does not say whether it is for CPUs or GPUs.')
      };
    case 'fits':
    case 'swap':
      return fine('image', trans.__('The image fits the instance type.'));
  }
}

export function rules({ aws, trans }: IChecks): IFinding | null {
  return aws.rules.value === null
    ? unknown(
        'rules',
        trans.__('your administrator’s limits'),
        aws.rules,
        trans
      )
    : null;
}
