/** What an administrator has to do before a space may attach a file system. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { cliCommand } from '../aws/cliCommand';
import type {
  FileSystemConfigs,
  IDomainNetwork,
  IFileSystemNetwork,
  IFileSystemRef,
  IFileSystemRules,
  ISecurityGroup,
  Known
} from '../tokens';
import { keyOf } from './facts';
import { reachOf } from './reach';
import type { IReach } from './reach';
import { subnetWords, uncheckedWords } from './words';

/** Entries a profile or a domain may have (API reference, "UserSettings"). */
const MOST_CONFIGS = 10;

/** For whom a file system is to be allowed. */
export type Audience = 'profile' | 'domain';

/** A prerequisite. */
export interface IPrerequisite {
  /** Null where it could not be checked. */
  isMet: boolean | null;
  words: string;
  /** Commands that mend it. */
  commands: string[];
}

/** What prerequisites are checked against. */
export interface IAllowFacts {
  reference: IFileSystemRef;
  region: string;
  rules: IFileSystemRules;
  network?: IFileSystemNetwork;
  domain?: IDomainNetwork;
}

/**
 * The command that allows it: the whole list, as SageMaker replaces lists.
 *
 * @param folder - the folder that is to be visible, and all below.
 */
export function allowCommand(
  facts: IAllowFacts,
  audience: Audience,
  folder: string
): string {
  const { rules, region, reference } = facts;
  const settings = {
    CustomFileSystemConfigs: withConfig(
      rules.configs[audience],
      reference,
      folder
    )
  };
  const DomainId = rules.domainId;
  const call =
    audience === 'profile'
      ? {
          operation: 'UpdateUserProfile',
          input: {
            DomainId,
            UserProfileName: rules.profileName,
            UserSettings: settings
          }
        }
      : {
          operation: 'UpdateDomain',
          // Shared spaces have settings of their own.
          input: rules.profileName
            ? { DomainId, DefaultUserSettings: settings }
            : { DomainId, DefaultSpaceSettings: settings }
        };
  return cliCommand({ service: 'sagemaker', ...call }, region);
}

function withConfig(
  configs: FileSystemConfigs,
  reference: IFileSystemRef,
  folder: string
): FileSystemConfigs {
  switch (reference.kind) {
    case 's3':
      return [...configs, { S3FileSystemConfig: { S3Uri: reference.uri } }];
    case 'efs':
      return [
        ...configs,
        {
          EFSFileSystemConfig: {
            FileSystemId: reference.id,
            FileSystemPath: folder || '/'
          }
        }
      ];
    case 'fsx-lustre':
      return [
        ...configs,
        {
          FSxLustreFileSystemConfig: {
            FileSystemId: reference.id,
            FileSystemPath: folder || '/'
          }
        }
      ];
  }
}

/** All that has to be so before the command is of use. */
export function prerequisites(
  facts: IAllowFacts,
  audience: Audience,
  trans: TranslationBundle
): IPrerequisite[] {
  const { reference, rules, network, domain } = facts;
  const reach = network && domain ? reachOf(network, domain, rules) : undefined;
  return [
    ...(reference.kind === 'efs'
      ? [
          targetsCheck(facts, reach, trans),
          groupCheck(facts, reach, trans),
          portCheck(reach, trans)
        ]
      : []),
    posixCheck(rules, trans),
    {
      isMet: rules.configs[audience].length < MOST_CONFIGS,
      words: trans.__(
        '%1 of at most %2 file systems are in this list now.',
        rules.configs[audience].length,
        MOST_CONFIGS
      ),
      commands: []
    }
  ];
}

function targetsCheck(
  facts: IAllowFacts,
  reach: IReach | undefined,
  trans: TranslationBundle
): IPrerequisite {
  const { reference, region, domain, network, rules } = facts;
  if (!reach || !network || 'reason' in network.targets) {
    return notChecked(
      trans.__('A mount target in each subnet of the domain'),
      network?.targets,
      trans
    );
  }
  if (reach.missing.length === 0 && reach.unavailable.length === 0) {
    return {
      isMet: true,
      words: trans._n(
        'The domain’s one subnet has a mount target.',
        'Each of the domain’s %1 subnets has a mount target.',
        rules.subnetIds.length
      ),
      commands: []
    };
  }
  const inbound = inboundOf(domain);
  const missing = reach.missing.map(id => subnetWords(id, domain));
  const unavailable = reach.unavailable.map(
    ({ id, state }) => `${id}: ${state}`
  );
  return {
    isMet: false,
    words: [
      missing.length > 0 &&
        trans.__(
          'No mount target in a subnet of the domain: %1.',
          missing.join(', ')
        ),
      unavailable.length > 0 &&
        trans.__(
          'A mount target can’t be used (yet): %1.',
          unavailable.join(', ')
        )
    ]
      .filter(Boolean)
      .join(' '),
    // Without its group a mount target lets nobody in.
    commands: !inbound
      ? []
      : reach.missing.map(id =>
          cliCommand(
            {
              service: 'efs',
              operation: 'CreateMountTarget',
              input: {
                FileSystemId: keyOf(reference),
                SubnetId: id,
                SecurityGroups: [inbound.id]
              }
            },
            region
          )
        )
  };
}

/** The group SageMaker makes for mount targets. */
function groupCheck(
  facts: IAllowFacts,
  reach: IReach | undefined,
  trans: TranslationBundle
): IPrerequisite {
  const { region, domain, rules } = facts;
  const name = `security-group-for-inbound-nfs-${rules.domainId}`;
  const groups = domain?.nfsGroups;
  if (!reach || !groups || 'reason' in groups || reach.unchecked.length > 0) {
    return notChecked(
      trans.__('The security group %1 on each mount target', name),
      groups && 'reason' in groups ? groups : reach?.unchecked[0],
      trans
    );
  }
  const inbound = groups.value.inbound;
  if (!inbound) {
    return {
      isMet: false,
      words: trans.__(
        'There is no security group %1. SageMaker makes it with the domain; it was deleted.',
        name
      ),
      commands: []
    };
  }
  const without = reach.withoutGroup;
  return without.length === 0
    ? {
        isMet: true,
        words: trans.__('Each mount target has the security group %1.', name),
        commands: []
      }
    : {
        isMet: false,
        words: trans.__(
          'The security group %1 is not on: %2.',
          name,
          without.map(({ id }) => id).join(', ')
        ),
        commands: without.map(({ id, groups: present }) =>
          cliCommand(
            {
              service: 'efs',
              operation: 'ModifyMountTargetSecurityGroups',
              input: {
                MountTargetId: id,
                SecurityGroups: [...(present.value ?? []), inbound.id]
              }
            },
            region
          )
        )
      };
}

function portCheck(
  reach: IReach | undefined,
  trans: TranslationBundle
): IPrerequisite {
  if (!reach || reach.unchecked.length > 0) {
    return notChecked(
      trans.__('TCP port 2049 (NFS) open for the domain’s apps'),
      reach?.unchecked[0],
      trans
    );
  }
  return reach.closed.length === 0
    ? {
        isMet: true,
        words: trans.__('No mount target keeps the domain’s apps out.'),
        commands: []
      }
    : {
        isMet: false,
        words: trans.__(
          'TCP port 2049 (NFS) is closed for the domain’s apps on: %1.',
          reach.closed.map(({ id }) => id).join(', ')
        ),
        commands: []
      };
}

/** It is a fact, not a fault: without it apps have SageMaker's own user. */
function posixCheck(
  { posixUser }: IFileSystemRules,
  trans: TranslationBundle
): IPrerequisite {
  return {
    isMet: true,
    words: posixUser
      ? trans.__(
          'Files are used as the POSIX user %1, which CustomPosixUserConfig sets. The folder has to let this user in.',
          `${posixUser.uid}:${posixUser.gid}`
        )
      : trans.__(
          'No CustomPosixUserConfig is set: files are used as SageMaker’s own user. It can’t be added later: SageMaker takes it only when a profile is created, or for a domain that has no profiles yet.'
        ),
    commands: []
  };
}

function notChecked(
  what: string,
  why: Known<unknown> | undefined,
  trans: TranslationBundle
): IPrerequisite {
  return {
    isMet: null,
    words:
      why && 'reason' in why
        ? `${what}. ${uncheckedWords(why, trans)}`
        : `${what}.`,
    commands: []
  };
}

function inboundOf(
  domain: IDomainNetwork | undefined
): ISecurityGroup | undefined {
  return domain?.nfsGroups.value?.inbound;
}
