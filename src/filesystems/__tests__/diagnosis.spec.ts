import { trans } from '../../__tests__/fakes';
import type { ISpace, ISpaceApp } from '../../tokens';
import { diagnose } from '../diagnosis';
import type { IDiagnosisFacts } from '../diagnosis';
import { admissionOf, contains } from '../reach';
import { findingWords } from '../words';
import {
  denied,
  details,
  domain,
  group,
  inbound,
  mount,
  network,
  rules,
  target
} from './fixtures';

const START = new Date('2024-05-01T10:00:00Z');
const LATER = new Date('2024-05-01T11:00:00Z');
const app = { createdAt: START } as ISpaceApp;
const space = { modifiedAt: new Date(0) } as ISpace;

/** Attached, all as it should be, and yet not mounted. */
const attached: IDiagnosisFacts = {
  kind: 'efs',
  isAttached: true,
  canSeeMounts: true,
  space,
  app,
  user: { uid: 1000, gid: 100 },
  rules: rules(),
  details: { value: details() },
  network: network(),
  domain
};
const mounted = (change: Parameters<typeof mount>[0]) => ({
  ...attached,
  mount: mount(change)
});
const say = (facts: IDiagnosisFacts) =>
  diagnose(facts).map(found => findingWords(found, facts.domain, trans));

describe('why a file system is not mounted', () => {
  const CASES: [string, Partial<IDiagnosisFacts>, RegExp[]][] = [
    ['nothing that can be seen', {}, [/^All that can be checked/]],
    ['another region', { details: { value: null } }, [/^There is no file sys/]],
    [
      'it is being deleted',
      { details: { value: details({ state: 'deleting' }) } },
      [/^AWS says that it is “deleting”/]
    ],
    [
      'no mount target in one subnet',
      { network: network([target('subnet-a')]) },
      [/^It has no mount target in the domain’s subnet subnet-b \(us-west-2b\)/]
    ],
    [
      'no mount target at all',
      { network: network([]) },
      [/no mount target in 2 of the domain’s subnets: subnet-a.*subnet-b/]
    ],
    [
      'mount targets elsewhere only',
      { network: network([target('subnet-x')]) },
      [/no mount target in 2/]
    ],
    [
      'a mount target that is not ready',
      {
        network: network([
          target('subnet-a'),
          target('subnet-b', { state: 'creating' })
        ])
      },
      [/^Its mount target fsmt-subnet-b in the subnet subnet-b.*“creating”/]
    ],
    [
      'a closed security group',
      { network: network(undefined, [group('sg-in')]) },
      [/^The security groups of its mount target fsmt-subnet-a.*port 2049/]
    ],
    [
      'a missing target and a closed group, both',
      { network: network([target('subnet-a')], [group('sg-in')]) },
      [/^It has no mount target/, /port 2049/]
    ],
    [
      'attached since the app started',
      { space: { modifiedAt: LATER } as ISpace },
      [/^It was attached after JupyterLab had started/]
    ],
    [
      'an access point that is gone',
      {
        mount: mount({ state: 'broken', accessPointId: 'fsap-1' }),
        accessPoint: { value: null }
      },
      [/^Its access point fsap-1 is no longer there/]
    ],
    [
      'what Studio wrote',
      { mount: mount({ state: 'broken', reason: 'mount.nfs4: timed out' }) },
      [/^mount.nfs4: timed out$/]
    ],
    [
      'that nothing is there, only where nothing else is known',
      { mount: mount({ state: 'not-mounted', reason: 'Nothing there.' }) },
      [/^Nothing there\.$/]
    ],
    [
      'what AWS says before that nothing is there',
      {
        mount: mount({ state: 'not-mounted', reason: 'Nothing there.' }),
        details: { value: null }
      },
      [/^There is no file system of this id/]
    ],
    [
      'another network (FSx)',
      {
        kind: 'fsx-lustre',
        network: undefined,
        details: { value: details({ kind: 'fsx-lustre', vpcId: 'vpc-9' }) }
      },
      [/^It is in another network \(vpc-9\) than the domain \(vpc-1\)/]
    ],
    [
      'S3, outside of Unified Studio',
      { kind: 's3', details: undefined },
      [/Unified Studio/]
    ],
    [
      'something that may not be looked at',
      {
        network: {
          targets: denied('elasticfilesystem:DescribeMountTargets'),
          groups: { value: [] }
        }
      },
      [
        /^All that can be checked/,
        /^Not checked: the permission elasticfilesystem:DescribeMountTargets/
      ]
    ],
    ['that AWS has not answered yet', { details: undefined }, []]
  ];
  it.each(CASES)('%s', (_, change, expected) => {
    const words = say({ ...attached, ...change });
    expect(words).toHaveLength(expected.length);
    expected.forEach((pattern, at) => expect(words[at]).toMatch(pattern));
  });

  it('is said before it is attached, too, as far as it is known', () => {
    const broken = { network: network([target('subnet-a')]) };
    expect(say({ ...attached, ...broken, isAttached: false })).toEqual([
      expect.stringMatching(/^It has no mount target/)
    ]);
    expect(say({ ...attached, isAttached: false })).toEqual([]);
    // A permission that is missing is said once, for all.
    const closed = denied('elasticfilesystem:DescribeMountTargets');
    expect(
      say({
        ...attached,
        isAttached: false,
        network: { targets: closed, groups: closed }
      })
    ).toEqual([]);
  });

  it('is not guessed where mounts can’t be seen', () => {
    expect(say({ ...attached, canSeeMounts: false })).toEqual([]);
  });
});

describe('what is wrong with one that is mounted', () => {
  const readOnly = { access: 'read-only' as const };
  const CASES: [string, IDiagnosisFacts, RegExp[]][] = [
    ['nothing', mounted({}), []],
    [
      'it belongs to root',
      mounted({ ...readOnly, owner: { uid: 0, gid: 0, mode: '0755' } }),
      [/belongs to 0:0 with mode 755.*1000:100 may read it but not write/]
    ],
    [
      'the group may not write',
      mounted({ ...readOnly, owner: { uid: 0, gid: 100, mode: '0755' } }),
      [/may read it but not write/]
    ],
    [
      'nobody else may even read',
      mounted({ access: 'none', owner: { uid: 0, gid: 0, mode: '0700' } }),
      [/mode 700, which lets your user 1000:100 not even read it/]
    ],
    [
      'the profile’s POSIX user',
      {
        ...mounted({ ...readOnly, owner: { uid: 5, gid: 5, mode: '0755' } }),
        rules: rules({ posixUser: { uid: 1000, gid: 100, source: 'profile' } })
      },
      [/CustomPosixUserConfig of your profile sets this user/]
    ],
    [
      'the access point’s user',
      {
        ...mounted({
          ...readOnly,
          accessPointId: 'fsap-1',
          owner: { uid: 1000, gid: 100, mode: '0755' }
        }),
        accessPoint: {
          value: {
            id: 'fsap-1',
            state: 'available',
            posixUser: { uid: 20_000, gid: 20_000 }
          }
        }
      },
      [/20000:20000 may read.*The access point sets this user/]
    ],
    [
      'something else than permissions',
      mounted({ ...readOnly, reason: 'Read-only file system.' }),
      [/^Read-only file system\. Its permissions do not say why/]
    ],
    [
      'it was detached meanwhile',
      { ...mounted({}), isAttached: false },
      [/no longer attached to the space/]
    ]
  ];
  it.each(CASES)('%s', (_, facts, expected) => {
    const words = say(facts);
    expect(words).toHaveLength(expected.length);
    expected.forEach((pattern, at) => expect(words[at]).toMatch(pattern));
  });

  it('is not answering, with what AWS knows of the cause', () => {
    const hanging = mounted({ state: 'not-answering', access: null });
    expect(say(hanging)).toEqual([
      expect.stringMatching(/^Programs that touch it may hang/)
    ]);
    expect(
      say({ ...hanging, network: network(undefined, [group('sg-in')]) })
    ).toHaveLength(2);
  });
});

describe('whether a security group lets NFS in', () => {
  const RANGE = '10.0.1.0/24';
  const CASES: [string, ReturnType<typeof inbound>[], string][] = [
    ['no rule', [], 'closed'],
    ['from the apps’ group', [inbound()], 'open'],
    ['from another group', [inbound({ groupIds: ['sg-x'] })], 'closed'],
    ['another port', [inbound({ fromPort: 22, toPort: 22 })], 'closed'],
    ['UDP', [inbound({ protocol: 'udp' })], 'closed'],
    [
      'all traffic',
      [inbound({ protocol: '-1', fromPort: undefined, toPort: undefined })],
      'open'
    ],
    ['a span of ports', [inbound({ fromPort: 0, toPort: 65535 })], 'open'],
    [
      'the subnet’s addresses',
      [inbound({ groupIds: [], ranges: ['10.0.0.0/16'] })],
      'open'
    ],
    [
      'a part of them',
      [inbound({ groupIds: [], ranges: ['10.0.1.0/28'] })],
      'closed'
    ],
    ['everywhere', [inbound({ groupIds: [], ranges: ['0.0.0.0/0'] })], 'open'],
    [
      'a prefix list',
      [inbound({ groupIds: [], prefixListIds: ['pl-1'] })],
      'unknown'
    ]
  ];
  it.each(CASES)('%s', (_, rulesOfGroup, expected) => {
    expect(
      admissionOf([group('sg-in', ...rulesOfGroup)], ['sg-out'], RANGE)
    ).toBe(expected);
  });

  it('is not known of addresses whose subnet is not known', () => {
    const some = group('sg', inbound({ groupIds: [], ranges: ['10.0.0.0/8'] }));
    expect(admissionOf([some], [], undefined)).toBe('unknown');
  });

  it('compares ranges by their bits', () => {
    expect(contains('10.0.0.0/8', '10.255.0.0/16')).toBe(true);
    expect(contains('10.0.0.0/16', '10.1.0.0/24')).toBe(false);
    expect(contains('192.168.128.0/17', '192.168.200.1/32')).toBe(true);
    expect(contains('10.0.0.0/24', '10.0.0.0/16')).toBe(false);
  });
});
