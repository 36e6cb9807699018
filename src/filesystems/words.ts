/** What is known of file systems, in words. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { StatusTone } from '../components/StatusChip';
import type { StudioError } from '../core/errors';
import { formatBytes } from '../core/format';
import { missingActionOf } from '../core/permissions';
import type {
  IDomainNetwork,
  IFileSystemDetails,
  IMount,
  ISubnet
} from '../tokens';
import type { Finding } from './diagnosis';
import { labelOf } from './facts';
import type { IFileSystemRow } from './facts';

/** A file system's name for people. */
export function nameOf(row: IFileSystemRow, trans: TranslationBundle): string {
  return row.kind === 'home'
    ? trans.__('Home folder')
    : row.kind === 'user-default-efs'
      ? trans.__('Your folder on the domain’s EFS')
      : labelOf(row);
}

export function kindWords(
  kind: IMount['kind'],
  trans: TranslationBundle
): string {
  const words: Record<IMount['kind'], string> = {
    home: trans.__('Volume of the space'),
    efs: 'Amazon EFS',
    'fsx-lustre': 'FSx for Lustre',
    s3: 'Amazon S3',
    'user-default-efs': 'Amazon EFS'
  };
  return words[kind];
}

/** How a row's state is shown. */
export function stateWords(
  row: IFileSystemRow,
  trans: TranslationBundle
): { tone: StatusTone; label: string } {
  switch (row.state) {
    case 'mounted':
      return row.mount?.access === 'read-only'
        ? { tone: 'success', label: trans.__('Mounted, read only') }
        : row.mount?.access === 'none'
          ? { tone: 'warning', label: trans.__('Mounted, no access') }
          : { tone: 'success', label: trans.__('Mounted') };
    case 'not-answering':
      return { tone: 'warning', label: trans.__('Not answering') };
    case 'broken':
      return { tone: 'failure', label: trans.__('Broken') };
    case 'not-mounted':
      return { tone: 'failure', label: trans.__('Not mounted') };
    case 'attached':
      return { tone: 'active', label: trans.__('Attached') };
    case 'allowed':
      return { tone: 'stopped', label: trans.__('Not attached') };
    case 'not-allowed':
      return { tone: 'stopped', label: trans.__('Not allowed yet') };
    case 'unknown':
      return { tone: 'waiting', label: trans.__('Not known') };
  }
}

/** What was found out by trying. */
export function accessWords(
  access: IMount['access'],
  trans: TranslationBundle
): string {
  switch (access) {
    case 'read-write':
      return trans.__('read and write (tested)');
    case 'read-only':
      return trans.__('read only (tested)');
    case 'none':
      return trans.__('no access (tested)');
    case null:
      return trans.__('not tested');
  }
}

/** What is used, from the mount or else from what AWS meters. */
export function usageOf(
  { mount, details }: IFileSystemRow,
  trans: TranslationBundle,
  locale?: string
): { words: string; share?: number } | null {
  const used = mount?.usedBytes ?? details?.usedBytes ?? null;
  const total = mount?.totalBytes ?? details?.totalBytes ?? null;
  if (used === null) {
    return total === null
      ? null
      : { words: trans.__('%1 in all', formatBytes(total, locale)) };
  }
  return total
    ? {
        words: trans.__(
          '%1 of %2 used',
          formatBytes(used, locale),
          formatBytes(total, locale)
        ),
        share: used / total
      }
    : { words: trans.__('%1 used', formatBytes(used, locale)) };
}

/** How fast it may be. */
export function throughputWords(
  details: IFileSystemDetails | undefined,
  trans: TranslationBundle
): string | null {
  const { throughputMode, throughputMibps } = details ?? {};
  if (!throughputMode) {
    return null;
  }
  return throughputMibps
    ? trans.__('%1, %2 MiB/s', throughputMode, throughputMibps)
    : throughputMode;
}

/** Who allows it, and which folder of it. */
export function allowedWords(
  { allowed, state }: IFileSystemRow,
  trans: TranslationBundle
): string | null {
  if (!allowed) {
    return state === 'not-allowed'
      ? trans.__('neither in your profile nor in your domain')
      : null;
  }
  const { path, source } = allowed;
  const isWhole = !path || path === '/';
  return source === 'profile'
    ? isWhole
      ? trans.__('for your profile')
      : trans.__('for your profile, folder %1', path)
    : isWhole
      ? trans.__('for the domain')
      : trans.__('for the domain, folder %1', path);
}

/** One reason as a sentence or two. */
export function findingWords(
  finding: Finding,
  domain: IDomainNetwork | undefined,
  trans: TranslationBundle
): string {
  const subnet = (id: string) => subnetWords(id, domain);
  switch (finding.kind) {
    case 'unified-studio':
      return trans.__(
        'SageMaker mounts file systems in S3 only in spaces of SageMaker Unified Studio.'
      );
    case 'not-in-region':
      return trans.__(
        'There is no file system of this id in this region and account. It was deleted, or it is elsewhere; a space mounts those of its own region only.'
      );
    case 'not-available':
      return trans.__('AWS says that it is “%1”.', finding.state);
    case 'other-vpc':
      return trans.__(
        'It is in another network (%1) than the domain (%2).',
        finding.vpcId,
        finding.domainVpcId
      );
    case 'no-mount-target':
      return trans._n(
        'It has no mount target in the domain’s subnet %2. It needs one in each subnet of the domain.',
        'It has no mount target in %1 of the domain’s subnets: %2. It needs one in each.',
        finding.subnetIds.length,
        finding.subnetIds.map(subnet).join(', ')
      );
    case 'mount-target-state':
      return finding.targets
        .map(({ id, subnetId, state }) =>
          trans.__(
            'Its mount target %1 in the subnet %2 is “%3”.',
            id,
            subnet(subnetId),
            state
          )
        )
        .join(' ');
    case 'closed':
      return finding.targets
        .map(target =>
          trans.__(
            'The security groups of its mount target %1 in the subnet %2 (%3) let none of the domain’s apps in: TCP port 2049 (NFS) is closed.',
            target.id,
            subnet(target.subnetId),
            (target.groups.value ?? []).join(', ') || trans.__('none')
          )
        )
        .join(' ');
    case 'access-point-missing':
      return trans.__('Its access point %1 is no longer there.', finding.id);
    case 'access-point-state':
      return trans.__(
        'Its access point %1 is “%2”.',
        finding.id,
        finding.state
      );
    case 'restart':
      return finding.isAttached
        ? trans.__(
            'It was attached after JupyterLab had started. It is mounted when the space is restarted.'
          )
        : trans.__(
            'It is no longer attached to the space, and is gone after the next restart.'
          );
    case 'not-answering':
      return [
        finding.words,
        trans.__(
          'Programs that touch it may hang; everything else goes on. It is asked again as long as this is shown.'
        )
      ]
        .filter(Boolean)
        .join(' ');
    case 'reported':
      return finding.words;
    case 'posix':
      return posixWords(finding, trans);
    case 'not-writable':
      return [finding.words, notWritableWords(finding.access, trans)]
        .filter(Boolean)
        .join(' ');
    case 'unchecked':
      return uncheckedWords(finding.why, trans);
    case 'unexplained':
      return trans.__(
        'All that can be checked from here is as it should be. SageMaker’s own log of the app (log group /aws/sagemaker/studio) may say more.'
      );
  }
}

function notWritableWords(
  access: 'read-only' | 'none',
  trans: TranslationBundle
): string {
  return access === 'none'
    ? trans.__(
        'Its permissions do not say why: look at its file system policy and its access point.'
      )
    : trans.__(
        'Its permissions do not say why: it may be mounted read only, or its file system policy forbids writing.'
      );
}

/** What keeps something from being checked. */
export function uncheckedWords(
  { reason, error }: { reason: string; error?: StudioError },
  trans: TranslationBundle
): string {
  const missing = error && missingActionOf(error);
  return missing
    ? trans.__('Not checked: the permission %1 is missing.', missing.action)
    : trans.__('Not checked: %1', reason);
}

function posixWords(
  finding: Extract<Finding, { kind: 'posix' }>,
  trans: TranslationBundle
): string {
  const { user, owner, access, by } = finding;
  const what =
    access === 'none'
      ? trans.__(
          'Its folder belongs to %1 with mode %2, which lets your user %3 not even read it.',
          `${owner.uid}:${owner.gid}`,
          owner.mode.toString(8).padStart(3, '0'),
          `${user.uid}:${user.gid}`
        )
      : trans.__(
          'Its folder belongs to %1 with mode %2, so your user %3 may read it but not write.',
          `${owner.uid}:${owner.gid}`,
          owner.mode.toString(8).padStart(3, '0'),
          `${user.uid}:${user.gid}`
        );
  const why = {
    'access-point': trans.__('The access point sets this user.'),
    profile: trans.__('CustomPosixUserConfig of your profile sets this user.'),
    domain: trans.__('CustomPosixUserConfig of the domain sets this user.')
  };
  const remedy = trans.__(
    'The owner or an administrator can change that.'
  );
  return [what, by && why[by], remedy].filter(Boolean).join(' ');
}

/** A subnet by id and zone. */
export function subnetWords(
  id: string,
  domain: IDomainNetwork | undefined
): string {
  const found: ISubnet | undefined = domain?.subnets.value?.find(
    each => each.id === id
  );
  return found?.zone ? `${id} (${found.zone})` : id;
}
