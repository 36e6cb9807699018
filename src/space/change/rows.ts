import { MOST_REPOSITORIES, isAttachable } from '../../core/codeRepositories';
import { formatDuration, formatTime } from '../../core/format';
import type {
  IResourceSpec,
  ISpaceDraft,
  ISpaceRules,
  ISpaceSettings
} from '../../tokens';
import type { IPlanFacts } from './plan';
import { settingLabels, settingWords } from './settingWords';
import type { IWords, SettingField } from './settingWords';
import { fileSystemKey } from './settings';

/** One change, as it is shown. */
export interface IPlanRow {
  field: SettingField;
  label: string;
  before: string;
  after: string;
  /** Something worth knowing about it. */
  note?: string;
  /** Why it can't be done. */
  problem?: string;
}

/** EBS can be changed once in six hours (Developer Guide, "Studio spaces"). */
const VOLUME_PAUSE = 6 * 3_600_000;
/** CreateSpace: EbsVolumeSizeInGb, CustomFileSystems (botocore's model). */
const LARGEST_VOLUME = 16_384;
const MOST_FILE_SYSTEMS = 5;

/** What a row is made from. */
interface IChange {
  before: ISpaceSettings;
  after: ISpaceSettings;
  /** What was asked for, before the image that goes with the type was added. */
  wanted: ISpaceDraft;
  facts: IPlanFacts;
  words: IWords;
}

const MEMBERS: [SettingField, keyof ISpaceDraft][] = [
  ['instanceType', 'instanceType'],
  ['image', 'image'],
  ['volume', 'volumeGb'],
  ['lifecycle', 'lifecycleConfigArn'],
  ['idle', 'idleMinutes'],
  ['fileSystems', 'fileSystems'],
  ['repositories', 'repositories']
];

/** The changes of a draft, one row each. */
export function planRows(draft: ISpaceDraft, change: IChange): IPlanRow[] {
  const { before, after, facts, words } = change;
  const labels = settingLabels(words.trans);
  const old = settingWords(before, facts, words);
  const changed = settingWords(after, facts, words);
  return MEMBERS.filter(([, member]) => draft[member] !== undefined).map(
    ([field]) => ({
      field,
      label: labels[field],
      before: old[field],
      after: changed[field],
      ...REMARKS[field](change)
    })
  );
}

type Remark = Pick<IPlanRow, 'note' | 'problem'>;

const REMARKS: Record<SettingField, (change: IChange) => Remark> = {
  instanceType: ({ after, facts, words: { trans } }) => {
    const { instanceType = '' } = after.spec;
    const hidden = facts.rules.value?.hiddenInstanceTypes ?? [];
    return hidden.includes(instanceType)
      ? {
          problem: trans.__(
            'Your administrator does not offer %1.',
            instanceType
          )
        }
      : {};
  },
  image: imageRemark,
  volume: change => ({
    note: change.words.trans.__(
      'It can’t be made smaller again, and is changed at most once in 6 hours.'
    ),
    problem: volumeProblem(change)
  }),
  lifecycle: ({ after, facts, words: { trans } }) => {
    const arn = after.spec.lifecycleConfigArn;
    const known = facts.rules.value?.lifecycleConfigs;
    const isForeign = !!arn && known?.every(each => each.arn !== arn);
    return {
      note: trans.__(
        'It runs at each start, for at most 5 minutes; if it fails, JupyterLab does not start.'
      ),
      problem: isForeign
        ? trans.__(
            'Your administrator has not attached this script to your profile or domain.'
          )
        : undefined
    };
  },
  idle: ({ after, facts, words }) => ({
    problem: idleProblem(after.idleMinutes, facts.rules.value?.idle, words)
  }),
  fileSystems: fileSystemsRemark,
  repositories: repositoriesRemark
};

function imageRemark({
  before,
  after,
  wanted,
  words: { trans }
}: IChange): Remark {
  const isChosen = wanted.image?.arn === after.spec.imageArn;
  const notes = isChosen
    ? []
    : [
        trans.__(
          'Goes with %1. Conda environments on your volume stay; packages built for the other kind of instance may not work.',
          after.spec.instanceType ?? ''
        )
      ];
  if (hasVersion(before.spec) && !hasVersion(after.spec)) {
    notes.push(
      isChosen
        ? trans.__('Its newest version is taken.')
        : trans.__(
            'Its newest version is taken: AWS does not tell which one is like the present version.'
          )
    );
  }
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}

function hasVersion(spec: IResourceSpec): boolean {
  return !!(spec.imageVersionAlias || spec.imageVersionArn);
}

function volumeProblem({
  before,
  after,
  facts,
  words: { trans, locale }
}: IChange): string | undefined {
  const limits = facts.rules.value?.volume;
  const size = after.volumeGb ?? NaN;
  const least = before.volumeGb ?? limits?.defaultGb ?? 5;
  const most = Math.min(limits?.maximumGb ?? LARGEST_VOLUME, LARGEST_VOLUME);
  if (!Number.isInteger(size)) {
    return trans.__('The size is a whole number of GB.');
  }
  if (size < least) {
    return trans.__('A volume can only grow: at least %1 GB.', least);
  }
  if (size > most) {
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

function idleProblem(
  minutes: number | undefined,
  idle: ISpaceRules['idle'] | undefined,
  { trans, locale }: IWords
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
  const isAllowed =
    Number.isInteger(minutes) && minutes >= minMinutes && minutes <= maxMinutes;
  return isAllowed
    ? undefined
    : trans.__(
        'Your administrator allows %1 to %2.',
        formatDuration(minMinutes * 60_000, locale),
        formatDuration(maxMinutes * 60_000, locale)
      );
}

function repositoriesRemark({
  before,
  after,
  words: { trans }
}: IChange): Remark {
  const { repositories } = after;
  const foreign = repositories.filter(url => !isAttachable(url));
  return {
    note: before.repositories.some(url => !repositories.includes(url))
      ? trans.__('Clones of what is detached stay where they are.')
      : trans.__(
          'They are suggested for cloning; nothing is cloned by itself.'
        ),
    problem:
      repositories.length > MOST_REPOSITORIES
        ? trans.__('A space has at most %1 repositories.', MOST_REPOSITORIES)
        : foreign.length > 0
          ? trans.__(
              'SageMaker takes only https:// addresses without port, user name or special characters: %1',
              foreign.join(', ')
            )
          : undefined
  };
}

function fileSystemsRemark({
  before,
  after,
  facts,
  words: { trans }
}: IChange): Remark {
  const old = before.fileSystems.map(fileSystemKey);
  const wanted = after.fileSystems.map(fileSystemKey);
  const allowed = facts.rules.value?.fileSystems.map(fileSystemKey);
  const foreign = wanted.filter(
    key => allowed && !allowed.includes(key) && !old.includes(key)
  );
  return {
    note: old.some(key => !wanted.includes(key))
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
