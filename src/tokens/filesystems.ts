import { Token } from '@lumino/coreutils';

import type { IFileSystemRef, ISpace, Known } from './space';

/** A place files are kept, as the Jupyter server finds it on this machine. */
export interface IMount {
  kind: 'home' | 'efs' | 'fsx-lustre' | 's3' | 'user-default-efs';
  /** `fs-…`; null where it is not known. */
  id: string | null;
  /** `fsap-…`, where it is mounted through an access point. */
  accessPointId: string | null;
  /** Absolute path for programs. */
  path: string;
  /** Path for the file browser; null where the server's root does not reach it. */
  browserPath: string | null;
  state: 'mounted' | 'not-mounted' | 'not-answering' | 'broken';
  /** Why it is not mounted, or what Studio wrote about it. */
  reason: string | null;
  /** Type of file system, e.g. `nfs4`. */
  type: string | null;
  /** Tested by making and removing a file; null where that was not possible. */
  access: 'read-write' | 'read-only' | 'none' | null;
  /** Null for those that grow by themselves. */
  totalBytes: number | null;
  usedBytes: number | null;
  /** Of the folder that is mounted; `mode` in octal digits, e.g. `0755`. */
  owner: { uid: number; gid: number; mode: string } | null;
  /** Names of links in the server's root that lead there. */
  shortcuts: string[];
  checkedAt: string;
}

/** The answer of `GET sagemaker-studio/file-systems`. */
export interface ILocalFileSystems {
  mounts: IMount[];
  /** Whom programs of this JupyterLab run as. */
  user: { uid: number; gid: number };
  /** The server's root: where shortcuts are made. */
  root: string;
}

/** Verbs on what is mounted here. */
export interface ILocalFileSystemsApi {
  /** @param isForced - ask each mount anew, even if that was just done. */
  get(isForced?: boolean, signal?: AbortSignal): Promise<ILocalFileSystems>;
  /** Make a link in the server's root that leads to a mount. */
  addShortcut(path: string, name: string): Promise<void>;
  /** Remove such a link; nothing else is ever removed. */
  removeShortcut(name: string): Promise<void>;
}

/** A file system a space may attach. */
export interface IAllowedFileSystem {
  reference: IFileSystemRef;
  /** The folder of it that is visible, and all below. */
  path?: string;
  /** Whose word it is: the profile's stands before the domain's. */
  source: 'profile' | 'domain';
}

/** `CustomFileSystemConfigs` as SageMaker holds them: lists are replaced whole. */
export type FileSystemConfigs = Record<string, unknown>[];

/** What administrators set on file systems for a space's owner, and the network its apps run in. */
export interface IFileSystemRules {
  domainId: string;
  /** The owner's profile; none for a shared space. */
  profileName?: string;
  allowed: IAllowedFileSystem[];
  /** Whole lists, for read-modify-write. */
  configs: { profile: FileSystemConfigs; domain: FileSystemConfigs };
  /** CustomPosixUserConfig; none is set in most domains. */
  posixUser?: { uid: number; gid: number; source: 'profile' | 'domain' };
  /** The domain's own EFS for home folders, which no space attaches. */
  homeEfsId?: string;
  vpcId?: string;
  subnetIds: string[];
  /** Security groups of the apps, without those SageMaker makes itself. */
  securityGroupIds: string[];
}

/** What EFS or FSx say of a file system. */
export interface IFileSystemDetails {
  kind: 'efs' | 'fsx-lustre';
  id: string;
  /** Its Name tag. */
  name?: string;
  /** `available` once it can be used. */
  state: string;
  /** What is stored, as EFS meters it. */
  usedBytes?: number;
  /** What it can hold; EFS has no limit worth a bar. */
  totalBytes?: number;
  /** EFS: `bursting`, `elastic`, `provisioned`; FSx: its deployment type. */
  throughputMode?: string;
  /** MiB a second, where that is provisioned. */
  throughputMibps?: number;
  /** Where an FSx file system lives; EFS has mount targets instead. */
  vpcId?: string;
}

/** Where an EFS file system can be reached. */
export interface IMountTarget {
  id: string;
  subnetId: string;
  /** `available` once it can be used. */
  state: string;
  /** Ids of its security groups. */
  groups: Known<string[]>;
}

/** An access point: a door to one folder, as one user. */
export interface IAccessPoint {
  id: string;
  state: string;
  posixUser?: { uid: number; gid: number };
  path?: string;
}

/** One thing a security group lets in. */
export interface IInboundRule {
  /** `tcp`, `-1` for all. */
  protocol: string;
  fromPort?: number;
  toPort?: number;
  groupIds: string[];
  /** IPv4 ranges, e.g. `10.0.0.0/16`. */
  ranges: string[];
  /** Lists of ranges we do not read. */
  prefixListIds: string[];
}

/** A security group, the part that lets in. */
export interface ISecurityGroup {
  id: string;
  name: string;
  inbound: IInboundRule[];
}

/** A subnet of the domain. */
export interface ISubnet {
  id: string;
  name?: string;
  zone?: string;
  range?: string;
}

/** What a domain's apps need to reach any file system. */
export interface IDomainNetwork {
  subnets: Known<ISubnet[]>;
  /** The groups SageMaker makes for NFS; absent where they were deleted. */
  nfsGroups: Known<{ inbound?: ISecurityGroup; outbound?: ISecurityGroup }>;
}

/** How an EFS file system is reached. */
export interface IFileSystemNetwork {
  targets: Known<IMountTarget[]>;
  /** All groups of all targets. */
  groups: Known<ISecurityGroup[]>;
}

/** Verbs on file systems of the account: they only read. */
export interface IFileSystemsApi {
  /** What administrators set for the owner of a space. */
  rules(space: ISpace, signal?: AbortSignal): Promise<Known<IFileSystemRules>>;
  /**
   * EFS file systems of account and region.
   *
   * @param ids - gives those to ask for one by one where the caller may not list all.
   */
  efs(
    ids: () => Promise<string[]>,
    signal?: AbortSignal
  ): Promise<Known<IFileSystemDetails[]>>;
  /** FSx for Lustre file systems of account and region. */
  lustre(signal?: AbortSignal): Promise<Known<IFileSystemDetails[]>>;
  /** How one EFS file system is reached. */
  network(id: string, signal?: AbortSignal): Promise<IFileSystemNetwork>;
  /** What all file systems of a domain have in common. */
  domainNetwork(
    rules: IFileSystemRules,
    signal?: AbortSignal
  ): Promise<IDomainNetwork>;
  /** Null where there is no such access point (any more). */
  accessPoint(
    id: string,
    signal?: AbortSignal
  ): Promise<Known<IAccessPoint | null>>;
}

/** How full a volume is. */
export interface IVolume {
  /** New for each volume; the home volume is `home`. */
  key: string;
  /** What people call it. */
  name: string;
  usedBytes: number;
  totalBytes: number;
}

/** Warns before volumes are full, from what is read anyway. */
export interface IVolumeWarnings {
  /** Warn of those that are nearly full, once each; never rejects. */
  check(volumes: IVolume[]): Promise<void>;
}
export const IVolumeWarnings = new Token<IVolumeWarnings>(
  'jupyterlab-sagemaker-studio:IVolumeWarnings',
  'Warns once of each volume that is nearly full.'
);
