import { awsError } from '../../__tests__/server';
import type { IReceived } from '../../__tests__/server';
import { ARN, aws, contextOf, gatewayWith, inputs, operation } from './fakes';

const IMAGE = 'arn:aws:sagemaker:us-west-2:542918446943:image';

const space = {
  DomainId: 'd-1',
  SpaceName: 'my-space',
  SpaceArn: `${ARN}:space/d-1/my-space`,
  Status: 'InService',
  CreationTime: 1_750_000_000,
  SpaceDisplayName: 'My space',
  OwnershipSettings: { OwnerUserProfileName: 'ann' },
  SpaceSharingSettings: { SharingType: 'Private' },
  SpaceSettings: {
    AppType: 'JupyterLab',
    JupyterLabAppSettings: {
      DefaultResourceSpec: {
        InstanceType: 'ml.t3.medium',
        SageMakerImageArn: `${IMAGE}/sagemaker-distribution-cpu`
      },
      AppLifecycleManagement: { IdleSettings: { IdleTimeoutInMinutes: 90 } }
    },
    SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 20 } },
    CustomFileSystems: [
      { EFSFileSystem: { FileSystemId: 'fs-1' } },
      { S3FileSystem: { S3Uri: 's3://bucket/prefix' } }
    ]
  }
};
const domain = {
  DomainId: 'd-1',
  AuthMode: 'IAM',
  DefaultUserSettings: {
    ExecutionRole: 'arn:aws:iam::123456789012:role/Domain',
    JupyterLabAppSettings: {
      LifecycleConfigArns: [`${ARN}:studio-lifecycle-config/of-all`],
      CustomImages: [{ ImageName: 'mine', AppImageConfigName: 'config' }],
      AppLifecycleManagement: {
        IdleSettings: {
          LifecycleManagement: 'ENABLED',
          IdleTimeoutInMinutes: 120,
          MinIdleTimeoutInMinutes: 60,
          MaxIdleTimeoutInMinutes: 480
        }
      }
    },
    SpaceStorageSettings: {
      DefaultEbsStorageSettings: {
        DefaultEbsVolumeSizeInGb: 5,
        MaximumEbsVolumeSizeInGb: 50
      }
    },
    CustomFileSystemConfigs: [
      { EFSFileSystemConfig: { FileSystemId: 'fs-1' } }
    ],
    StudioWebPortalSettings: { HiddenInstanceTypes: ['ml.p3.2xlarge'] }
  }
};
const profile = {
  UserSettings: {
    ExecutionRole: 'arn:aws:iam::123456789012:role/Ann',
    JupyterLabAppSettings: {
      DefaultResourceSpec: {
        LifecycleConfigArn: `${ARN}:studio-lifecycle-config/of-ann`
      },
      LifecycleConfigArns: [`${ARN}:studio-lifecycle-config/of-ann`]
    },
    CustomFileSystemConfigs: [
      { EFSFileSystemConfig: { FileSystemId: 'fs-1' } },
      { FSxLustreFileSystemConfig: { FileSystemId: 'fs-2' } }
    ]
  }
};

const ANSWERS: Record<string, unknown> = {
  DescribeSpace: space,
  DescribeDomain: domain,
  DescribeUserProfile: profile
};

function answering(more: Record<string, unknown> = {}) {
  const answers: Record<string, unknown> = { ...ANSWERS, ...more };
  return (request: IReceived) => {
    const answer = answers[operation(request)];
    return answer instanceof Response
      ? answer.clone()
      : answer === undefined
        ? awsError('ResourceNotFound', `no ${operation(request)}`)
        : aws(answer);
  };
}

describe('spaces', () => {
  it('are listed with their apps, those of JupyterLab only', async () => {
    const { gateway, received } = gatewayWith(request => {
      if (operation(request) === 'ListApps') {
        return aws({
          Apps: [
            {
              SpaceName: 'my-space',
              AppName: 'default',
              AppType: 'JupyterLab',
              Status: 'InService',
              ResourceSpec: { InstanceType: 'ml.t3.medium' }
            },
            {
              SpaceName: 'old',
              AppName: 'default',
              AppType: 'JupyterLab',
              Status: 'Deleted'
            }
          ]
        });
      }
      const { NextToken } = JSON.parse(request.body) as { NextToken?: string };
      return NextToken
        ? aws({
            Spaces: [
              {
                SpaceName: 'old',
                Status: 'InService',
                SpaceSettingsSummary: {
                  AppType: 'JupyterLab',
                  SpaceStorageSettings: {
                    EbsStorageSettings: { EbsVolumeSizeInGb: 8 }
                  }
                }
              },
              {
                SpaceName: 'canvas',
                Status: 'InService',
                SpaceSettingsSummary: { AppType: 'Canvas' }
              }
            ]
          })
        : aws({
            NextToken: 'more',
            Spaces: [
              {
                SpaceName: 'my-space',
                Status: 'InService',
                SpaceSharingSettingsSummary: { SharingType: 'Private' },
                OwnershipSettingsSummary: { OwnerUserProfileName: 'ann' },
                SpaceSettingsSummary: { AppType: 'JupyterLab' }
              }
            ]
          });
    });
    const spaces = await gateway.spaces.list();
    expect(spaces).toMatchObject([
      {
        name: 'my-space',
        owner: 'ann',
        sharing: 'Private',
        app: { status: 'InService', spec: { instanceType: 'ml.t3.medium' } }
      },
      { name: 'old', volumeGb: 8, app: undefined }
    ]);
    expect(inputs(received, 'ListSpaces')).toEqual([
      { DomainIdEquals: 'd-1', MaxResults: 100 },
      { DomainIdEquals: 'd-1', MaxResults: 100, NextToken: 'more' }
    ]);
    expect(inputs(received, 'ListApps')[0].DomainIdEquals).toBe('d-1');
  });

  it('say what can be changed of them, and keep SageMaker’s own settings', async () => {
    const { gateway } = gatewayWith(answering());
    const found = await gateway.spaces.describe();
    expect(found).toMatchObject({
      displayName: 'My space',
      owner: 'ann',
      settings: {
        spec: {
          instanceType: 'ml.t3.medium',
          imageArn: `${IMAGE}/sagemaker-distribution-cpu`
        },
        volumeGb: 20,
        idleMinutes: 90,
        fileSystems: [
          { kind: 'efs', id: 'fs-1' },
          { kind: 's3', uri: 's3://bucket/prefix' }
        ]
      }
    });
    expect(found.raw).toEqual(space.SpaceSettings);
  });

  it.each([
    ['no app at all', awsError('ResourceNotFound', 'gone'), null],
    ['an app deleted a while ago', { Status: 'Deleted' }, null],
    [
      'a failed one',
      { SpaceName: 'my-space', Status: 'Failed', FailureReason: 'No capacity' },
      { status: 'Failed', failureReason: 'No capacity' }
    ]
  ])('have %s', async (_, answer, expected) => {
    const { gateway } = gatewayWith(answering({ DescribeApp: answer }));
    const app = await gateway.spaces.app();
    expect(app).toEqual(expected && expect.objectContaining(expected));
  });

  it('tell of a missing domain what to do', async () => {
    const { gateway } = gatewayWith(answering(), contextOf({ domainId: null }));
    await expect(gateway.spaces.list()).rejects.toMatchObject({
      code: 'DomainUnknown',
      message: expect.stringContaining('SAGEMAKER_DOMAIN_ID')
    });
  });
});

describe('the administrators’ rules', () => {
  it('are the profile’s before the domain’s', async () => {
    const { gateway, received } = gatewayWith(answering());
    const rules = await gateway.spaces.rules(await gateway.spaces.describe());
    expect(rules.value).toEqual({
      executionRole: 'arn:aws:iam::123456789012:role/Ann',
      idle: {
        isEnabled: true,
        defaultMinutes: 120,
        minMinutes: 60,
        maxMinutes: 480
      },
      volume: { defaultGb: 5, maximumGb: 50 },
      lifecycleConfigs: [
        {
          arn: `${ARN}:studio-lifecycle-config/of-ann`,
          name: 'of-ann',
          isDefault: true
        },
        {
          arn: `${ARN}:studio-lifecycle-config/of-all`,
          name: 'of-all',
          isDefault: false
        }
      ],
      fileSystems: [
        { kind: 'efs', id: 'fs-1' },
        { kind: 'fsx-lustre', id: 'fs-2' }
      ],
      hiddenInstanceTypes: ['ml.p3.2xlarge']
    });
    expect(inputs(received, 'DescribeUserProfile')).toEqual([
      { DomainId: 'd-1', UserProfileName: 'ann' }
    ]);
  });

  it('are not known where AWS refuses, and say so with the error', async () => {
    const denied = awsError(
      'AccessDeniedException',
      'User: x is not authorized to perform: sagemaker:DescribeDomain'
    );
    const { gateway } = gatewayWith(answering({ DescribeDomain: denied }));
    const found = await gateway.spaces.rules(await gateway.spaces.describe());
    expect(found).toMatchObject({
      value: null,
      reason: expect.stringContaining('not authorized'),
      error: {
        code: 'AccessDeniedException',
        operation: 'DescribeDomain',
        requestId: 'request-1'
      }
    });
  });
});

describe('images', () => {
  it('are AWS’s pair, beside those administrators attached', async () => {
    const { gateway } = gatewayWith(request => {
      const input = JSON.parse(request.body) as { ImageName?: string };
      switch (operation(request)) {
        case 'ListImages':
          return aws({
            Images: [
              {
                ImageName: 'mine',
                DisplayName: 'My image',
                ImageArn: `${ARN}:image/mine`
              },
              { ImageName: 'for-jobs', ImageArn: `${ARN}:image/for-jobs` }
            ]
          });
        case 'DescribeImageVersion':
          return aws({ Processor: 'GPU' });
        case 'ListImageVersions':
          return input.ImageName === 'mine'
            ? aws({
                ImageVersions: [
                  {
                    ImageVersionArn: `${ARN}:image-version/mine/2`,
                    Version: 2,
                    ImageVersionStatus: 'CREATED'
                  },
                  { Version: 1, ImageVersionStatus: 'CREATE_FAILED' }
                ]
              })
            : awsError('ResourceNotFound', 'AWS does not tell');
        default:
          return answering()(request);
      }
    });
    const images = await gateway.spaces.images();
    expect(images.value).toMatchObject([
      {
        arn: `${IMAGE}/sagemaker-distribution-cpu`,
        processor: 'cpu',
        versions: [],
        isCustom: false
      },
      { arn: `${IMAGE}/sagemaker-distribution-gpu`, processor: 'gpu' },
      {
        arn: `${ARN}:image/mine`,
        displayName: 'My image',
        processor: 'gpu',
        versions: [{ version: 2 }],
        isCustom: true
      }
    ]);
  });
});

describe('a new space', () => {
  it('is private and belongs to the person', async () => {
    const { gateway, received } = gatewayWith(
      answering({ CreateSpace: { SpaceArn: 'arn' } })
    );
    await gateway.spaces.create({
      name: 'second',
      spec: { instanceType: 'ml.m5.large' },
      volumeGb: 10
    });
    expect(inputs(received, 'CreateSpace')).toEqual([
      {
        DomainId: 'd-1',
        SpaceName: 'second',
        OwnershipSettings: { OwnerUserProfileName: 'ann' },
        SpaceSharingSettings: { SharingType: 'Private' },
        SpaceSettings: {
          AppType: 'JupyterLab',
          JupyterLabAppSettings: {
            DefaultResourceSpec: { InstanceType: 'ml.m5.large' }
          },
          SpaceStorageSettings: {
            EbsStorageSettings: { EbsVolumeSizeInGb: 10 }
          }
        }
      }
    ]);
  });
});

describe('opening a space', () => {
  it('signs its owner in, in domains with IAM', async () => {
    const { gateway, received } = gatewayWith(
      answering({ CreatePresignedDomainUrl: { AuthorizedUrl: 'https://x/y' } })
    );
    expect(await gateway.spaces.open('other')).toBe('https://x/y');
    expect(inputs(received, 'CreatePresignedDomainUrl')).toEqual([
      {
        DomainId: 'd-1',
        UserProfileName: 'ann',
        SpaceName: 'other',
        LandingUri: 'app:JupyterLab:'
      }
    ]);
  });

  it('leads to the space’s own address, in domains with Identity Center', async () => {
    const { gateway, received } = gatewayWith(
      answering({
        DescribeDomain: { ...domain, AuthMode: 'SSO' },
        DescribeSpace: { ...space, Url: 'https://d-1.studio/x?space=other' }
      })
    );
    expect(await gateway.spaces.open('other')).toBe(
      'https://d-1.studio/x?space=other&redirect=JupyterLab'
    );
    expect(inputs(received, 'CreatePresignedDomainUrl')).toHaveLength(0);
  });
});

describe('the log of a lifecycle script', () => {
  it('is read from the stream of the space', async () => {
    const { gateway, received } = gatewayWith(
      answering({
        GetLogEvents: { events: [{ message: 'one\n' }, { message: 'two' }] }
      })
    );
    expect(await gateway.spaces.lifecycleLog('my-space')).toBe('one\ntwo');
    expect(inputs(received, 'GetLogEvents')[0]).toMatchObject({
      logGroupName: '/aws/sagemaker/studio',
      logStreamName: 'd-1/my-space/JupyterLab/default/LifecycleConfigOnStart'
    });
  });

  it('is empty where none has run', async () => {
    const { gateway } = gatewayWith(
      answering({
        GetLogEvents: awsError('ResourceNotFoundException', 'no such stream')
      })
    );
    expect(await gateway.spaces.lifecycleLog('my-space')).toBe('');
  });
});
