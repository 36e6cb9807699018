import type {
  IDomainNetwork,
  IFileSystemDetails,
  IFileSystemNetwork,
  IFileSystemRules,
  IInboundRule,
  IMount,
  IMountTarget,
  ISecurityGroup
} from '../../tokens';
import { StudioError } from '../../core/errors';

export const EFS = 'fs-0a1b2c3d';

export function mount(change: Partial<IMount> = {}): IMount {
  return {
    kind: 'efs',
    id: EFS,
    accessPointId: null,
    path: `/mnt/custom-file-systems/efs/${EFS}`,
    browserPath: `custom-file-systems/efs/${EFS}`,
    state: 'mounted',
    reason: null,
    type: 'nfs4',
    access: 'read-write',
    totalBytes: null,
    usedBytes: 5e9,
    owner: { uid: 1000, gid: 100, mode: '0755' },
    shortcuts: [],
    checkedAt: '2024-05-01T12:00:00Z',
    ...change
  };
}

export const home = mount({
  kind: 'home',
  id: null,
  path: '/home/sagemaker-user',
  browserPath: '',
  type: 'ext4',
  totalBytes: 5e9,
  usedBytes: 1e9
});

export function rules(
  change: Partial<IFileSystemRules> = {}
): IFileSystemRules {
  return {
    domainId: 'd-1',
    profileName: 'ann',
    allowed: [{ reference: { kind: 'efs', id: EFS }, source: 'domain' }],
    configs: {
      profile: [],
      domain: [{ EFSFileSystemConfig: { FileSystemId: EFS } }]
    },
    vpcId: 'vpc-1',
    subnetIds: ['subnet-a', 'subnet-b'],
    securityGroupIds: ['sg-apps'],
    ...change
  };
}

export function details(
  change: Partial<IFileSystemDetails> = {}
): IFileSystemDetails {
  return {
    kind: 'efs',
    id: EFS,
    name: 'shared-datasets',
    state: 'available',
    usedBytes: 5e9,
    throughputMode: 'elastic',
    ...change
  };
}

export function inbound(change: Partial<IInboundRule> = {}): IInboundRule {
  return {
    protocol: 'tcp',
    fromPort: 2049,
    toPort: 2049,
    groupIds: ['sg-out'],
    ranges: [],
    prefixListIds: [],
    ...change
  };
}

export function group(id: string, ...rules: IInboundRule[]): ISecurityGroup {
  return { id, name: id, inbound: rules };
}

export function target(
  subnetId: string,
  change: Partial<IMountTarget> = {}
): IMountTarget {
  return {
    id: `fsmt-${subnetId}`,
    subnetId,
    state: 'available',
    groups: { value: ['sg-in'] },
    ...change
  };
}

export const domain: IDomainNetwork = {
  subnets: {
    value: [
      { id: 'subnet-a', zone: 'us-west-2a', range: '10.0.0.0/24' },
      { id: 'subnet-b', zone: 'us-west-2b', range: '10.0.1.0/24' }
    ]
  },
  nfsGroups: {
    value: {
      inbound: { ...group('sg-in', inbound()), name: 'in' },
      outbound: { ...group('sg-out'), name: 'out' }
    }
  }
};

/** All as it should be, but for what is changed. */
export function network(
  targets: IMountTarget[] = [target('subnet-a'), target('subnet-b')],
  groups: ISecurityGroup[] = [group('sg-in', inbound())]
): IFileSystemNetwork {
  return { targets: { value: targets }, groups: { value: groups } };
}

export function denied(action: string) {
  const error = new StudioError({
    code: 'AccessDeniedException',
    message: `User: arn:aws:iam::123456789012:role/R is not authorized to perform: ${action}`
  });
  return { value: null, reason: error.message, error };
}
