/** What EFS, FSx, EC2 and SageMaker say of file systems, and our words. Pure. */
import type {
  CustomFileSystem,
  CustomFileSystemConfig,
  DescribeDomainResponse,
  UserSettings
} from '@aws-sdk/client-sagemaker';

import type {
  IAccessPoint,
  IAllowedFileSystem,
  IFileSystemDetails,
  IFileSystemRules,
  IInboundRule,
  ISecurityGroup,
  ISpace,
  ISubnet
} from '../tokens';
import { items, text } from './ec2';
import type { Wire } from './json';
import { toFileSystem } from './spaceConvert';

const GIB = 1024 ** 3;

interface ITag {
  Key?: string;
  Value?: string;
}

/** FileSystemDescription of EFS, the part we read. */
export interface IEfsFileSystem {
  FileSystemId: string;
  Name?: string;
  LifeCycleState: string;
  SizeInBytes?: { Value?: number };
  ThroughputMode?: string;
  ProvisionedThroughputInMibps?: number;
}

/** AccessPointDescription of EFS, the part we read. */
export interface IEfsAccessPoint {
  AccessPointId: string;
  LifeCycleState: string;
  PosixUser?: { Uid: number; Gid: number };
  RootDirectory?: { Path?: string };
}

/** FileSystem of FSx, the part we read. */
export interface IFsxFileSystem {
  FileSystemId: string;
  FileSystemType: string;
  Lifecycle: string;
  /** GiB. */
  StorageCapacity?: number;
  VpcId?: string;
  Tags?: ITag[];
  LustreConfiguration?: {
    DeploymentType?: string;
    /** MB/s for each TiB. */
    PerUnitStorageThroughput?: number;
  };
}

export function fromEfs(answer: IEfsFileSystem): IFileSystemDetails {
  return {
    kind: 'efs',
    id: answer.FileSystemId,
    name: answer.Name || undefined,
    state: answer.LifeCycleState,
    usedBytes: answer.SizeInBytes?.Value,
    throughputMode: answer.ThroughputMode,
    throughputMibps: answer.ProvisionedThroughputInMibps
  };
}

export function fromFsx(answer: IFsxFileSystem): IFileSystemDetails {
  const lustre = answer.LustreConfiguration;
  const capacity = answer.StorageCapacity;
  return {
    kind: 'fsx-lustre',
    id: answer.FileSystemId,
    name: answer.Tags?.find(({ Key }) => Key === 'Name')?.Value || undefined,
    state: answer.Lifecycle.toLowerCase(),
    totalBytes: capacity === undefined ? undefined : capacity * GIB,
    throughputMode: lustre?.DeploymentType,
    throughputMibps:
      lustre?.PerUnitStorageThroughput && capacity
        ? Math.round((lustre.PerUnitStorageThroughput * capacity) / 1024)
        : undefined,
    vpcId: answer.VpcId
  };
}

export function fromAccessPoint(answer: IEfsAccessPoint): IAccessPoint {
  const { PosixUser } = answer;
  return {
    id: answer.AccessPointId,
    state: answer.LifeCycleState,
    posixUser: PosixUser && { uid: PosixUser.Uid, gid: PosixUser.Gid },
    path: answer.RootDirectory?.Path
  };
}

/** One `item` of DescribeSubnets. */
export function fromSubnet(item: Element): ISubnet {
  const tag = items(item, 'tagSet').find(each => text(each, 'key') === 'Name');
  return {
    id: text(item, 'subnetId') ?? '',
    name: tag && text(tag, 'value'),
    zone: text(item, 'availabilityZone'),
    range: text(item, 'cidrBlock')
  };
}

/** One `item` of DescribeSecurityGroups. */
export function fromSecurityGroup(item: Element): ISecurityGroup {
  return {
    id: text(item, 'groupId') ?? '',
    name: text(item, 'groupName') ?? '',
    inbound: items(item, 'ipPermissions').map(fromRule)
  };
}

function fromRule(item: Element): IInboundRule {
  const port = (name: string) => {
    const value = text(item, name);
    return value === undefined ? undefined : Number(value);
  };
  const all = (set: string, name: string) =>
    items(item, set).flatMap(each => text(each, name) ?? []);
  return {
    protocol: text(item, 'ipProtocol') ?? '',
    fromPort: port('fromPort'),
    toPort: port('toPort'),
    groupIds: all('groups', 'groupId'),
    ranges: all('ipRanges', 'cidrIp'),
    prefixListIds: all('prefixListIds', 'prefixListId')
  };
}

/**
 * What administrators set on file systems.
 *
 * #### Notes
 * Security groups of domain and profile add up; of everything else the profile's word counts
 * (API reference, "UserSettings"). A domain's own security groups are not those of shared spaces.
 */
export function toFileSystemRules(
  space: ISpace,
  domain: Wire<DescribeDomainResponse>,
  profile: UserSettings | undefined
): IFileSystemRules {
  const isShared = space.sharing === 'Shared';
  const common: UserSettings | undefined = isShared
    ? domain.DefaultSpaceSettings
    : domain.DefaultUserSettings;
  const own = isShared ? undefined : profile;
  const [ofProfile, ofDomain] = [own, common].map(
    settings => settings?.CustomFileSystemConfigs ?? []
  );
  return {
    domainId: space.domainId,
    profileName: isShared ? undefined : space.owner,
    allowed: unique([
      ...ofProfile.flatMap(config => toAllowed(config, 'profile')),
      ...ofDomain.flatMap(config => toAllowed(config, 'domain'))
    ]),
    configs: {
      profile: ofProfile as unknown as Record<string, unknown>[],
      domain: ofDomain as unknown as Record<string, unknown>[]
    },
    posixUser: posixUserOf(own, 'profile') ?? posixUserOf(common, 'domain'),
    homeEfsId: domain.HomeEfsFileSystemId,
    vpcId: domain.VpcId,
    subnetIds: domain.SubnetIds ?? [],
    securityGroupIds: [
      ...new Set([
        ...(own?.SecurityGroups ?? []),
        ...(common?.SecurityGroups ?? [])
      ])
    ]
  };
}

function toAllowed(
  config: CustomFileSystemConfig,
  source: IAllowedFileSystem['source']
): IAllowedFileSystem[] {
  const folder =
    config.EFSFileSystemConfig?.FileSystemPath ??
    config.FSxLustreFileSystemConfig?.FileSystemPath;
  return toFileSystem({
    EFSFileSystem: config.EFSFileSystemConfig,
    FSxLustreFileSystem: config.FSxLustreFileSystemConfig,
    S3FileSystem: config.S3FileSystemConfig
  } as CustomFileSystem).map(reference => ({
    reference,
    ...(folder && { path: folder }),
    source
  }));
}

/** The first entry for a file system counts. */
function unique(all: IAllowedFileSystem[]): IAllowedFileSystem[] {
  const found = new Map<string, IAllowedFileSystem>();
  for (const each of all) {
    const key = JSON.stringify(each.reference);
    found.set(key, found.get(key) ?? each);
  }
  return [...found.values()];
}

function posixUserOf(
  settings: UserSettings | undefined,
  source: 'profile' | 'domain'
): IFileSystemRules['posixUser'] {
  const { Uid, Gid } = settings?.CustomPosixUserConfig ?? {};
  return Uid === undefined || Gid === undefined
    ? undefined
    : { uid: Uid, gid: Gid, source };
}
