import { awsError } from '../../__tests__/server';
import type { Answer } from '../../__tests__/server';
import type { INotebookJobSpec } from '../../tokens';
import { ARN, aws, contextOf, gatewayWith, operation } from './fakes';

/** What the specs read of a CreateTrainingJob request. */
interface ICreateInput extends Record<string, unknown> {
  AlgorithmSpecification: { TrainingImage: string };
  Environment: Record<string, string>;
  RoleArn: string;
  Tags: { Key: string; Value: string }[];
}

describe('submission', () => {
  const spec: INotebookJobSpec = {
    name: 'Myjob-mybook-0a1b2c3d-2025-06-15-12-00-00',
    displayName: 'My job (é)',
    notebookPath: 'RTC:work/my book.ipynb',
    kernelName: 'python3',
    instanceType: 'ml.m5.large',
    parameters: { rows: '10' },
    environment: { COLOUR: 'blue' },
    extraFiles: ['data/a.csv'],
    packageFolder: false,
    outputFormats: ['html'],
    maxRuntimeSeconds: 3600,
    maxRetryAttempts: 1,
    networkIsolation: false
  };
  const studio: Answer = request => {
    switch (operation(request)) {
      case 'DescribeSpace':
        return aws({
          SpaceArn: `${ARN}:space/d-1/my-space`,
          OwnershipSettings: { OwnerUserProfileName: 'ada' }
        });
      case 'DescribeUserProfile':
        return aws({
          UserProfileArn: `${ARN}:user-profile/d-1/ada`,
          UserSettings: { ExecutionRole: 'arn:aws:iam::210987654321:role/Ada' }
        });
      case 'DescribeDomain':
        return aws({
          DefaultUserSettings: {
            ExecutionRole: 'arn:aws:iam::210987654321:role/All',
            JupyterLabAppSettings: {
              CustomImages: [
                { ImageName: 'mine', AppImageConfigName: 'mine-config' }
              ]
            }
          }
        });
      case 'DescribeApp':
        return aws({
          ResourceSpec: {
            SageMakerImageVersionArn: `${ARN}:image-version/mine/7`
          }
        });
      case 'DescribeImageVersion':
        return aws({ BaseImage: '1.dkr.ecr/mine:7' });
      case 'DescribeAppImageConfig':
        return aws({
          JupyterLabAppImageConfig: {
            FileSystemConfig: { MountPath: '/home/me', DefaultUid: 1001 }
          }
        });
      case 'DescribeStudioLifecycleConfig':
        return aws({
          StudioLifecycleConfigContent:
            // `echo „é“` and a new line, in UTF-8.
            'ZWNobyDigJ7DqeKAnAo='
        });
      case 'ListTags':
        return request.body.includes(':space/')
          ? aws({
              Tags: [
                { Key: 'cost', Value: 'space' },
                { Key: 'aws:internal', Value: 'x' }
              ]
            })
          : aws({
              Tags: [
                { Key: 'cost', Value: 'profile' },
                { Key: 'team', Value: 'red' }
              ]
            });
      default:
        return awsError('UnknownOperationException', operation(request));
    }
  };
  const submit = async (
    more: Partial<INotebookJobSpec> = {},
    context = contextOf()
  ) => {
    const { gateway, received } = gatewayWith(studio, context);
    const request = await gateway.jobs.submission({ ...spec, ...more });
    const { then, ...stage } = request.spec as {
      then: { service: string; operation: string; input: ICreateInput };
    } & Record<string, unknown>;
    return { request, stage, then, input: then.input, received };
  };

  it('stages the files and creates the training job of AWS’s scheduler', async () => {
    const { request, stage, then } = await submit();
    expect(request).toMatchObject({
      kind: 'stage',
      clientToken: spec.name,
      title: 'My job (é)'
    });
    expect(stage).toEqual({
      bucket: 'sagemaker-automated-execution-123456789012-us-west-2',
      prefix: `${spec.name}/input/`,
      createBucket: true,
      files: [{ path: 'RTC:work/my book.ipynb' }, { path: 'data/a.csv' }]
    });
    const { SM_OUTPUT_NOTEBOOK_NAME, ...environment } = then.input.Environment;
    expect(SM_OUTPUT_NOTEBOOK_NAME).toMatch(
      /^Myjob-mybook-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-\.ipynb$/
    );
    expect(then).toMatchObject({
      service: 'sagemaker',
      operation: 'CreateTrainingJob'
    });
    expect({ ...then.input, Environment: environment }).toEqual({
      TrainingJobName: spec.name,
      AlgorithmSpecification: {
        TrainingImage:
          '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
        TrainingInputMode: 'File',
        ContainerEntrypoint: ['amazon_sagemaker_scheduler']
      },
      Environment: {
        SM_JOB_DEF_VERSION: '1.0',
        SM_FIRST_PARTY_IMAGEOWNER: 'jupyterlab',
        SM_FIRST_PARTY_IMAGE_ARN:
          '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
        SM_KERNEL_NAME: 'python3',
        SM_SKIP_EFS_SIMULATION: '',
        SM_EFS_MOUNT_PATH: '/home/sagemaker-user',
        SM_EFS_MOUNT_UID: '1000',
        SM_EFS_MOUNT_GID: '100',
        SM_INPUT_NOTEBOOK_NAME: 'my book.ipynb',
        AWS_DEFAULT_REGION: 'us-west-2',
        SM_ENV_NAME: 'sagemaker-default-env',
        SM_OUTPUT_FORMATS: 'ipynb,html',
        SM_EXECUTION_INPUT_PATH:
          '/opt/ml/input/data/sagemaker_headless_execution_jupyterlab',
        COLOUR: 'blue'
      },
      HyperParameters: { rows: '10' },
      InputDataConfig: [
        {
          ChannelName: 'sagemaker_headless_execution_jupyterlab',
          DataSource: {
            S3DataSource: {
              S3DataType: 'S3Prefix',
              S3Uri: `s3://sagemaker-automated-execution-123456789012-us-west-2/${spec.name}/input`,
              S3DataDistributionType: 'FullyReplicated'
            }
          }
        }
      ],
      OutputDataConfig: {
        S3OutputPath:
          's3://sagemaker-automated-execution-123456789012-us-west-2/'
      },
      ResourceConfig: {
        InstanceCount: 1,
        InstanceType: 'ml.m5.large',
        VolumeSizeInGB: 30
      },
      RetryStrategy: { MaximumRetryAttempts: 1 },
      RoleArn: 'arn:aws:iam::123456789012:role/StudioRole',
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      EnableInterContainerTrafficEncryption: true,
      EnableNetworkIsolation: false,
      Tags: [
        { Key: 'sagemaker:name', Value: 'My job _é_' },
        { Key: 'sagemaker:notebook-name', Value: 'my book.ipynb' },
        { Key: 'sagemaker:is-scheduling-notebook-job', Value: 'true' },
        { Key: 'sagemaker:is-studio-archived', Value: 'false' },
        { Key: 'sagemaker:headless-execution-version', Value: 'false' },
        {
          Key: 'jupyterlab-sagemaker-studio:notebook-path',
          Value: 'RTC:work/my book.ipynb'
        },
        { Key: 'sagemaker:shared-space-name', Value: 'my-space' },
        { Key: 'sagemaker:user-profile-name', Value: 'ada' },
        { Key: 'cost', Value: 'space' },
        { Key: 'team', Value: 'red' }
      ]
    });
  });

  it('takes the notebook’s folder along', async () => {
    const { stage, input } = await submit({ packageFolder: true });
    expect(stage.folder).toEqual({
      path: 'RTC:work',
      exclude: ['RTC:work/my book.ipynb']
    });
    expect(input.Environment.SM_PACKAGE_INPUT_FOLDER).toBe('True');
  });

  it('leaves out what is empty', async () => {
    const { input } = await submit({ parameters: {}, maxRetryAttempts: 0 });
    expect(input).not.toHaveProperty('HyperParameters');
    expect(input).not.toHaveProperty('RetryStrategy');
  });

  it('tags with the profile where the app belongs to one', async () => {
    const { input, received } = await submit(
      {},
      contextOf({ userProfileName: 'ada' })
    );
    expect(input.Tags.slice(6)).toEqual([
      { Key: 'sagemaker:user-profile-name', Value: 'ada' },
      { Key: 'cost', Value: 'profile' },
      { Key: 'team', Value: 'red' }
    ]);
    expect(received.map(operation)).not.toContain('DescribeSpace');
  });

  it('adds the domain itself outside of Studio', async () => {
    const { input } = await submit(
      {},
      contextOf({ spaceName: null }, 'account')
    );
    expect(input.Tags.slice(6)).toEqual([
      { Key: 'sagemaker:domain-name', Value: 'd-1' }
    ]);
  });

  it.each([
    [
      { userProfileName: 'ada' },
      [{ Key: 'sagemaker:user-profile-name', Value: 'ada' }]
    ],
    [
      { userProfileName: null },
      [
        { Key: 'sagemaker:shared-space-name', Value: 'my-space' },
        { Key: 'sagemaker:user-profile-name', Value: 'ada' }
      ]
    ]
  ])(
    'is of the domain, space and profile set for a laptop: %o',
    async (more, owner) => {
      // What an app knows of itself, and cannot be set, is not needed.
      const fields = { appName: null, appType: null, accountId: null, ...more };
      const { input, stage } = await submit({}, contextOf(fields, 'account'));
      expect(input.Tags.slice(6)).toEqual(
        expect.arrayContaining([
          ...owner,
          { Key: 'sagemaker:domain-name', Value: 'd-1' }
        ])
      );
      expect(input.RoleArn).toBe('arn:aws:iam::123456789012:role/StudioRole');
      expect(stage.bucket).toBe(
        'sagemaker-automated-execution-123456789012-us-west-2'
      );
    }
  );

  it('asks AWS for role, account and image the server does not know', async () => {
    const { input, stage } = await submit(
      {},
      contextOf({ executionRoleArn: null, imageUri: null, accountId: null })
    );
    expect(input.RoleArn).toBe('arn:aws:iam::210987654321:role/Ada');
    expect(stage.bucket).toBe(
      'sagemaker-automated-execution-210987654321-us-west-2'
    );
    expect(input.AlgorithmSpecification.TrainingImage).toBe('1.dkr.ecr/mine:7');
  });

  it('carries out every option', async () => {
    const { stage, input } = await submit({
      options: {
        imageUri: '1.dkr.ecr/mine:8',
        imageArn: `${ARN}:image-version/mine/8`,
        roleArn: 'arn:aws:iam::123456789012:role/Jobs',
        inputUri: 's3://in/deep/',
        outputUri: 's3://out/results',
        outputKmsKeyId: 'alias/out',
        volumeKmsKeyId: 'alias/volume',
        subnets: ['subnet-1', 'subnet-2'],
        securityGroupIds: ['sg-1'],
        volumeSizeInGB: 200,
        spot: { maxWaitSeconds: 7200 },
        startupScriptArn: `${ARN}:studio-lifecycle-config/prepare`,
        initScriptPath: 'scripts/init.sh',
        tags: { cost: 'mine', project: 'x' }
      }
    });
    expect(stage).toEqual({
      bucket: 'in',
      prefix: `deep/${spec.name}/input/`,
      createBucket: false,
      files: [
        { path: 'RTC:work/my book.ipynb' },
        { path: 'data/a.csv' },
        { path: 'scripts/init.sh' },
        { name: 'lcc-init-script.sh', content: 'echo „é“\n' }
      ]
    });
    expect(input).toMatchObject({
      AlgorithmSpecification: { TrainingImage: '1.dkr.ecr/mine:8' },
      Environment: {
        SM_FIRST_PARTY_IMAGEOWNER: 'Customer Owned',
        SM_FIRST_PARTY_IMAGE_ARN: `${ARN}:image-version/mine/8`,
        SM_EFS_MOUNT_PATH: '/home/me',
        SM_EFS_MOUNT_UID: '1001',
        SM_EFS_MOUNT_GID: '100',
        SM_INIT_SCRIPT: 'init.sh',
        SM_LCC_INIT_SCRIPT: 'lcc-init-script.sh',
        SM_LCC_INIT_SCRIPT_ARN: `${ARN}:studio-lifecycle-config/prepare`
      },
      InputDataConfig: [
        {
          DataSource: {
            S3DataSource: { S3Uri: `s3://in/deep/${spec.name}/input` }
          }
        }
      ],
      OutputDataConfig: {
        S3OutputPath: 's3://out/results',
        KmsKeyId: 'alias/out'
      },
      ResourceConfig: { VolumeSizeInGB: 200, VolumeKmsKeyId: 'alias/volume' },
      VpcConfig: {
        SecurityGroupIds: ['sg-1'],
        Subnets: ['subnet-1', 'subnet-2']
      },
      EnableManagedSpotTraining: true,
      StoppingCondition: {
        MaxRuntimeInSeconds: 3600,
        MaxWaitTimeInSeconds: 7200
      },
      RoleArn: 'arn:aws:iam::123456789012:role/Jobs'
    });
    const tags = Object.fromEntries(
      input.Tags.map(({ Key, Value }) => [Key, Value])
    );
    // What a person says goes before what the space and its owner carry.
    expect(tags).toMatchObject({ cost: 'mine', project: 'x', team: 'red' });
    expect(tags['sagemaker:shared-space-name']).toBe('my-space');
  });

  it('runs the input of an earlier job again', async () => {
    const { stage, input, received } = await submit({
      notebookPath: 'my book.ipynb',
      packageFolder: true,
      options: {
        snapshotUri: 's3://old/earlier/input/',
        startupScriptArn: `${ARN}:studio-lifecycle-config/prepare`
      }
    });
    expect(stage).toMatchObject({ createBucket: false, files: [] });
    expect(stage).not.toHaveProperty('folder');
    expect(input).toMatchObject({
      InputDataConfig: [
        { DataSource: { S3DataSource: { S3Uri: 's3://old/earlier/input' } } }
      ],
      Environment: { SM_LCC_INIT_SCRIPT: 'lcc-init-script.sh' }
    });
    expect(received.map(operation)).not.toContain(
      'DescribeStudioLifecycleConfig'
    );
  });

  it.each([
    [
      { imageUri: null, spaceName: null },
      'ImageUnknown',
      /SAGEMAKER_INTERNAL_IMAGE_URI/
    ],
    [
      { executionRoleArn: null, domainId: null },
      'RoleUnknown',
      /^executionRoleArn is not set\. A notebook job .* SAGEMAKER_ROLE_ARN/
    ]
  ])('says what to do without %o', async (fields, code, message) => {
    await expect(submit({}, contextOf(fields))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message)
    });
  });

  it.each([
    [{ name: '-x' }, 'InvalidName'],
    [{ name: 'x'.repeat(64) }, 'InvalidName'],
    [{ environment: { SM_KERNEL_NAME: 'x' } }, 'ReservedVariable']
  ])('refuses %o', async (more, code) => {
    await expect(submit(more)).rejects.toMatchObject({ code });
  });
});
