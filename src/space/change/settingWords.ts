import type { TranslationBundle } from '@jupyterlab/translation';

import { shortUrl } from '../../core/codeRepositories';
import { formatDuration } from '../../core/format';
import type {
  IFileSystemRef,
  IResourceSpec,
  ISpaceImage,
  ISpaceSettings
} from '../../tokens';
import type { IPlanFacts } from './plan';
import { fileSystemKey } from './settings';

/** What of a space can be changed. */
export type SettingField =
  | 'instanceType'
  | 'image'
  | 'volume'
  | 'lifecycle'
  | 'idle'
  | 'fileSystems'
  | 'repositories';

/** How a person reads a setting. */
export interface IWords {
  trans: TranslationBundle;
  locale?: string;
}

/** What there is to choose from, and what it is called. */
export type ChoosableFacts = Pick<
  IPlanFacts,
  'rules' | 'images' | 'fileSystemNames'
>;

/** What the settings are called. */
export function settingLabels(
  trans: TranslationBundle
): Record<SettingField, string> {
  return {
    instanceType: trans.__('Instance type'),
    image: trans.__('Image'),
    volume: trans.__('Home volume'),
    lifecycle: trans.__('Lifecycle script'),
    idle: trans.__('Idle time-out'),
    fileSystems: trans.__('File systems'),
    repositories: trans.__('Repositories')
  };
}

/** What the settings are. */
export function settingWords(
  settings: ISpaceSettings,
  facts: ChoosableFacts,
  { trans, locale }: IWords
): Record<SettingField, string> {
  const { spec, volumeGb, idleMinutes } = settings;
  const { lifecycleConfigs, idle } = facts.rules.value ?? {};
  const script = spec.lifecycleConfigArn;
  const time = (minutes: number) => formatDuration(minutes * 60_000, locale);
  const names = settings.fileSystems
    .map(each => fileSystemWords(each, facts.fileSystemNames, trans))
    .sort();
  return {
    instanceType: spec.instanceType ?? trans.__('not set'),
    image: imageName(spec, facts.images.value ?? [], trans),
    volume:
      volumeGb === undefined
        ? trans.__('not known')
        : trans.__('%1 GB', volumeGb),
    lifecycle:
      script === undefined
        ? trans.__('none')
        : (lifecycleConfigs?.find(each => each.arn === script)?.name ??
          lastPart(script)),
    idle:
      idleMinutes !== undefined
        ? time(idleMinutes)
        : idle?.defaultMinutes !== undefined
          ? trans.__(
              '%1, as your administrator has set it',
              time(idle.defaultMinutes)
            )
          : trans.__('not set'),
    fileSystems: names.length > 0 ? names.join(', ') : trans.__('none'),
    repositories:
      settings.repositories.map(shortUrl).sort().join(', ') || trans.__('none')
  };
}

/** A file system by its Name tag, with the id that tells it from others of the same name. */
export function fileSystemWords(
  reference: IFileSystemRef,
  names: IPlanFacts['fileSystemNames'],
  trans: TranslationBundle
): string {
  const key = fileSystemKey(reference);
  const name = names?.[key];
  return name ? trans.__('%1 (%2)', name, key) : key;
}

function imageName(
  spec: IResourceSpec,
  images: readonly ISpaceImage[],
  trans: TranslationBundle
): string {
  const { imageArn, imageVersionArn, imageVersionAlias } = spec;
  if (!imageArn) {
    return trans.__('SageMaker’s default');
  }
  const image = images.find(each => each.arn === imageArn);
  const version =
    imageVersionAlias ??
    image?.versions.find(each => each.arn === imageVersionArn)?.alias;
  const name = image?.displayName ?? lastPart(imageArn);
  return version ? `${name} ${version}` : name;
}

/** The name at the end of an ARN. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
