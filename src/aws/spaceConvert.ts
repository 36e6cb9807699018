/** SageMaker's words for spaces and apps, and ours. Pure; types only from the SDK. */
import type {
  AppDetails,
  AppInstanceType,
  CodeRepository,
  CustomFileSystem,
  CustomFileSystemConfig,
  DescribeAppResponse,
  DescribeDomainResponse,
  DescribeSpaceResponse,
  IdleSettings,
  JupyterLabAppSettings,
  ResourceSpec,
  SpaceDetails,
  UserSettings
} from '@aws-sdk/client-sagemaker';

import type {
  IFileSystemRef,
  IResourceSpec,
  ISpace,
  ISpaceApp,
  ISpaceRules,
  ISpaceSummary
} from '../tokens';
import type { Wire } from './json';
import { toDate } from './json';

/** The app of a JupyterLab space always has this name. */
export const APP_NAME = 'default';
export const APP_TYPE = 'JupyterLab';

/** Bounds SageMaker itself sets for idle time-outs, minutes (API reference, "IdleSettings"). */
const IDLE_BOUNDS = { minMinutes: 60, maxMinutes: 525_600 };
/** Sizes where administrators set none, GB (Developer Guide, "JupyterLab spaces"). */
const VOLUME_BOUNDS = { defaultGb: 5, maximumGb: 100 };

export function toResourceSpec(spec: ResourceSpec | undefined): IResourceSpec {
  return defined({
    instanceType: spec?.InstanceType,
    imageArn: spec?.SageMakerImageArn,
    imageVersionArn: spec?.SageMakerImageVersionArn,
    imageVersionAlias: spec?.SageMakerImageVersionAlias,
    lifecycleConfigArn: spec?.LifecycleConfigArn
  });
}

export function fromResourceSpec(spec: IResourceSpec): ResourceSpec {
  return defined({
    InstanceType: spec.instanceType as AppInstanceType | undefined,
    SageMakerImageArn: spec.imageArn,
    SageMakerImageVersionArn: spec.imageVersionArn,
    SageMakerImageVersionAlias: spec.imageVersionAlias,
    LifecycleConfigArn: spec.lifecycleConfigArn
  });
}

export function toSpace(answer: Wire<DescribeSpaceResponse>): ISpace {
  const settings = answer.SpaceSettings ?? {};
  const lab = settings.JupyterLabAppSettings;
  const name = answer.SpaceName ?? '';
  return {
    domainId: answer.DomainId ?? '',
    name,
    displayName: answer.SpaceDisplayName || name,
    arn: answer.SpaceArn ?? '',
    status: answer.Status ?? 'Pending',
    failureReason: answer.FailureReason,
    sharing: answer.SpaceSharingSettings?.SharingType ?? 'Shared',
    owner: answer.OwnershipSettings?.OwnerUserProfileName,
    appType: settings.AppType,
    settings: {
      spec: toResourceSpec(lab?.DefaultResourceSpec),
      volumeGb:
        settings.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb,
      idleMinutes:
        lab?.AppLifecycleManagement?.IdleSettings?.IdleTimeoutInMinutes,
      fileSystems: (settings.CustomFileSystems ?? []).flatMap(toFileSystem),
      repositories: toRepositories(lab?.CodeRepositories)
    },
    raw: settings as Record<string, unknown>,
    url: answer.Url,
    createdAt: toDate(answer.CreationTime),
    modifiedAt: toDate(answer.LastModifiedTime)
  };
}

/** One row of ListSpaces with its app, if it has one. */
export function toSummary(
  details: Wire<SpaceDetails>,
  app: ISpaceApp | undefined
): ISpaceSummary {
  const settings = details.SpaceSettingsSummary;
  const name = details.SpaceName ?? '';
  return {
    name,
    displayName: details.SpaceDisplayName || name,
    status: details.Status ?? 'Pending',
    sharing: details.SpaceSharingSettingsSummary?.SharingType ?? 'Shared',
    owner: details.OwnershipSettingsSummary?.OwnerUserProfileName,
    appType: settings?.AppType,
    volumeGb:
      settings?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb,
    app
  };
}

/** The app, or null for one that was deleted: SageMaker lists those for a day. */
export function toApp(
  answer: Wire<DescribeAppResponse | AppDetails>
): ISpaceApp | null {
  if (answer.Status === 'Deleted') {
    return null;
  }
  return {
    spaceName: answer.SpaceName ?? '',
    name: answer.AppName ?? '',
    type: answer.AppType ?? '',
    status: answer.Status ?? 'Pending',
    failureReason: 'FailureReason' in answer ? answer.FailureReason : undefined,
    spec: toResourceSpec(answer.ResourceSpec),
    createdAt: toDate(answer.CreationTime)
  };
}

/**
 * What administrators set: in a private space the profile's word, else the domain's; in a shared
 * one the domain's settings for shared spaces.
 */
export function toRules(
  domain: Wire<DescribeDomainResponse>,
  profile: UserSettings | undefined,
  isShared: boolean
): ISpaceRules {
  const common: UserSettings | undefined = isShared
    ? domain.DefaultSpaceSettings
    : domain.DefaultUserSettings;
  const own = isShared ? undefined : profile;
  const labs = [own, common].map(settings => settings?.JupyterLabAppSettings);
  const volume =
    own?.SpaceStorageSettings?.DefaultEbsStorageSettings ??
    common?.SpaceStorageSettings?.DefaultEbsStorageSettings;
  return {
    executionRole: own?.ExecutionRole ?? common?.ExecutionRole,
    idle: toIdleRules(
      labs
        .map(lab => lab?.AppLifecycleManagement?.IdleSettings)
        .find(settings => settings?.LifecycleManagement !== undefined)
    ),
    volume: {
      defaultGb: volume?.DefaultEbsVolumeSizeInGb ?? VOLUME_BOUNDS.defaultGb,
      maximumGb: volume?.MaximumEbsVolumeSizeInGb ?? VOLUME_BOUNDS.maximumGb
    },
    lifecycleConfigs: toLifecycleConfigs(labs),
    fileSystems: uniqueFileSystems(
      [own, common].flatMap(settings => settings?.CustomFileSystemConfigs ?? [])
    ),
    hiddenInstanceTypes:
      own?.StudioWebPortalSettings?.HiddenInstanceTypes ??
      domain.DefaultUserSettings?.StudioWebPortalSettings
        ?.HiddenInstanceTypes ??
      []
  };
}

function toIdleRules(settings: IdleSettings | undefined): ISpaceRules['idle'] {
  return {
    isEnabled: settings?.LifecycleManagement === 'ENABLED',
    defaultMinutes: settings?.IdleTimeoutInMinutes,
    minMinutes: settings?.MinIdleTimeoutInMinutes ?? IDLE_BOUNDS.minMinutes,
    maxMinutes: settings?.MaxIdleTimeoutInMinutes ?? IDLE_BOUNDS.maxMinutes
  };
}

/** Scripts of the domain reach everybody, those of a profile its user. */
function toLifecycleConfigs(
  labs: (JupyterLabAppSettings | undefined)[]
): ISpaceRules['lifecycleConfigs'] {
  const byDefault = labs
    .map(lab => lab?.DefaultResourceSpec?.LifecycleConfigArn)
    .find(arn => arn !== undefined);
  const arns = new Set(labs.flatMap(lab => lab?.LifecycleConfigArns ?? []));
  return [...arns].map(arn => ({
    arn,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    isDefault: arn === byDefault
  }));
}

/** The profile's entry for a file system stands before the domain's. */
function uniqueFileSystems(
  configs: CustomFileSystemConfig[]
): IFileSystemRef[] {
  const found = configs.flatMap(config =>
    toFileSystem({
      EFSFileSystem: config.EFSFileSystemConfig,
      FSxLustreFileSystem: config.FSxLustreFileSystemConfig,
      S3FileSystem: config.S3FileSystemConfig
    } as CustomFileSystem)
  );
  return [...new Map(found.map(each => [JSON.stringify(each), each])).values()];
}

/** A reference of SageMaker's, none for a kind we do not know. */
export function toFileSystem(each: CustomFileSystem): IFileSystemRef[] {
  if (each.EFSFileSystem?.FileSystemId) {
    return [{ kind: 'efs', id: each.EFSFileSystem.FileSystemId }];
  }
  if (each.FSxLustreFileSystem?.FileSystemId) {
    return [{ kind: 'fsx-lustre', id: each.FSxLustreFileSystem.FileSystemId }];
  }
  return each.S3FileSystem?.S3Uri
    ? [{ kind: 's3', uri: each.S3FileSystem.S3Uri }]
    : [];
}

/** URLs of the repositories that a space, a profile or a domain suggests. */
export function toRepositories(list: CodeRepository[] | undefined): string[] {
  return (list ?? []).flatMap(({ RepositoryUrl }) => RepositoryUrl ?? []);
}

/** Without the members that are not set: AWS refuses null, and we compare objects. */
function defined<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined)
  ) as T;
}
