import { StudioError } from '../core/errors';
import { known } from '../core/known';
import { isAccessDenied } from '../core/permissions';
import type {
  IAccessPoint,
  IDomainNetwork,
  IFileSystemDetails,
  IFileSystemNetwork,
  IFileSystemRules,
  IFileSystemsApi,
  IMountTarget,
  ISecurityGroup,
  ISpace,
  Known
} from '../tokens';
import type { Ec2Client } from './ec2';
import {
  fromAccessPoint,
  fromEfs,
  fromFsx,
  fromSecurityGroup,
  fromSubnet,
  toFileSystemRules
} from './fileSystemsConvert';
import type {
  IEfsAccessPoint,
  IEfsFileSystem,
  IFsxFileSystem
} from './fileSystemsConvert';
import type { JsonClient } from './json';
import type { RestJsonClient } from './restJson';
import type { ISettings } from './spaces';

/** EFS's version, the first part of each path. */
const EFS = '2015-02-01';
const MAX_PAGES = 10;
const MAX_ITEMS = '100';

/** What {@link FileSystemsApi} is made of. */
export interface IFileSystemsApiOptions {
  efs: RestJsonClient;
  fsx: JsonClient;
  ec2: Ec2Client;
  /** What administrators set for a space: shared with the verbs on spaces. */
  settings: (space: ISpace) => Promise<ISettings>;
}

/** File systems of the account, as far as the role may look at them. */
export class FileSystemsApi implements IFileSystemsApi {
  constructor(private readonly _options: IFileSystemsApiOptions) {}

  rules(space: ISpace): Promise<Known<IFileSystemRules>> {
    return known(async () => {
      const { domain, profile } = await this._options.settings(space);
      return toFileSystemRules(space, domain, profile);
    });
  }

  efs(
    ids: () => Promise<string[]>,
    signal?: AbortSignal
  ): Promise<Known<IFileSystemDetails[]>> {
    return known(async () => {
      try {
        return (await this._list(signal)).map(fromEfs);
      } catch (thrown) {
        if (!(thrown instanceof StudioError) || !isAccessDenied(thrown.code)) {
          throw thrown;
        }
        // A policy may name single file systems; those can be described, but not listed.
        const wanted = await ids();
        if (wanted.length === 0) {
          throw thrown;
        }
        const found = await Promise.all(
          wanted.map(id => this._describe(id, thrown, signal))
        );
        return found.flat().map(fromEfs);
      }
    });
  }

  lustre(signal?: AbortSignal): Promise<Known<IFileSystemDetails[]>> {
    return known(async () => {
      const found = await this._options.fsx.collect(
        'DescribeFileSystems',
        {},
        (page: { FileSystems?: IFsxFileSystem[]; NextToken?: string }) =>
          page.FileSystems,
        signal
      );
      return found
        .filter(({ FileSystemType }) => FileSystemType === 'LUSTRE')
        .map(fromFsx);
    });
  }

  async network(id: string, signal?: AbortSignal): Promise<IFileSystemNetwork> {
    const targets = await known(() => this._targets(id, signal));
    if ('reason' in targets) {
      return { targets, groups: targets };
    }
    const ids = new Set(
      targets.value.flatMap(({ groups }) => groups.value ?? [])
    );
    const groups = await known(() =>
      this._groups('group-id', [...ids], signal)
    );
    return { targets, groups };
  }

  async domainNetwork(
    rules: IFileSystemRules,
    signal?: AbortSignal
  ): Promise<IDomainNetwork> {
    const { domainId, subnetIds } = rules;
    // The names SageMaker gives them (Developer Guide, "Attach a custom file system").
    const inbound = `security-group-for-inbound-nfs-${domainId}`;
    const outbound = `security-group-for-outbound-nfs-${domainId}`;
    const [subnets, nfsGroups] = await Promise.all([
      known(async () =>
        subnetIds.length === 0
          ? []
          : (
              await this._options.ec2.describe(
                'DescribeSubnets',
                { 'subnet-id': subnetIds },
                'subnetSet',
                signal
              )
            ).map(fromSubnet)
      ),
      known(async () => {
        const found = await this._groups(
          'group-name',
          [inbound, outbound],
          signal
        );
        const named = (name: string) => found.find(each => each.name === name);
        return { inbound: named(inbound), outbound: named(outbound) };
      })
    ]);
    return { subnets, nfsGroups };
  }

  accessPoint(
    id: string,
    signal?: AbortSignal
  ): Promise<Known<IAccessPoint | null>> {
    return known(async () => {
      try {
        const { AccessPoints = [] } = await this._options.efs.get<{
          AccessPoints?: IEfsAccessPoint[];
        }>(
          'DescribeAccessPoints',
          [EFS, 'access-points'],
          { AccessPointId: id },
          signal
        );
        return AccessPoints.length > 0
          ? fromAccessPoint(AccessPoints[0])
          : null;
      } catch (thrown) {
        if (isCode(thrown, 'AccessPointNotFound')) {
          return null;
        }
        throw thrown;
      }
    });
  }

  private async _list(signal?: AbortSignal): Promise<IEfsFileSystem[]> {
    const found: IEfsFileSystem[] = [];
    let Marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this._options.efs.get<{
        FileSystems?: IEfsFileSystem[];
        NextMarker?: string;
      }>(
        'DescribeFileSystems',
        [EFS, 'file-systems'],
        { MaxItems: MAX_ITEMS, ...(Marker && { Marker }) },
        signal
      );
      found.push(...(answer.FileSystems ?? []));
      Marker = answer.NextMarker;
      if (!Marker) {
        break;
      }
    }
    return found;
  }

  /** One file system; none where the region has none of this id. */
  private async _describe(
    FileSystemId: string,
    denied: StudioError,
    signal?: AbortSignal
  ): Promise<IEfsFileSystem[]> {
    try {
      const { FileSystems = [] } = await this._options.efs.get<{
        FileSystems?: IEfsFileSystem[];
      }>(
        'DescribeFileSystems',
        [EFS, 'file-systems'],
        { FileSystemId },
        signal
      );
      return FileSystems;
    } catch (thrown) {
      if (isCode(thrown, 'FileSystemNotFound')) {
        return [];
      }
      throw thrown instanceof StudioError && isAccessDenied(thrown.code)
        ? denied
        : thrown;
    }
  }

  private async _targets(
    FileSystemId: string,
    signal?: AbortSignal
  ): Promise<IMountTarget[]> {
    const { efs } = this._options;
    const { MountTargets = [] } = await efs.get<{
      MountTargets?: {
        MountTargetId: string;
        SubnetId: string;
        LifeCycleState: string;
      }[];
    }>(
      'DescribeMountTargets',
      [EFS, 'mount-targets'],
      { FileSystemId, MaxItems: MAX_ITEMS },
      signal
    );
    return Promise.all(
      MountTargets.map(async ({ MountTargetId, SubnetId, LifeCycleState }) => ({
        id: MountTargetId,
        subnetId: SubnetId,
        state: LifeCycleState,
        groups: await known(async () => {
          const { SecurityGroups = [] } = await efs.get<{
            SecurityGroups?: string[];
          }>(
            'DescribeMountTargetSecurityGroups',
            [EFS, 'mount-targets', MountTargetId, 'security-groups'],
            {},
            signal
          );
          return SecurityGroups;
        })
      }))
    );
  }

  private async _groups(
    filter: 'group-id' | 'group-name',
    values: string[],
    signal?: AbortSignal
  ): Promise<ISecurityGroup[]> {
    if (values.length === 0) {
      return [];
    }
    const found = await this._options.ec2.describe(
      'DescribeSecurityGroups',
      { [filter]: values },
      'securityGroupInfo',
      signal
    );
    return found.map(fromSecurityGroup);
  }
}

/** EFS names an error with or without `Exception`. */
function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof StudioError && thrown.code.startsWith(code);
}
