import { awsError } from '../../__tests__/server';
import type { IReceived } from '../../__tests__/server';
import type { ISpace } from '../../tokens';
import { aws, gatewayWith, operation } from './fakes';

const EFS = 'aws/elasticfilesystem/2015-02-01';
const xml = (inner: string, status = 200) =>
  new Response(
    `<?xml version="1.0" encoding="UTF-8"?><R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inner}</R>`,
    {
      status,
      headers: {
        'content-type': 'text/xml',
        ...(status < 400 && { 'x-amzn-requestid': 'request-1' })
      }
    }
  );
const form = ({ body }: IReceived) =>
  Object.fromEntries(new URLSearchParams(body));
const space = {
  domainId: 'd-1',
  name: 'my-space',
  sharing: 'Private',
  owner: 'ann'
} as ISpace;
const shared = {
  CustomFileSystemConfigs: [
    { EFSFileSystemConfig: { FileSystemId: 'fs-1', FileSystemPath: '/' } },
    { FSxLustreFileSystemConfig: { FileSystemId: 'fs-9' } }
  ],
  SecurityGroups: ['sg-1', 'sg-2'],
  CustomPosixUserConfig: { Uid: 10_001, Gid: 1001 }
};
const settings = (profile: object) => (request: IReceived) =>
  operation(request) === 'DescribeDomain'
    ? aws({
        DomainId: 'd-1',
        VpcId: 'vpc-1',
        SubnetIds: ['subnet-a'],
        HomeEfsFileSystemId: 'fs-homes',
        DefaultUserSettings: shared,
        DefaultSpaceSettings: { SecurityGroups: ['sg-3'] }
      })
    : aws({ UserSettings: profile });

describe('what administrators set on file systems', () => {
  it('is the profile’s word before the domain’s, with whole lists to write back', async () => {
    const own = [
      { EFSFileSystemConfig: { FileSystemId: 'fs-1', FileSystemPath: '/ann' } }
    ];
    const { gateway } = gatewayWith(
      settings({
        CustomFileSystemConfigs: own,
        SecurityGroups: ['sg-2', 'sg-4']
      })
    );
    const { value } = await gateway.fileSystems.rules(space);
    expect(value).toEqual({
      domainId: 'd-1',
      profileName: 'ann',
      allowed: [
        {
          reference: { kind: 'efs', id: 'fs-1' },
          path: '/ann',
          source: 'profile'
        },
        { reference: { kind: 'fsx-lustre', id: 'fs-9' }, source: 'domain' }
      ],
      configs: { profile: own, domain: shared.CustomFileSystemConfigs },
      posixUser: { uid: 10_001, gid: 1001, source: 'domain' },
      homeEfsId: 'fs-homes',
      vpcId: 'vpc-1',
      subnetIds: ['subnet-a'],
      securityGroupIds: ['sg-2', 'sg-4', 'sg-1']
    });
  });

  it('is the domain’s word on shared spaces in a shared one', async () => {
    const { gateway } = gatewayWith(settings({}));
    const { value } = await gateway.fileSystems.rules({
      ...space,
      sharing: 'Shared'
    });
    expect(value).toMatchObject({
      profileName: undefined,
      allowed: [],
      securityGroupIds: ['sg-3'],
      posixUser: undefined
    });
  });
});

describe('file systems of EFS', () => {
  const row = (id: string) => ({
    FileSystemId: id,
    Name: `name of ${id}`,
    LifeCycleState: 'available',
    SizeInBytes: { Value: 6144 },
    ThroughputMode: 'provisioned',
    ProvisionedThroughputInMibps: 64
  });

  it('are read page by page', async () => {
    const { gateway, received } = gatewayWith(({ path }) =>
      path.includes('Marker=two')
        ? aws({ FileSystems: [row('fs-2')] })
        : aws({ FileSystems: [row('fs-1')], NextMarker: 'two' })
    );
    const { value } = await gateway.fileSystems.efs(async () => []);
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${EFS}/file-systems?MaxItems=100`,
      `GET ${EFS}/file-systems?MaxItems=100&Marker=two`
    ]);
    expect(value?.map(({ id }) => id)).toEqual(['fs-1', 'fs-2']);
    expect(value?.[0]).toEqual({
      kind: 'efs',
      id: 'fs-1',
      name: 'name of fs-1',
      state: 'available',
      usedBytes: 6144,
      throughputMode: 'provisioned',
      throughputMibps: 64
    });
  });

  it('are asked for one by one where listing is denied; one may be gone', async () => {
    const { gateway } = gatewayWith(({ path }) =>
      path.includes('FileSystemId=fs-1')
        ? aws({ FileSystems: [row('fs-1')] })
        : path.includes('FileSystemId=')
          ? awsError('FileSystemNotFound', 'no such', 404)
          : awsError('AccessDeniedException', 'not authorized', 403)
    );
    const { value } = await gateway.fileSystems.efs(async () => [
      'fs-1',
      'fs-2'
    ]);
    expect(value?.map(({ id }) => id)).toEqual(['fs-1']);
  });

  it('are not known where all is denied, and the error says what is missing', async () => {
    const message =
      'User: arn:aws:sts::1:assumed-role/R is not authorized to perform: elasticfilesystem:DescribeFileSystems';
    const { gateway } = gatewayWith(() =>
      awsError('AccessDeniedException', message, 403)
    );
    expect(await gateway.fileSystems.efs(async () => ['fs-1'])).toMatchObject({
      value: null,
      error: {
        code: 'AccessDeniedException',
        message,
        operation: 'DescribeFileSystems',
        requestId: 'request-1'
      }
    });
  });

  it('name errors as EFS does, in ErrorCode', async () => {
    const { gateway } = gatewayWith(
      () =>
        new Response(
          JSON.stringify({ ErrorCode: 'BadRequest', Message: 'no' }),
          { status: 400, headers: { 'x-amzn-requestid': 'request-2' } }
        )
    );
    expect(await gateway.fileSystems.efs(async () => [])).toMatchObject({
      error: { code: 'BadRequest', message: 'no', requestId: 'request-2' }
    });
  });
});

it('of FSx only those for Lustre count', async () => {
  const { gateway, received } = gatewayWith(() =>
    aws({
      FileSystems: [
        {
          FileSystemId: 'fs-w',
          FileSystemType: 'WINDOWS',
          Lifecycle: 'AVAILABLE'
        },
        {
          FileSystemId: 'fs-l',
          FileSystemType: 'LUSTRE',
          Lifecycle: 'AVAILABLE',
          StorageCapacity: 1200,
          VpcId: 'vpc-1',
          Tags: [{ Key: 'Name', Value: 'scratch' }],
          LustreConfiguration: {
            DeploymentType: 'PERSISTENT_2',
            PerUnitStorageThroughput: 125
          }
        }
      ]
    })
  );
  const { value } = await gateway.fileSystems.lustre();
  expect(received[0].headers.get('x-amz-target')).toBe(
    'AWSSimbaAPIService_v20180301.DescribeFileSystems'
  );
  expect(value).toEqual([
    {
      kind: 'fsx-lustre',
      id: 'fs-l',
      name: 'scratch',
      state: 'available',
      totalBytes: 1200 * 1024 ** 3,
      throughputMode: 'PERSISTENT_2',
      throughputMibps: 146,
      vpcId: 'vpc-1'
    }
  ]);
});

describe('the network', () => {
  const group =
    '<securityGroupInfo><item><groupId>sg-1</groupId><groupName>security-group-for-inbound-nfs-d-1</groupName>' +
    '<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>2049</fromPort><toPort>2049</toPort>' +
    '<groups><item><groupId>sg-2</groupId></item></groups>' +
    '<ipRanges><item><cidrIp>10.0.0.0/16</cidrIp></item></ipRanges>' +
    '<prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds></item></ipPermissions>' +
    '</item></securityGroupInfo>';
  const inbound = {
    id: 'sg-1',
    name: 'security-group-for-inbound-nfs-d-1',
    inbound: [
      {
        protocol: 'tcp',
        fromPort: 2049,
        toPort: 2049,
        groupIds: ['sg-2'],
        ranges: ['10.0.0.0/16'],
        prefixListIds: ['pl-1']
      }
    ]
  };

  it('of a file system is its mount targets with their groups', async () => {
    const { gateway, received } = gatewayWith(request =>
      request.path.endsWith('/security-groups')
        ? aws({ SecurityGroups: ['sg-1'] })
        : request.path.startsWith(EFS)
          ? aws({
              MountTargets: [
                {
                  MountTargetId: 'fsmt-1',
                  SubnetId: 'subnet-a',
                  LifeCycleState: 'available'
                }
              ]
            })
          : xml(group)
    );
    expect(await gateway.fileSystems.network('fs-1')).toEqual({
      targets: {
        value: [
          {
            id: 'fsmt-1',
            subnetId: 'subnet-a',
            state: 'available',
            groups: { value: ['sg-1'] }
          }
        ]
      },
      groups: { value: [inbound] }
    });
    expect(form(received[2])).toEqual({
      Action: 'DescribeSecurityGroups',
      Version: '2016-11-15',
      'Filter.1.Name': 'group-id',
      'Filter.1.Value.1': 'sg-1'
    });
  });

  it('of a domain is its subnets, and the groups SageMaker makes', async () => {
    const { gateway, received } = gatewayWith(request => {
      const { Action, NextToken } = form(request);
      return Action === 'DescribeSecurityGroups'
        ? xml(group)
        : NextToken
          ? xml(
              '<subnetSet><item><subnetId>subnet-b</subnetId></item></subnetSet>'
            )
          : xml(
              '<subnetSet><item><subnetId>subnet-a</subnetId><availabilityZone>us-west-2a</availabilityZone>' +
                '<cidrBlock>10.0.0.0/24</cidrBlock><tagSet><item><key>Name</key><value>one</value></item></tagSet></item></subnetSet>' +
                '<nextToken>more</nextToken>'
            );
    });
    const rules = { domainId: 'd-1', subnetIds: ['subnet-a', 'subnet-b'] };
    expect(await gateway.fileSystems.domainNetwork(rules as never)).toEqual({
      subnets: {
        value: [
          {
            id: 'subnet-a',
            name: 'one',
            zone: 'us-west-2a',
            range: '10.0.0.0/24'
          },
          { id: 'subnet-b' }
        ]
      },
      nfsGroups: { value: { inbound, outbound: undefined } }
    });
    expect(received.map(request => form(request).NextToken)).toContain('more');
  });

  it('that is denied says why, in EC2’s words, and hides nothing else', async () => {
    const { gateway } = gatewayWith(request =>
      form(request).Action === 'DescribeSubnets'
        ? xml('<subnetSet/>')
        : xml(
            '<Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message></Error></Errors><RequestID>request-9</RequestID>',
            403
          )
    );
    const rules = { domainId: 'd-1', subnetIds: ['subnet-a'] };
    expect(
      await gateway.fileSystems.domainNetwork(rules as never)
    ).toMatchObject({
      subnets: { value: [] },
      nfsGroups: {
        value: null,
        error: {
          code: 'UnauthorizedOperation',
          message: 'You are not authorized.',
          operation: 'DescribeSecurityGroups',
          requestId: 'request-9',
          status: 403
        }
      }
    });
  });

  it('that can’t be read is an error, not an empty list', async () => {
    const { gateway } = gatewayWith(
      () => new Response('<broken', { headers: { 'content-type': 'text/xml' } })
    );
    const rules = { domainId: 'd-1', subnetIds: ['subnet-a'] };
    const { subnets } = await gateway.fileSystems.domainNetwork(rules as never);
    expect(subnets).toMatchObject({ error: { code: 'UnreadableAnswer' } });
  });
});

describe('an access point', () => {
  it('has a user and a folder', async () => {
    const { gateway } = gatewayWith(() =>
      aws({
        AccessPoints: [
          {
            AccessPointId: 'fsap-1',
            LifeCycleState: 'available',
            PosixUser: { Uid: 7, Gid: 8 },
            RootDirectory: { Path: '/x' }
          }
        ]
      })
    );
    expect(await gateway.fileSystems.accessPoint('fsap-1')).toEqual({
      value: {
        id: 'fsap-1',
        state: 'available',
        posixUser: { uid: 7, gid: 8 },
        path: '/x'
      }
    });
  });

  it('may be gone', async () => {
    const { gateway } = gatewayWith(() =>
      awsError('AccessPointNotFound', 'gone', 404)
    );
    expect(await gateway.fileSystems.accessPoint('fsap-1')).toEqual({
      value: null
    });
  });
});
