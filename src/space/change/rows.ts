import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration, formatTime } from '../../core/format';
import type { ISpaceImage, ISpaceSettings } from '../../tokens';
import type { ISpaceDraft } from './api';
import type { IPlanFacts } from './plan';
import { fileSystemKey } from './settings';

/** One change, as it is shown. */
export interface IPlanRow {
  field:
    'instanceType' | 'image' | 'volume' | 'lifecycle' | 'idle' | 'fileSystems';
  label: string;
  before: string;
  after: string;
  /** Something worth knowing about it. */
  note?: string;
  /** Why it can't be done. */
  problem?: string;
}

interface IWords {
  trans: TranslationBundle;
  locale?: string;
}

/** EBS can be changed once in six hours (Developer Guide, "Studio spaces"). */
export const VOLUME_PAUSE = 6 * 3_600_000;
/** CreateSpace: EbsVolumeSizeInGb, CustomFileSystems (botocore's model). */
const LARGEST_VOLUME = 16_384;
const MOST_FILE_SYSTEMS = 5;

export function instanceRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts,
  { trans }: IWords
): IPlanRow | null {
  const [old, wanted] = [before.spec.instanceType, after.spec.instanceType];
  if (old === wanted || !wanted) {
    return null;
  }
  const isHidden = facts.rules.value?.hiddenInstanceTypes.includes(wanted);
  return {
    field: 'instanceType',
    label: trans.__('Instance type'),
    before: old ?? trans.__('not set'),
    after: wanted,
    problem: isHidden
      ? trans.__('Your administrator does not offer %1.', wanted)
      : undefined
  };
}

export function imageRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  wanted: ISpaceDraft,
  facts: IPlanFacts,
  { trans }: IWords
): IPlanRow | null {
  const [old, changed] = [before.spec, after.spec];
  if (
    old.imageArn === changed.imageArn &&
    old.imageVersionArn === changed.imageVersionArn &&
    old.imageVersionAlias === changed.imageVersionAlias
  ) {
    return null;
  }
  const images = facts.images.value ?? [];
  const name = (spec: ISpaceSettings['spec']) =>
    imageName(spec.imageArn, images, spec, trans);
  const isProposed = wanted.image?.arn !== changed.imageArn;
  return {
    field: 'image',
    label: trans.__('Image'),
    before: name(old),
    after: name(changed),
    note: isProposed
      ? trans.__(
          'Goes with %1. Conda environments on your volume stay; packages built for the other kind of instance may not work.',
          changed.instanceType ?? ''
        )
      : undefined
  };
}

export function volumeRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts,
  words: IWords
): IPlanRow | null {
  const { trans } = words;
  if (before.volumeGb === after.volumeGb || after.volumeGb === undefined) {
    return null;
  }
  return {
    field: 'volume',
    label: trans.__('Home volume'),
    before:
      before.volumeGb === undefined
        ? trans.__('not known')
        : trans.__('%1 GB', before.volumeGb),
    after: trans.__('%1 GB', after.volumeGb),
    note: trans.__(
      'It can’t be made smaller again, and is changed at most once in 6 hours.'
    ),
    problem: volumeProblem(before.volumeGb, after.volumeGb, facts, words)
  };
}

function volumeProblem(
  before: number | undefined,
  after: number,
  facts: IPlanFacts,
  { trans, locale }: IWords
): string | undefined {
  const limits = facts.rules.value?.volume;
  const least = before ?? limits?.defaultGb ?? 5;
  const most = Math.min(limits?.maximumGb ?? LARGEST_VOLUME, LARGEST_VOLUME);
  if (!Number.isInteger(after)) {
    return trans.__('The size is a whole number of GB.');
  }
  if (after < least) {
    return trans.__('A volume can only grow: at least %1 GB.', least);
  }
  if (after > most) {
    return trans.__('At most %1 GB, as your administrator has set it.', most);
  }
  const changedAt = facts.volumeChangedAt?.getTime() ?? -Infinity;
  const possibleAt = changedAt + VOLUME_PAUSE;
  return possibleAt > facts.now.getTime()
    ? trans.__(
        'It was changed less than 6 hours ago; AWS allows the next change from %1 on.',
        formatTime(new Date(possibleAt), locale)
      )
    : undefined;
}

export function lifecycleRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts,
  { trans }: IWords
): IPlanRow | null {
  const [old, wanted] = [
    before.spec.lifecycleConfigArn,
    after.spec.lifecycleConfigArn
  ];
  if (old === wanted) {
    return null;
  }
  const known = facts.rules.value?.lifecycleConfigs;
  const name = (arn: string | undefined) =>
    arn === undefined
      ? trans.__('none of its own')
      : (known?.find(each => each.arn === arn)?.name ?? lastPart(arn));
  const isForeign = !!wanted && known?.every(each => each.arn !== wanted);
  return {
    field: 'lifecycle',
    label: trans.__('Lifecycle script'),
    before: name(old),
    after: name(wanted),
    note: trans.__(
      'It runs at each start, for at most 5 minutes; if it fails, JupyterLab does not start.'
    ),
    problem: isForeign
      ? trans.__(
          'Your administrator has not attached this script to your profile or domain.'
        )
      : undefined
  };
}

export function idleRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts,
  { trans, locale }: IWords
): IPlanRow | null {
  if (before.idleMinutes === after.idleMinutes) {
    return null;
  }
  const idle = facts.rules.value?.idle;
  const time = (minutes: number | undefined) =>
    minutes !== undefined
      ? formatDuration(minutes * 60_000, locale)
      : idle?.defaultMinutes !== undefined
        ? trans.__(
            '%1, as your administrator has set it',
            formatDuration(idle.defaultMinutes * 60_000, locale)
          )
        : trans.__('not set');
  return {
    field: 'idle',
    label: trans.__('Idle time-out'),
    before: time(before.idleMinutes),
    after: time(after.idleMinutes),
    problem: idleProblem(after.idleMinutes, idle, trans)
  };
}

function idleProblem(
  minutes: number | undefined,
  idle:
    { isEnabled: boolean; minMinutes: number; maxMinutes: number } | undefined,
  trans: TranslationBundle
): string | undefined {
  if (!idle || minutes === undefined) {
    return undefined;
  }
  if (!idle.isEnabled) {
    return trans.__(
      'Your administrator has not switched idle shutdown on, so a time-out has no effect.'
    );
  }
  const { minMinutes, maxMinutes } = idle;
  return Number.isInteger(minutes) &&
    minutes >= minMinutes &&
    minutes <= maxMinutes
    ? undefined
    : trans.__(
        'Your administrator allows %1 to %2 minutes.',
        minMinutes,
        maxMinutes
      );
}

export function fileSystemsRow(
  before: ISpaceSettings,
  after: ISpaceSettings,
  facts: IPlanFacts,
  { trans }: IWords
): IPlanRow | null {
  const keys = (settings: ISpaceSettings) =>
    settings.fileSystems.map(fileSystemKey).sort();
  const [old, wanted] = [keys(before), keys(after)];
  if (old.join() === wanted.join()) {
    return null;
  }
  const list = (names: string[]) =>
    names.length > 0 ? names.join(', ') : trans.__('none');
  const allowed = facts.rules.value?.fileSystems.map(fileSystemKey);
  const foreign = wanted.filter(
    key => allowed && !allowed.includes(key) && !old.includes(key)
  );
  const isDetaching = old.some(key => !wanted.includes(key));
  return {
    field: 'fileSystems',
    label: trans.__('File systems'),
    before: list(old),
    after: list(wanted),
    note: isDetaching
      ? trans.__('What is detached keeps its files, outside this space.')
      : undefined,
    problem:
      wanted.length > MOST_FILE_SYSTEMS
        ? trans.__('A space has at most %1 file systems.', MOST_FILE_SYSTEMS)
        : foreign.length > 0
          ? trans.__(
              'Your administrator has not attached this to your profile or domain: %1',
              foreign.join(', ')
            )
          : undefined
  };
}

function imageName(
  arn: string | undefined,
  images: readonly ISpaceImage[],
  spec: { imageVersionArn?: string; imageVersionAlias?: string },
  trans: TranslationBundle
): string {
  if (!arn) {
    return trans.__('SageMaker’s default');
  }
  const image = images.find(each => each.arn === arn);
  const version =
    spec.imageVersionAlias ??
    image?.versions.find(each => each.arn === spec.imageVersionArn)?.alias;
  const name = image?.displayName ?? lastPart(arn);
  return version ? `${name} ${version}` : name;
}

/** The name at the end of an ARN. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
