/** Whether a domain's apps can reach an EFS file system, from what AWS says. Pure. */
import type {
  IDomainNetwork,
  IFileSystemNetwork,
  IFileSystemRules,
  IInboundRule,
  IMountTarget,
  ISecurityGroup,
  Known
} from '../tokens';

/** NFS. */
const PORT = 2049;

/** What is known of the network between apps and a file system. */
export interface IReach {
  /** Subnets of the domain without a mount target. */
  missing: string[];
  /** Mount targets in the domain's subnets that can't be used (yet). */
  unavailable: IMountTarget[];
  /** Those that let none of the domain's apps in. */
  closed: IMountTarget[];
  /** Those without the group SageMaker makes for mount targets; apps may get in all the same. */
  withoutGroup: IMountTarget[];
  /** What was not found out. */
  unchecked: Extract<Known<unknown>, { reason: string }>[];
}

/** Whether a group lets somebody in; `unknown` where it depends on what is not read. */
export type Admission = 'open' | 'closed' | 'unknown';

/** Check each subnet of the domain, and each mount target in one of them. */
export function reachOf(
  network: IFileSystemNetwork,
  domain: IDomainNetwork,
  rules: IFileSystemRules
): IReach {
  const reach: IReach = {
    missing: [],
    unavailable: [],
    closed: [],
    withoutGroup: [],
    unchecked: []
  };
  const { targets, groups } = network;
  if ('reason' in targets) {
    reach.unchecked.push(targets);
    return reach;
  }
  const here = targets.value.filter(({ subnetId }) =>
    rules.subnetIds.includes(subnetId)
  );
  reach.missing = rules.subnetIds.filter(
    id => !here.some(({ subnetId }) => subnetId === id)
  );
  reach.unavailable = here.filter(({ state }) => state !== 'available');
  const { nfsGroups, subnets } = domain;
  const apps = [...rules.securityGroupIds];
  if ('reason' in nfsGroups) {
    reach.unchecked.push(nfsGroups);
  } else if (nfsGroups.value.outbound) {
    apps.push(nfsGroups.value.outbound.id);
  }
  if ('reason' in groups) {
    reach.unchecked.push(groups);
  }
  for (const target of here) {
    if ('reason' in target.groups) {
      reach.unchecked.push(target.groups);
      continue;
    }
    const ids = target.groups.value;
    const inbound = nfsGroups.value?.inbound;
    if (inbound && !ids.includes(inbound.id)) {
      reach.withoutGroup.push(target);
    }
    if ('reason' in groups) {
      continue;
    }
    const range = subnets.value?.find(
      ({ id }) => id === target.subnetId
    )?.range;
    const admission = admissionOf(
      groups.value.filter(({ id }) => ids.includes(id)),
      apps,
      range
    );
    // Whose groups are not known can't be said to be kept out.
    if (admission === 'closed' && !('reason' in nfsGroups)) {
      reach.closed.push(target);
    }
  }
  return reach;
}

/**
 * Whether groups let NFS in from a domain's apps.
 *
 * @param apps - ids of the apps' groups.
 * @param range - addresses of the apps' subnet; undefined if not known.
 */
export function admissionOf(
  groups: ISecurityGroup[],
  apps: string[],
  range: string | undefined
): Admission {
  const answers = groups
    .flatMap(({ inbound }) => inbound)
    .filter(admitsPort)
    .map(rule => sourceOf(rule, apps, range));
  return answers.includes('open')
    ? 'open'
    : answers.includes('unknown')
      ? 'unknown'
      : 'closed';
}

function admitsPort({ protocol, fromPort, toPort }: IInboundRule): boolean {
  if (protocol === '-1') {
    return true;
  }
  return (
    (protocol === 'tcp' || protocol === '6') &&
    (fromPort ?? 0) <= PORT &&
    PORT <= (toPort ?? 65_535)
  );
}

function sourceOf(
  rule: IInboundRule,
  apps: string[],
  range: string | undefined
): Admission {
  if (rule.groupIds.some(id => apps.includes(id))) {
    return 'open';
  }
  const ofRanges = rule.ranges.map((outer): Admission => {
    if (outer.endsWith('/0')) {
      return 'open';
    }
    return range === undefined
      ? 'unknown'
      : contains(outer, range)
        ? 'open'
        : 'closed';
  });
  return ofRanges.includes('open')
    ? 'open'
    : ofRanges.includes('unknown') || rule.prefixListIds.length > 0
      ? 'unknown'
      : 'closed';
}

/** Whether one IPv4 range lies within another. */
export function contains(outer: string, inner: string): boolean {
  const [from, bits] = parse(outer);
  const [address, innerBits] = parse(inner);
  const size = 2 ** (32 - bits);
  return (
    bits <= innerBits && Math.floor(from / size) === Math.floor(address / size)
  );
}

function parse(range: string): [number, number] {
  const [address, bits] = range.split('/');
  const value = address
    .split('.')
    .reduce((sum, part) => sum * 256 + Number(part), 0);
  return [value, Number(bits ?? 32)];
}
