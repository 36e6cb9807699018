import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IResourceSpec,
  ISpace,
  ISpaceApp,
  ISpaceDraft,
  ISpaceImage,
  ISpaceRules,
  ISpaceSettings,
  Known
} from '../../tokens';
import { planRows } from './rows';
import type { IPlanRow } from './rows';
import {
  changedSpec,
  matchImage,
  presentSettings,
  startSpec,
  withDraft
} from './settings';

export type { IPlanRow } from './rows';

/** How much a change takes away, the least first. */
export type Severity = 'none' | 'next-start' | 'restart' | 'data-risk';

/** What somebody wants to happen to a space. */
export type Purpose = 'change' | 'restart' | 'stop' | 'start';

/** The facts of AWS a plan is made from; unknown ones say why. */
export interface IPlanFacts {
  space: ISpace;
  /** The space's app; null where there is none. */
  app: ISpaceApp | null;
  rules: Known<ISpaceRules>;
  images: Known<ISpaceImage[]>;
  /** US dollars an hour by instance type. */
  prices: Known<Record<string, number>>;
  /** Name tags of file systems by id, as far as they are known. */
  fileSystemNames?: Readonly<Record<string, string>>;
  /** How many GPUs a type has; undefined where that is not known. */
  gpusOf: (instanceType: string) => number | undefined;
  /** When the volume was enlarged last, as far as we know. */
  volumeChangedAt?: Date;
  now: Date;
}

/** What is to happen to a space, against what is. */
export interface IPlan {
  purpose: Purpose;
  space: ISpace;
  app: ISpaceApp | null;
  /** What is asked for that is different, with the image that goes with the type. */
  draft: ISpaceDraft;
  before: ISpaceSettings;
  after: ISpaceSettings;
  rows: IPlanRow[];
  severity: Severity;
  /** What the app is started with: the wanted specification, then the fallbacks in order. */
  attempts: IResourceSpec[];
  /** What the app runs on now; starting it again takes the change back. */
  former: IResourceSpec;
  /** US dollars an hour; undefined where unknown. */
  prices: { before?: number; after?: number; reason?: string };
}

/** How a draft becomes a plan. */
export interface IPlanOptions {
  purpose: Purpose;
  /** Types to try if the wanted one can't be had; an empty list stays on the old one. */
  fallbacks: readonly string[];
  /** Whether a restart destroys data on the instance's own disks. */
  hasScratchData: boolean;
  trans: TranslationBundle;
  locale?: string;
}

/** A plan from what is wanted and what is. */
export function makePlan(
  wanted: ISpaceDraft,
  facts: IPlanFacts,
  options: IPlanOptions
): IPlan {
  const { space, app } = facts;
  const before = presentSettings(space, app);
  const draft = withMatchingImage(differences(wanted, before), facts, before);
  const after = withDraft(before, draft);
  const rows = planRows(draft, {
    before,
    after,
    wanted,
    facts,
    words: options
  });
  const isRunning = app?.status === 'InService' || app?.status === 'Pending';
  return {
    purpose: options.purpose,
    space,
    app,
    draft,
    before,
    after,
    rows,
    severity: severityOf(rows, isRunning, options),
    attempts: attemptsOf(draft, facts, options.fallbacks),
    former: before.spec,
    prices: pricesOf(before, after, facts)
  };
}

/** Whether applying a plan stops an app that runs. */
export function stopsApp(plan: IPlan): boolean {
  return plan.severity === 'restart' || plan.severity === 'data-risk';
}

/** Whether a plan changes more of the space than what CreateApp alone can. */
export function needsUpdateSpace(draft: ISpaceDraft): boolean {
  return (
    draft.volumeGb !== undefined ||
    draft.idleMinutes !== undefined ||
    draft.fileSystems !== undefined ||
    draft.repositories !== undefined
  );
}

/** What of a draft is different from the present. */
export function differences(
  draft: ISpaceDraft,
  before: ISpaceSettings
): ISpaceDraft {
  const { spec } = before;
  const different: ISpaceDraft = {};
  if (draft.instanceType && draft.instanceType !== spec.instanceType) {
    different.instanceType = draft.instanceType;
  }
  if (draft.image && !isSameImage(draft.image, spec)) {
    different.image = draft.image;
  }
  if (draft.volumeGb !== undefined && draft.volumeGb !== before.volumeGb) {
    different.volumeGb = draft.volumeGb;
  }
  const { lifecycleConfigArn: script, idleMinutes: idle } = draft;
  if (script !== undefined && script !== (spec.lifecycleConfigArn ?? null)) {
    different.lifecycleConfigArn = script;
  }
  if (idle !== undefined && idle !== (before.idleMinutes ?? null)) {
    different.idleMinutes = idle;
  }
  if (
    draft.fileSystems &&
    listKey(draft.fileSystems) !== listKey(before.fileSystems)
  ) {
    different.fileSystems = draft.fileSystems;
  }
  if (
    draft.repositories &&
    [...draft.repositories].sort().join() !==
      [...before.repositories].sort().join()
  ) {
    different.repositories = draft.repositories;
  }
  return different;
}

function isSameImage(
  image: NonNullable<ISpaceDraft['image']>,
  spec: IResourceSpec
): boolean {
  return (
    image.arn === spec.imageArn &&
    (!image.versionArn || image.versionArn === spec.imageVersionArn) &&
    (!image.versionAlias || image.versionAlias === spec.imageVersionAlias)
  );
}

function listKey(list: readonly object[]): string {
  return JSON.stringify(list.map(each => Object.values(each).sort()).sort());
}

/** The draft with the CPU or GPU twin of its image, where the type needs that one. */
function withMatchingImage(
  draft: ISpaceDraft,
  facts: IPlanFacts,
  before: ISpaceSettings
): ISpaceDraft {
  const spec = changedSpec(before.spec, draft);
  if (!draft.instanceType && !draft.image) {
    return draft;
  }
  const match = matchImage(
    spec,
    needsGpu(facts, spec.instanceType),
    facts.images.value ?? []
  );
  return match.kind === 'swap'
    ? {
        ...draft,
        image: { arn: match.image.arn, versionAlias: match.versionAlias }
      }
    : draft;
}

/** Whether a type has GPUs; undefined where nobody knows. */
export function needsGpu(
  facts: Pick<IPlanFacts, 'gpusOf'>,
  instanceType: string | undefined
): boolean | undefined {
  const gpus = instanceType ? facts.gpusOf(instanceType) : undefined;
  return gpus === undefined ? undefined : gpus > 0;
}

/** The wanted specification, then each fallback with the image that goes with it. */
function attemptsOf(
  draft: ISpaceDraft,
  facts: IPlanFacts,
  fallbacks: readonly string[]
): IResourceSpec[] {
  const wanted = startSpec(facts.space, facts.app, draft);
  const types = [...new Set(fallbacks)].filter(
    type =>
      type !== wanted.instanceType &&
      type !== presentSettings(facts.space, facts.app).spec.instanceType
  );
  const others = types.map(instanceType => {
    const spec = changedSpec(wanted, { instanceType });
    const match = matchImage(
      spec,
      needsGpu(facts, instanceType),
      facts.images.value ?? []
    );
    return match.kind === 'swap'
      ? changedSpec(spec, {
          image: { arn: match.image.arn, versionAlias: match.versionAlias }
        })
      : spec;
  });
  // Without another type to switch to there is nothing to fall back from.
  return draft.instanceType ? [wanted, ...others] : [wanted];
}

function severityOf(
  rows: readonly IPlanRow[],
  isRunning: boolean,
  options: IPlanOptions
): Severity {
  const { purpose, hasScratchData } = options;
  const isDone =
    purpose === 'change'
      ? rows.length === 0
      : purpose === 'start'
        ? isRunning
        : purpose === 'stop' && !isRunning;
  if (isDone) {
    return 'none';
  }
  if (!isRunning) {
    return 'next-start';
  }
  return hasScratchData ? 'data-risk' : 'restart';
}

function pricesOf(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts
): IPlan['prices'] {
  const { prices } = facts;
  if (prices.value === null) {
    return { reason: prices.reason };
  }
  const price = (settings: ISpaceSettings) =>
    prices.value[settings.spec.instanceType ?? ''];
  return { before: price(before), after: price(after) };
}
