/** What is known of file systems, and the rows that follow from it. Pure. */
import type {
  IAccessPoint,
  IAllowedFileSystem,
  IDomainNetwork,
  IFileSystemDetails,
  IFileSystemNetwork,
  IFileSystemRef,
  IFileSystemRules,
  ILocalFileSystems,
  IMount,
  ISpace,
  ISpaceApp,
  Known
} from '../tokens';
import { diagnose } from './diagnosis';
import type { Finding, IDiagnosisFacts } from './diagnosis';

/** What was read so far; each part may be unknown by itself, and is absent until it is read. */
export interface IFileSystemsFacts {
  /** Whether this JupyterLab is the space's own app. */
  isHere: boolean;
  local?: Known<ILocalFileSystems>;
  space?: Known<ISpace>;
  app?: Known<ISpaceApp | null>;
  rules?: Known<IFileSystemRules>;
  efs?: Known<IFileSystemDetails[]>;
  lustre?: Known<IFileSystemDetails[]>;
  domain?: IDomainNetwork;
  /** By id of the EFS file system. */
  networks: Record<string, IFileSystemNetwork>;
  accessPoints: Record<string, Known<IAccessPoint | null>>;
}

/** Where a file system stands between "exists" and "mounted". */
export type RowState =
  | 'mounted'
  | 'not-answering'
  | 'broken'
  /** Attached, and yet not mounted. */
  | 'not-mounted'
  /** Attached to a space whose mounts can't be seen from here. */
  | 'attached'
  | 'allowed'
  | 'not-allowed'
  /** Neither AWS nor this machine says more than that it exists. */
  | 'unknown';

/** One file system. */
export interface IFileSystemRow {
  /** Its id with its access point, or `home`, or its address. */
  key: string;
  kind: IMount['kind'];
  /** `fs-…`, or the address of one in S3. */
  id: string | null;
  /** Its Name tag. */
  name?: string;
  /** How plans name it; null for what is no file system of a space. */
  reference: IFileSystemRef | null;
  state: RowState;
  mount?: IMount;
  /** Undefined where that is not known. */
  isAttached?: boolean;
  /** What the plan that is not applied yet will do. */
  planned?: 'attach' | 'detach';
  allowed?: IAllowedFileSystem;
  details?: IFileSystemDetails;
  findings: Finding[];
}

/**
 * One row for each file system that is mounted, attached, allowed, or of the account.
 *
 * @param wanted - the list in the plan that is not applied yet.
 */
export function makeRows(
  facts: IFileSystemsFacts,
  wanted?: IFileSystemRef[]
): IFileSystemRow[] {
  const mounts = facts.local?.value?.mounts ?? [];
  const attached = facts.space?.value?.settings.fileSystems;
  const allowed = facts.rules?.value?.allowed ?? [];
  // As long as it is not known what is allowed, all of them would seem not to be.
  const known = facts.rules
    ? [...(facts.efs?.value ?? []), ...(facts.lustre?.value ?? [])]
    : [];
  const rows = new Map<string, IFileSystemRow>();
  const add = (row: IFileSystemRow) => {
    rows.set(row.key, rows.get(row.key) ?? row);
  };
  const seen = new Set([facts.rules?.value?.homeEfsId]);
  for (const mount of mounts) {
    const reference = referenceOf(mount);
    seen.add(reference ? keyOf(reference) : (mount.id ?? undefined));
    add(makeRow(facts, wanted, mount.kind, reference, mount));
  }
  const references = [
    ...(attached ?? []),
    ...(wanted ?? []),
    ...allowed.map(({ reference }) => reference),
    ...known.map(({ kind, id }): IFileSystemRef => ({ kind, id }))
  ];
  for (const reference of references) {
    if (!seen.has(keyOf(reference))) {
      add(makeRow(facts, wanted, reference.kind, reference));
    }
  }
  return [...rows.values()].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      labelOf(a).localeCompare(labelOf(b), undefined, { numeric: true })
  );
}

function makeRow(
  facts: IFileSystemsFacts,
  wanted: IFileSystemRef[] | undefined,
  kind: IMount['kind'],
  reference: IFileSystemRef | null,
  mount?: IMount
): IFileSystemRow {
  const has = (list: IFileSystemRef[] | undefined) =>
    reference && list
      ? list.some(each => keyOf(each) === keyOf(reference))
      : undefined;
  const isAttached = has(facts.space?.value?.settings.fileSystems);
  const isWanted = has(wanted);
  const allowed = facts.rules?.value?.allowed.find(
    each => reference && keyOf(each.reference) === keyOf(reference)
  );
  const found = reference ? detailsOf(facts, reference) : undefined;
  const id = reference ? keyOf(reference) : (mount?.id ?? null);
  const planned =
    isWanted === undefined || isWanted === isAttached
      ? undefined
      : isWanted
        ? 'attach'
        : 'detach';
  const row: IFileSystemRow = {
    key:
      kind === 'home'
        ? kind
        : mount
          ? [mount.kind, mount.id ?? mount.path, mount.accessPointId]
              .filter(Boolean)
              .join(' ')
          : `${kind} ${id}`,
    kind,
    id,
    name: found?.value?.name,
    reference,
    state: 'unknown',
    mount,
    isAttached,
    planned,
    allowed,
    details: found?.value ?? undefined,
    findings: []
  };
  row.state = stateOf(row, facts);
  row.findings = diagnose(diagnosisFacts(row, facts, found));
  // What might be wrong with one that nobody may attach is said when it is asked for.
  if (row.state === 'not-allowed' || row.state === 'unknown') {
    row.findings = [];
  }
  return row;
}

function stateOf(
  { mount, isAttached, allowed, kind }: IFileSystemRow,
  facts: IFileSystemsFacts
): RowState {
  if (mount && mount.state !== 'not-mounted') {
    return mount.state;
  }
  if (isAttached) {
    return canSeeMounts(facts) ? 'not-mounted' : 'attached';
  }
  if (mount && kind !== 'efs' && kind !== 'fsx-lustre') {
    return 'not-mounted';
  }
  if (allowed) {
    return 'allowed';
  }
  return facts.rules && !('reason' in facts.rules) ? 'not-allowed' : 'unknown';
}

function diagnosisFacts(
  row: IFileSystemRow,
  facts: IFileSystemsFacts,
  details: IDiagnosisFacts['details']
): IDiagnosisFacts {
  const { kind, mount, isAttached, id } = row;
  const point = mount?.accessPointId;
  return {
    kind,
    mount,
    user: facts.local?.value?.user,
    isAttached,
    canSeeMounts: canSeeMounts(facts),
    space: facts.space?.value ?? undefined,
    app: facts.app?.value,
    rules: facts.rules?.value ?? undefined,
    details,
    network: kind === 'efs' && id ? facts.networks[id] : undefined,
    domain: facts.domain,
    accessPoint: point ? facts.accessPoints[point] : undefined
  };
}

/** Whether what is not among the mounts is not mounted. */
function canSeeMounts({ isHere, local }: IFileSystemsFacts): boolean {
  return isHere && local !== undefined && !('reason' in local);
}

/** What its service says of one; null in it where there is none of this id. */
function detailsOf(
  facts: IFileSystemsFacts,
  reference: IFileSystemRef
): Known<IFileSystemDetails | null> | undefined {
  if (reference.kind === 's3') {
    return undefined;
  }
  const all = reference.kind === 'efs' ? facts.efs : facts.lustre;
  return all && !('reason' in all)
    ? { value: all.value.find(({ id }) => id === reference.id) ?? null }
    : all;
}

/** How plans name what is mounted; null for home folders. */
function referenceOf({ kind, id }: IMount): IFileSystemRef | null {
  if (!id || kind === 'home' || kind === 'user-default-efs') {
    return null;
  }
  return kind === 's3' ? { kind, uri: id } : { kind, id };
}

/** A file system's id, or its address. */
export function keyOf(reference: IFileSystemRef): string {
  return reference.kind === 's3' ? reference.uri : reference.id;
}

/** What a row is called before its kind is put into words. */
export function labelOf({ name, id, mount, key }: IFileSystemRow): string {
  return name ?? id ?? mount?.path ?? key;
}

/** EFS file systems whose network is worth a look: those that are (to be) attached, and not mounted. */
export function suspects(facts: IFileSystemsFacts): string[] {
  return makeRows(facts)
    .filter(
      ({ kind, state }) =>
        kind === 'efs' &&
        state !== 'mounted' &&
        state !== 'not-allowed' &&
        state !== 'unknown'
    )
    .flatMap(({ id }) => id ?? []);
}

/** Access points of mounts that are not as they should be. */
export function suspectAccessPoints(facts: IFileSystemsFacts): string[] {
  return (facts.local?.value?.mounts ?? [])
    .filter(({ access }) => access !== 'read-write')
    .flatMap(({ accessPointId }) => accessPointId ?? []);
}

/** Home, what is mounted, what should be, what could be, the rest. */
function rank({ kind, state }: IFileSystemRow): number {
  return kind === 'home'
    ? 0
    : state === 'mounted'
      ? 1
      : state === 'allowed'
        ? 3
        : state === 'not-allowed' || state === 'unknown'
          ? 4
          : 2;
}
