/** Why a file system is not mounted, or can't be written to. Pure. */
import type {
  IAccessPoint,
  IFileSystemDetails,
  IFileSystemNetwork,
  IFileSystemRules,
  IDomainNetwork,
  IMount,
  IMountTarget,
  ISpace,
  ISpaceApp,
  Known
} from '../tokens';
import { reachOf } from './reach';

type Unknown = Extract<Known<unknown>, { reason: string }>;

/** One reason; `words.ts` says it to people. */
export type Finding =
  /** S3 file systems are for SageMaker Unified Studio. */
  | { kind: 'unified-studio' }
  | { kind: 'not-in-region' }
  /** EFS or FSx say that it can't be used (yet). */
  | { kind: 'not-available'; state: string }
  | { kind: 'other-vpc'; vpcId: string; domainVpcId: string }
  | { kind: 'no-mount-target'; subnetIds: string[] }
  | { kind: 'mount-target-state'; targets: IMountTarget[] }
  | { kind: 'closed'; targets: IMountTarget[] }
  | { kind: 'access-point-missing'; id: string }
  | { kind: 'access-point-state'; id: string; state: string }
  /** Attached or detached after the app had started. */
  | { kind: 'restart'; isAttached: boolean }
  | { kind: 'not-answering'; words: string | null }
  /** What Studio or the server wrote. */
  | { kind: 'reported'; words: string }
  | {
      kind: 'posix';
      access: 'read-only' | 'none';
      user: { uid: number; gid: number };
      owner: { uid: number; gid: number; mode: number };
      /** Who set the identity, where it is not the app's own. */
      by?: 'access-point' | 'profile' | 'domain';
    }
  /** POSIX would let one write, but the test failed. */
  | { kind: 'not-writable'; access: 'read-only' | 'none'; words: string | null }
  | { kind: 'unchecked'; why: Unknown }
  /** All that can be checked is well. */
  | { kind: 'unexplained' };

/** All that is known of one file system; what is absent was not read (yet). */
export interface IDiagnosisFacts {
  kind: IMount['kind'];
  mount?: IMount;
  user?: { uid: number; gid: number };
  /** Whether the space has it attached; undefined where that is not known. */
  isAttached?: boolean;
  /** Whether this is the space's own app, and what is mounted in it was read. */
  canSeeMounts: boolean;
  space?: ISpace;
  app?: ISpaceApp | null;
  rules?: IFileSystemRules;
  /** Null: there is none of this id in the region. */
  details?: Known<IFileSystemDetails | null>;
  network?: IFileSystemNetwork;
  domain?: IDomainNetwork;
  accessPoint?: Known<IAccessPoint | null>;
}

/**
 * What is wrong, most likely cause first; nothing for a file system that is as it should be.
 *
 * For one that is not attached: what would keep it from being mounted.
 */
export function diagnose(facts: IDiagnosisFacts): Finding[] {
  const { kind, mount, isAttached, canSeeMounts } = facts;
  if (mount?.state === 'mounted') {
    return [...ofAccess(facts), ...ofDetached(facts)];
  }
  if (kind === 'home') {
    return reported(mount);
  }
  if (mount?.state === 'not-answering') {
    return [
      { kind: 'not-answering', words: mount.reason },
      ...ofAws(facts).filter(found => found.kind !== 'unchecked')
    ];
  }
  if (kind === 's3') {
    return [{ kind: 'unified-studio' }, ...reported(mount)];
  }
  const said = ofAws(facts);
  const causes: Finding[] = said.filter(
    ({ kind: each }) => each !== 'unchecked'
  );
  if (!isAttached || !canSeeMounts) {
    // What could not be checked is of no use before it fails.
    return [...causes, ...reported(mount)];
  }
  if (isNewerThanApp(facts)) {
    causes.unshift({ kind: 'restart', isAttached: true });
  }
  // That nothing is there says no more than that it is not mounted.
  if (causes.length === 0 || mount?.state !== 'not-mounted') {
    causes.push(...reported(mount));
  }
  const isRead = facts.details !== undefined && facts.space !== undefined;
  if (causes.length === 0 && isRead) {
    causes.push({ kind: 'unexplained' });
  }
  return [...causes, ...said.filter(({ kind: each }) => each === 'unchecked')];
}

/** What AWS says. */
function ofAws(facts: IDiagnosisFacts): Finding[] {
  const { details, rules, network, domain } = facts;
  const found: Finding[] = [];
  if (details && 'reason' in details) {
    found.push({ kind: 'unchecked', why: details });
  } else if (details?.value === null) {
    return [{ kind: 'not-in-region' }];
  }
  const known = details?.value;
  if (known && known.state !== 'available') {
    found.push({ kind: 'not-available', state: known.state });
  }
  if (known?.vpcId && rules?.vpcId && known.vpcId !== rules.vpcId) {
    found.push({
      kind: 'other-vpc',
      vpcId: known.vpcId,
      domainVpcId: rules.vpcId
    });
  }
  if (network && domain && rules) {
    const reach = reachOf(network, domain, rules);
    if (reach.missing.length > 0) {
      found.push({ kind: 'no-mount-target', subnetIds: reach.missing });
    }
    if (reach.unavailable.length > 0) {
      found.push({ kind: 'mount-target-state', targets: reach.unavailable });
    }
    if (reach.closed.length > 0) {
      found.push({ kind: 'closed', targets: reach.closed });
    }
    found.push(
      ...reach.unchecked.map(why => ({ kind: 'unchecked' as const, why }))
    );
  }
  return [...found, ...ofAccessPoint(facts)];
}

function ofAccessPoint({ mount, accessPoint }: IDiagnosisFacts): Finding[] {
  const id = mount?.accessPointId;
  if (!id || !accessPoint) {
    return [];
  }
  if ('reason' in accessPoint) {
    return [{ kind: 'unchecked', why: accessPoint }];
  }
  if (accessPoint.value === null) {
    return [{ kind: 'access-point-missing', id }];
  }
  const { state } = accessPoint.value;
  return state === 'available'
    ? []
    : [{ kind: 'access-point-state', id, state }];
}

function reported(mount: IMount | undefined): Finding[] {
  return mount?.reason ? [{ kind: 'reported', words: mount.reason }] : [];
}

/** It is still mounted, but no longer attached. */
function ofDetached(facts: IDiagnosisFacts): Finding[] {
  const isOfSpace = facts.kind === 'efs' || facts.kind === 'fsx-lustre';
  return isOfSpace && facts.isAttached === false && facts.canSeeMounts
    ? [{ kind: 'restart', isAttached: false }]
    : [];
}

function isNewerThanApp({ space, app }: IDiagnosisFacts): boolean {
  return (
    space?.modifiedAt !== undefined &&
    app?.createdAt !== undefined &&
    space.modifiedAt > app.createdAt
  );
}

/** Why a mounted one can't be written to, or not even be read. */
function ofAccess(facts: IDiagnosisFacts): Finding[] {
  const { mount, user, accessPoint, rules } = facts;
  const access = mount?.access;
  if (!mount || (access !== 'read-only' && access !== 'none')) {
    return [];
  }
  const words = mount.reason;
  const forced = accessPoint?.value?.posixUser;
  const identity = forced ?? user;
  const mode = modeOf(mount.owner);
  if (!mount.owner || mode === undefined || !identity) {
    return [{ kind: 'not-writable', access, words }, ...ofAccessPoint(facts)];
  }
  const owner = { ...mount.owner, mode };
  const needed = access === 'none' ? 0o5 : 0o3;
  if ((bitsFor(identity, owner) & needed) === needed) {
    return [{ kind: 'not-writable', access, words }, ...ofAccessPoint(facts)];
  }
  const set = rules?.posixUser;
  const by = forced
    ? 'access-point'
    : set && set.uid === identity.uid
      ? set.source
      : undefined;
  return [
    { kind: 'posix', access, user: identity, owner, ...(by && { by }) },
    ...ofAccessPoint(facts)
  ];
}

/** Permission bits as a number, from octal digits. */
function modeOf(owner: IMount['owner']): number | undefined {
  const value = parseInt(owner?.mode ?? '', 8);
  return Number.isNaN(value) ? undefined : value & 0o777;
}

/** The three bits that count for somebody; a file server makes no exception for root. */
function bitsFor(
  user: { uid: number; gid: number },
  owner: { uid: number; gid: number; mode: number }
): number {
  return user.uid === owner.uid
    ? owner.mode >> 6
    : user.gid === owner.gid
      ? (owner.mode >> 3) & 0o7
      : owner.mode & 0o7;
}
