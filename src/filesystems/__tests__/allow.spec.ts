import { trans } from '../../__tests__/fakes';
import { allowCommand, prerequisites } from '../allow';
import type { IAllowFacts } from '../allow';
import {
  denied,
  domain,
  group,
  inbound,
  network,
  rules,
  target
} from './fixtures';

const facts: IAllowFacts = {
  reference: { kind: 'efs', id: 'fs-new' },
  region: 'us-west-2',
  rules: rules(),
  network: network(),
  domain
};

/** The words of a command as a shell takes them apart. */
const words = (command: string) =>
  [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) =>
      quoted === undefined ? plain : quoted.replace(/'\\''/g, "'")
  );

describe('the command that allows a file system', () => {
  it('keeps what the list of the domain has', () => {
    const [json, ...rest] = words(
      allowCommand(facts, 'domain', '/data')
    ).reverse();
    expect(rest.reverse()).toEqual([
      ...['aws', 'sagemaker', 'update-domain', '--region', 'us-west-2'],
      ...['--domain-id', 'd-1', '--default-user-settings']
    ]);
    expect(JSON.parse(json)).toEqual({
      CustomFileSystemConfigs: [
        ...facts.rules.configs.domain,
        {
          EFSFileSystemConfig: {
            FileSystemId: 'fs-new',
            FileSystemPath: '/data'
          }
        }
      ]
    });
  });

  it('is for one profile, whatever is in the folder’s name', () => {
    const all = words(allowCommand(facts, 'profile', "/it's $HOME"));
    expect(all.slice(2, -1)).toEqual([
      ...['update-user-profile', '--region', 'us-west-2'],
      ...['--domain-id', 'd-1', '--user-profile-name', 'ann', '--user-settings']
    ]);
    expect(all[all.length - 1]).toContain(`"/it's $HOME"`);
  });

  it('is for shared spaces where this is one', () => {
    const shared = { ...facts, rules: rules({ profileName: undefined }) };
    expect(allowCommand(shared, 'domain', '')).toContain(
      '--default-space-settings'
    );
  });

  it('names FSx and S3 as SageMaker does', () => {
    const of = (reference: IAllowFacts['reference']) =>
      JSON.parse(
        words(allowCommand({ ...facts, reference }, 'profile', '/')).at(-1)!
      ).CustomFileSystemConfigs;
    expect(of({ kind: 'fsx-lustre', id: 'fs-1' })).toEqual([
      {
        FSxLustreFileSystemConfig: { FileSystemId: 'fs-1', FileSystemPath: '/' }
      }
    ]);
    expect(of({ kind: 's3', uri: 's3://b/p' })).toEqual([
      { S3FileSystemConfig: { S3Uri: 's3://b/p' } }
    ]);
  });
});

describe('its prerequisites', () => {
  const check = (change: Partial<IAllowFacts>) =>
    prerequisites({ ...facts, ...change }, 'domain', trans);
  const states = (change: Partial<IAllowFacts>) =>
    check(change).map(({ isMet }) => isMet);

  it('are all met', () => {
    expect(states({})).toEqual([true, true, true, true, true]);
  });

  it('want a mount target in each subnet, and say how to make it', () => {
    const [first] = check({ network: network([target('subnet-a')]) });
    expect(first.isMet).toBe(false);
    expect(first.words).toContain('subnet-b (us-west-2b)');
    expect(words(first.commands[0])).toEqual([
      ...['aws', 'efs', 'create-mount-target', '--region', 'us-west-2'],
      ...['--file-system-id', 'fs-new', '--subnet-id', 'subnet-b'],
      ...['--security-groups', '["sg-in"]']
    ]);
  });

  it('want SageMaker’s group on each mount target, beside those it has', () => {
    const targets = ['subnet-a', 'subnet-b'].map(id =>
      target(id, { groups: { value: ['sg-own'] } })
    );
    const own = group('sg-own', inbound({ groupIds: ['sg-apps'] }));
    const [, second, third] = check({ network: network(targets, [own]) });
    expect(second.isMet).toBe(false);
    expect(second.commands).toHaveLength(2);
    expect(words(second.commands[0]).at(-1)).toBe('["sg-own","sg-in"]');
    expect(third.isMet).toBe(true);
  });

  it('want the NFS port open', () => {
    expect(states({ network: network(undefined, [group('sg-in')]) })).toEqual([
      ...[true, true, false, true, true]
    ]);
  });

  it('say that the group SageMaker makes is gone', () => {
    const without = { ...domain, nfsGroups: { value: {} } };
    const [, second] = check({ domain: without });
    expect(second.isMet).toBe(false);
    expect(second.words).toContain('security-group-for-inbound-nfs-d-1');
  });

  it('say what could not be checked, and why', () => {
    const no = denied('ec2:DescribeSecurityGroups');
    const found = check({
      domain: { ...domain, nfsGroups: no },
      network: { ...network(), groups: no }
    });
    expect(found.map(({ isMet }) => isMet)).toEqual([
      ...[true, null, null, true, true]
    ]);
    expect(found[1].words).toContain('ec2:DescribeSecurityGroups');
  });

  it('tell the POSIX user, and that none can be added later', () => {
    const posix = (change: Parameters<typeof rules>[0]) =>
      check({ rules: rules(change) })[3].words;
    expect(posix({})).toMatch(/can’t be added later/);
    expect(
      posix({ posixUser: { uid: 10_001, gid: 1001, source: 'domain' } })
    ).toContain('10001:1001');
  });

  it('know that a list has at most ten', () => {
    const full = Array.from({ length: 10 }, () => ({}));
    expect(
      states({ rules: rules({ configs: { profile: [], domain: full } }) }).at(
        -1
      )
    ).toBe(false);
  });

  it('are fewer for FSx, which has no mount targets', () => {
    expect(
      check({ reference: { kind: 'fsx-lustre', id: 'fs-1' } })
    ).toHaveLength(2);
  });
});
