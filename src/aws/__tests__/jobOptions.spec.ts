import type { Answer } from '../../__tests__/server';
import { awsError } from '../../__tests__/server';
import { ARN, aws, contextOf, gatewayWith, inputs, operation } from './fakes';

const xml = (text: string, status = 200) =>
  new Response(text, { status, headers: { 'content-type': 'text/xml' } });
const failure = (code: string, status = 400) =>
  new Response(
    `<Response><Error><Code>${code}</Code><Message>no</Message></Error></Response>`,
    { status, headers: { 'content-type': 'text/xml' } }
  );
const policy = (...services: string[]) =>
  encodeURIComponent(
    JSON.stringify({
      Statement: [
        { Effect: 'Deny', Principal: '*' },
        { Effect: 'Allow', Principal: { Service: services } }
      ]
    })
  );

const studio: Answer = request => {
  const { body, path } = request;
  const action = new URLSearchParams(body).get('Action');
  switch (action ?? operation(request)) {
    case 'DescribeSpace':
      return aws({
        SpaceName: 'my-space',
        OwnershipSettings: { OwnerUserProfileName: 'ada' },
        SpaceSettings: {
          JupyterLabAppSettings: {
            DefaultResourceSpec: {
              LifecycleConfigArn: `${ARN}:studio-lifecycle-config/here`
            }
          }
        }
      });
    case 'DescribeUserProfile':
      return aws({
        UserProfileName: 'ada',
        UserSettings: {
          ExecutionRole: 'arn:aws:iam::123456789012:role/Ada',
          SecurityGroups: ['sg-ada'],
          SharingSettings: { S3OutputPath: 's3://ada/shared' },
          JupyterLabAppSettings: {
            LifecycleConfigArns: [`${ARN}:studio-lifecycle-config/own`]
          }
        }
      });
    case 'DescribeDomain':
      return aws({
        VpcId: 'vpc-1',
        SubnetIds: ['subnet-1'],
        AppNetworkAccessType: 'VpcOnly',
        DomainId: 'd-1',
        KmsKeyId: 'key-domain',
        DefaultUserSettings: {
          SharingSettings: {
            S3OutputPath: 's3://all/shared',
            S3KmsKeyId: 'key-shared'
          },
          SecurityGroups: ['sg-all', 'sg-ada'],
          JupyterLabAppSettings: {
            LifecycleConfigArns: [`${ARN}:studio-lifecycle-config/all`],
            CustomImages: [
              { ImageName: 'mine', AppImageConfigName: 'mine-config' }
            ]
          }
        }
      });
    case 'ListImageVersions':
      return aws({
        ImageVersions: [
          {
            Version: 2,
            ImageVersionStatus: 'CREATED',
            ImageVersionArn: `${ARN}:image-version/mine/2`
          },
          { Version: 1, ImageVersionStatus: 'CREATE_FAILED' }
        ]
      });
    case 'DescribeImageVersion':
      return aws({ BaseImage: '1.dkr.ecr/mine:2' });
    case 'DescribeAppImageConfig':
      return aws({
        JupyterLabAppImageConfig: {
          FileSystemConfig: { DefaultUid: 0 },
          ContainerConfig: { ContainerEnvironmentVariables: { STAGE: 'test' } }
        },
        KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'py' }] }
      });
    case 'ListRoles':
      return xml(
        `<ListRolesResponse><ListRolesResult><IsTruncated>false</IsTruncated><Roles>
        <member><Arn>arn:r1</Arn><RoleName>Jobs</RoleName><AssumeRolePolicyDocument>${policy('sagemaker.amazonaws.com')}</AssumeRolePolicyDocument></member>
        <member><Arn>arn:r2</Arn><RoleName>Other</RoleName><AssumeRolePolicyDocument>${policy('ec2.amazonaws.com')}</AssumeRolePolicyDocument></member>
        </Roles></ListRolesResult></ListRolesResponse>`
      );
    case 'GetRole':
      return body.includes('RoleName=Gone')
        ? failure('NoSuchEntity', 404)
        : xml(
            `<GetRoleResponse><GetRoleResult><Role><AssumeRolePolicyDocument>${policy('sagemaker.amazonaws.com', 'scheduler.amazonaws.com')}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`
          );
    case 'ListAliases':
      return aws({
        Aliases: [
          { AliasName: 'alias/aws/s3', TargetKeyId: 'k0' },
          { AliasName: 'alias/mine', TargetKeyId: 'k1' }
        ]
      });
    case 'DescribeKey':
      return body.includes('gone')
        ? awsError('NotFoundException', 'no')
        : aws({
            KeyMetadata: {
              KeyState: 'Enabled',
              KeyUsage: 'ENCRYPT_DECRYPT',
              KeySpec: 'SYMMETRIC_DEFAULT'
            }
          });
    case 'ListSecrets':
      return aws({ SecretList: [{ ARN: 'arn:secret', Name: 'db' }] });
    case 'DescribeImages':
      return body.includes('"gone"')
        ? awsError('ImageNotFoundException', 'no')
        : aws({ imageDetails: [{}] });
    case 'DescribeSubnets':
      return xml(
        `<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><availabilityZone>us-west-2a</availabilityZone><mapPublicIpOnLaunch>true</mapPublicIpOnLaunch><tagSet><item><key>Name</key><value>jobs</value></item></tagSet></item></subnetSet></DescribeSubnetsResponse>`
      );
    case 'ListServiceQuotas':
      return aws({
        Quotas: [
          { QuotaName: 'ml.m5.large for training job usage', Value: 4 },
          { QuotaName: 'ml.m5.large for spot training job usage', Value: 0 }
        ]
      });
    case 'ListAWSDefaultServiceQuotas':
      return aws({ Quotas: [] });
    default:
      // Of another account, which lets everybody read where it is, and one that does not.
      if (/(theirs|closed)\?/.test(path)) {
        const owner = request.headers.get('x-amz-expected-bucket-owner');
        return owner === '123456789012' || /closed/.test(path)
          ? failure('AccessDenied', 403)
          : xml('<LocationConstraint>us-west-2</LocationConstraint>');
      }
      if (/denied\?/.test(path)) {
        return xml(
          '<Error><Code>AccessDenied</Code><Message>User: arn:aws:sts::1:x is not authorized to perform: s3:GetBucketLocation on resource: "arn:aws:s3:::denied" because no identity-based policy allows the s3:GetBucketLocation action</Message></Error>',
          403
        );
      }
      if (/gone\?/.test(path)) {
        return failure('NoSuchBucket', 404);
      }
      if (/\?location/.test(path)) {
        return xml('<LocationConstraint>EU</LocationConstraint>');
      }
      if (/\?encryption/.test(path)) {
        return xml(
          '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'
        );
      }
      return awsError('UnknownOperationException', operation(request));
  }
};

describe('options of jobs', () => {
  const api = (fields: Record<string, string | null> = {}) =>
    gatewayWith(studio, contextOf(fields)).gateway.jobOptions;

  it('are what the surroundings give, with who set it', async () => {
    const mine = { level: 'profile', name: 'ada' };
    const all = { level: 'domain', name: 'd-1' };
    expect(await api({ executionRoleArn: null }).surroundings()).toEqual({
      region: 'us-west-2',
      role: {
        value: {
          value: 'arn:aws:iam::123456789012:role/Ada',
          source: mine
        }
      },
      image: {
        value: {
          value:
            '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
          source: { level: 'app', name: '' }
        }
      },
      bucket: {
        value: 'sagemaker-automated-execution-123456789012-us-west-2'
      },
      network: {
        value: {
          vpcId: 'vpc-1',
          subnets: ['subnet-1'],
          securityGroupIds: ['sg-all', 'sg-ada'],
          isVpcOnly: true
        }
      },
      startupScripts: {
        value: [
          {
            arn: `${ARN}:studio-lifecycle-config/here`,
            name: 'here',
            source: { level: 'space', name: 'my-space' }
          },
          {
            arn: `${ARN}:studio-lifecycle-config/own`,
            name: 'own',
            source: mine
          },
          {
            arn: `${ARN}:studio-lifecycle-config/all`,
            name: 'all',
            source: all
          }
        ]
      },
      sharing: {
        value: {
          places: [
            { value: 's3://ada/shared', source: mine },
            { value: 's3://all/shared', source: all }
          ],
          keys: [{ value: 'key-shared', source: all }]
        }
      },
      domainKey: { value: { value: 'key-domain', source: all } }
    });
  });

  it('are those of the domain for shared spaces, whose profiles do not count', async () => {
    const shared: Answer = (request, count) => {
      switch (operation(request)) {
        case 'DescribeSpace':
          return aws({
            SpaceName: 'team',
            OwnershipSettings: { OwnerUserProfileName: 'ada' },
            SpaceSharingSettings: { SharingType: 'Shared' }
          });
        case 'DescribeDomain':
          return aws({
            VpcId: 'vpc-1',
            DefaultUserSettings: {
              ExecutionRole: 'arn:aws:iam::123456789012:role/Users',
              SecurityGroups: ['sg-users']
            },
            DefaultSpaceSettings: {
              ExecutionRole: 'arn:aws:iam::123456789012:role/Spaces'
            }
          });
        default:
          return request.body.includes('DescribeSecurityGroups')
            ? xml(
                '<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-other</groupId><groupName>other</groupName></item><item><groupId>sg-vpc</groupId><groupName>default</groupName></item></securityGroupInfo></DescribeSecurityGroupsResponse>'
              )
            : studio(request, count);
      }
    };
    const context = contextOf({ executionRoleArn: null });
    const { gateway } = gatewayWith(shared, context);
    const found = await gateway.jobOptions.surroundings();
    expect(found.role).toEqual({
      value: {
        value: 'arn:aws:iam::123456789012:role/Spaces',
        source: { level: 'domain', name: 'd-1' }
      }
    });
    // Nobody named a group, so it is the one the VPC has by itself.
    expect(found.network).toMatchObject({
      value: { securityGroupIds: ['sg-vpc'] }
    });
  });

  it('have the image the space begins with while its app does not run', async () => {
    const stopped: Answer = (request, count) => {
      switch (operation(request)) {
        case 'DescribeApp':
          return awsError('ResourceNotFound', 'no app');
        case 'DescribeSpace':
          return aws({
            SpaceName: 'my-space',
            OwnershipSettings: { OwnerUserProfileName: 'ada' },
            SpaceSettings: {
              JupyterLabAppSettings: {
                DefaultResourceSpec: {
                  SageMakerImageArn: `${ARN}:image/mine`,
                  SageMakerImageVersionAlias: '1.2'
                }
              }
            }
          });
        default:
          return studio(request, count);
      }
    };
    const { gateway, received } = gatewayWith(
      stopped,
      contextOf({ imageUri: null, appName: null }, 'account')
    );
    expect((await gateway.jobOptions.surroundings()).image).toEqual({
      value: {
        value: '1.dkr.ecr/mine:2',
        source: { level: 'space', name: 'my-space' },
        variables: { STAGE: 'test' }
      }
    });
    expect(inputs(received, 'DescribeImageVersion')).toEqual([
      { ImageName: 'mine', Alias: '1.2' }
    ]);
  });

  it('say what is not known, one by one', async () => {
    const found = await api({ domainId: null }).surroundings();
    expect(found.role).toEqual({
      value: {
        value: 'arn:aws:iam::123456789012:role/StudioRole',
        source: { level: 'app', name: '' }
      }
    });
    expect(found.network).toMatchObject({
      value: null,
      reason: expect.stringContaining('SAGEMAKER_DOMAIN_ID')
    });
  });

  it('are chosen from what there is', async () => {
    const options = api();
    expect(await options.images()).toEqual({
      value: [
        {
          uri: '1.dkr.ecr/mine:2',
          arn: `${ARN}:image-version/mine/2`,
          name: 'mine 2'
        }
      ]
    });
    expect(await options.roles()).toEqual({
      value: [{ id: 'arn:r1', name: 'Jobs' }]
    });
    expect(await options.keys()).toEqual({
      value: [{ id: 'alias/mine', name: 'k1' }]
    });
    expect(await options.secrets()).toEqual({
      value: [{ id: 'arn:secret', name: 'db' }]
    });
    expect(await options.subnets('vpc-1')).toEqual({
      value: [
        {
          id: 'subnet-1',
          name: 'jobs · us-west-2a',
          vpcId: 'vpc-1',
          isPublic: true
        }
      ]
    });
  });

  it('are looked at before a job is submitted', async () => {
    const options = api();
    expect(await options.role('arn:aws:iam::1:role/path/Jobs')).toEqual({
      value: {
        trusted: ['sagemaker.amazonaws.com', 'scheduler.amazonaws.com']
      }
    });
    expect(await options.role('arn:aws:iam::1:role/Gone')).toEqual({
      value: 'missing'
    });
    expect(await options.bucket('mine')).toEqual({
      value: {
        region: 'eu-west-1',
        isForeign: false,
        encryption: { value: 'aws:kms' }
      }
    });
    expect(await options.bucket('gone')).toEqual({ value: 'missing' });
    expect(await options.key('alias/mine')).toMatchObject({
      value: { state: 'Enabled' }
    });
    expect(await options.key('alias/gone')).toEqual({ value: 'missing' });
    expect(await options.imageFacts(`${ARN}:image-version/mine/2`)).toEqual({
      value: { uid: 0, gid: 100, kernels: ['py'] }
    });
    expect(await options.imageFacts(`${ARN}:image/other`)).toEqual({
      value: 'missing'
    });
    const image = '123456789012.dkr.ecr.us-west-2.amazonaws.com/mine';
    expect(await options.imageExists(`${image}:1`)).toEqual({ value: true });
    expect(await options.imageExists(`${image}:gone`)).toEqual({
      value: false
    });
    expect(await options.quota('ml.m5.large', false)).toEqual({ value: 4 });
    expect(await options.quota('ml.m5.large', true)).toEqual({ value: 0 });
    expect(await options.quota('ml.new.large', false)).toEqual({
      value: 'missing'
    });
  });

  it('are looked at with whose bucket it is', async () => {
    const options = api();
    expect(await options.bucket('theirs')).toMatchObject({
      value: { region: 'us-west-2', isForeign: true }
    });
    expect(await options.bucket('closed')).toEqual({ value: 'closed' });
    // S3 tells its own people what is missing: then it is no stranger's bucket.
    expect(await options.bucket('denied')).toMatchObject({
      value: null,
      error: { code: 'AccessDenied' }
    });
    // Without an account of one's own nobody can say.
    const nobody = { accountId: null, executionRoleArn: null, domainId: null };
    expect(await api(nobody).bucket('theirs')).toMatchObject({
      value: { isForeign: false }
    });
  });
});
