import type { Answer } from '../../__tests__/server';
import { awsError } from '../../__tests__/server';
import { ARN, aws, contextOf, gatewayWith, operation } from './fakes';

const xml = (text: string) =>
  new Response(text, { status: 200, headers: { 'content-type': 'text/xml' } });
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
      return aws({ OwnershipSettings: { OwnerUserProfileName: 'ada' } });
    case 'DescribeUserProfile':
      return aws({
        UserProfileName: 'ada',
        UserSettings: {
          ExecutionRole: 'arn:aws:iam::123456789012:role/Ada',
          SecurityGroups: ['sg-ada'],
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
        DefaultUserSettings: {
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
        JupyterLabAppImageConfig: { FileSystemConfig: { DefaultUid: 0 } },
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
    expect(await api({ executionRoleArn: null }).surroundings()).toEqual({
      region: 'us-west-2',
      role: {
        value: 'arn:aws:iam::123456789012:role/Ada',
        source: 'user profile ada'
      },
      image: {
        value:
          '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu'
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
          { arn: `${ARN}:studio-lifecycle-config/own`, name: 'own' },
          { arn: `${ARN}:studio-lifecycle-config/all`, name: 'all' }
        ]
      }
    });
  });

  it('say what is not known, one by one', async () => {
    const found = await api({ domainId: null }).surroundings();
    expect(found.role).toMatchObject({
      value: 'arn:aws:iam::123456789012:role/StudioRole'
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
      value: { region: 'eu-west-1', encryption: { value: 'aws:kms' } }
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
});
