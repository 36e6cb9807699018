import { awsError, fakeServer, json, page } from '../../__tests__/server';
import type { Answer, IReceived } from '../../__tests__/server';
import type {
  IContext,
  INotebookJob,
  INotebookJobSpec,
  ISageMakerGateway,
  IStudioContext
} from '../../tokens';
import { createGateway } from '../index';
import { GatewayRetryStrategy } from '../retry';

const ARN = 'arn:aws:sagemaker:us-west-2:123456789012';

/** What the context says in a private JupyterLab space; null for what isn't known. */
function contextOf(
  fields: Record<string, string | null> = {},
  mode = 'studio'
): IStudioContext {
  const known: Record<string, string | null> = {
    region: 'us-west-2',
    accountId: '123456789012',
    domainId: 'd-1',
    spaceName: 'my-space',
    appType: 'JupyterLab',
    appName: 'default',
    userProfileName: null,
    executionRoleArn: 'arn:aws:iam::123456789012:role/StudioRole',
    imageUri:
      '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu',
    imageArn: null,
    ...fields
  };
  const value = {
    mode,
    fields: Object.fromEntries(
      Object.entries(known).map(([name, value]) => [
        name,
        value
          ? { value, source: 'test' }
          : { value: null, reason: `${name} is not set.` }
      ])
    )
  } as unknown as IContext;
  return { get: async () => value } as unknown as IStudioContext;
}

/** A gateway whose server answers by operation, e.g. `SageMaker.Search`. */
function gatewayWith(
  answer: Answer,
  context = contextOf()
): { gateway: ISageMakerGateway; received: IReceived[] } {
  const { settings, received } = fakeServer(answer);
  return {
    gateway: createGateway(settings, context, new GatewayRetryStrategy(0)),
    received
  };
}

const operation = ({ headers }: IReceived) =>
  headers.get('x-amz-target')?.split('.')[1] ?? '';
const inputs = (received: IReceived[], name: string) =>
  received
    .filter(request => operation(request) === name)
    .map(({ body }) => JSON.parse(body));
const aws = (data: unknown) =>
  json(data, 200, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'request-1'
  });

const trainingJob = {
  TrainingJobName: 'a-b-1',
  TrainingJobArn: `${ARN}:training-job/a-b-1`,
  TrainingJobStatus: 'InProgress',
  SecondaryStatus: 'Training',
  CreationTime: 1_750_000_000.5,
  HyperParameters: { rows: '10' },
  AlgorithmSpecification: {
    TrainingImage: 'image:1',
    TrainingInputMode: 'File'
  },
  ResourceConfig: {
    InstanceType: 'ml.m5.large',
    InstanceCount: 1,
    VolumeSizeInGB: 30
  },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  RetryStrategy: { MaximumRetryAttempts: 2 },
  OutputDataConfig: { S3OutputPath: 's3://bucket/' },
  InputDataConfig: [
    {
      ChannelName: 'sagemaker_headless_execution_jupyterlab',
      DataSource: {
        S3DataSource: {
          S3DataType: 'S3Prefix',
          S3Uri: 's3://bucket/a-b-1/input'
        }
      }
    }
  ],
  SecondaryStatusTransitions: [
    {
      Status: 'Starting',
      StartTime: 1_750_000_000,
      EndTime: 1_750_000_090,
      StatusMessage: 'Launching'
    }
  ],
  Environment: {
    SM_KERNEL_NAME: 'python3',
    SM_INPUT_NOTEBOOK_NAME: 'my book.ipynb',
    SM_OUTPUT_NOTEBOOK_NAME: 'a-b-2025-06-15T15:06:40.123Z-.ipynb',
    SM_OUTPUT_FORMATS: 'ipynb,html',
    COLOUR: 'blue'
  }
};
const tags = [
  { Key: 'sagemaker:name', Value: 'A job' },
  { Key: 'sagemaker:notebook-name', Value: 'my book.ipynb' }
];

describe('list', () => {
  it('searches as AWS’s scheduler does and reads what it finds', async () => {
    const { gateway, received } = gatewayWith(() =>
      aws({
        Results: [{ TrainingJob: { ...trainingJob, Tags: tags } }],
        NextToken: 'more'
      })
    );
    const page = await gateway.jobs.list({ pageSize: 500, nextToken: 'here' });
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: 'aws/sagemaker/'
    });
    expect(JSON.parse(received[0].body)).toEqual({
      Resource: 'TrainingJob',
      MaxResults: 100,
      NextToken: 'here',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      SearchExpression: {
        Filters: [
          {
            Name: 'Tags.sagemaker:is-studio-archived',
            Operator: 'Equals',
            Value: 'false'
          }
        ],
        SubExpressions: [
          {
            Filters: [
              {
                Name: 'Tags.sagemaker:is-scheduling-notebook-job',
                Operator: 'Equals',
                Value: 'true'
              },
              {
                Name: 'Tags.sagemaker:notebook-job-origin',
                Operator: 'Equals',
                Value: 'PIPELINE_STEP'
              }
            ],
            Operator: 'Or'
          },
          {
            Filters: [
              {
                Name: 'Tags.sagemaker:domain-arn',
                Operator: 'Contains',
                Value: 'd-1'
              },
              {
                Name: 'Tags.sagemaker:domain-name',
                Operator: 'Equals',
                Value: 'd-1'
              }
            ],
            Operator: 'Or'
          },
          {
            SubExpressions: [
              {
                Filters: [
                  {
                    Name: 'Tags.sagemaker:user-profile-name',
                    Operator: 'NotExists'
                  },
                  {
                    Name: 'Tags.sagemaker:shared-space-name',
                    Operator: 'NotExists'
                  }
                ]
              },
              {
                Filters: [
                  {
                    Name: 'Tags.sagemaker:shared-space-name',
                    Operator: 'Equals',
                    Value: 'my-space'
                  }
                ]
              }
            ],
            Operator: 'Or'
          }
        ]
      }
    });
    expect(page.nextToken).toBe('more');
    expect(page.jobs[0]).toMatchObject({
      name: 'a-b-1',
      displayName: 'A job',
      notebookName: 'my book.ipynb',
      status: 'InProgress',
      secondaryStatus: 'Training',
      createdAt: new Date(1_750_000_000_500),
      transitions: [{ status: 'Starting', message: 'Launching' }],
      instanceType: 'ml.m5.large',
      kernelName: 'python3',
      parameters: { rows: '10' },
      environment: { COLOUR: 'blue' },
      inputUri: 's3://bucket/a-b-1/input',
      outputUri: 's3://bucket/a-b-1/output/output.tar.gz',
      outputNotebookName: 'a-b-2025-06-15T15-06-40-123Z.ipynb',
      outputFormats: ['ipynb', 'html'],
      maxRetryAttempts: 2
    });
  });

  it('asks for the profile’s jobs where the app belongs to one', async () => {
    const { gateway, received } = gatewayWith(
      () => aws({ Results: [] }),
      contextOf({ userProfileName: 'ada' })
    );
    await gateway.jobs.list({});
    expect(received[0].body).toContain(
      '{"Name":"Tags.sagemaker:user-profile-name","Operator":"Equals","Value":"ada"}'
    );
  });

  it('asks for all notebook jobs of the account where there is no domain', async () => {
    const { gateway, received } = gatewayWith(
      () => aws({ Results: [] }),
      contextOf({ domainId: null, spaceName: null }, 'account')
    );
    await gateway.jobs.list({});
    expect(
      JSON.parse(received[0].body).SearchExpression.SubExpressions
    ).toHaveLength(1);
  });

  it('says what to do when no region is known, without any call', async () => {
    const { gateway, received } = gatewayWith(
      () => aws({}),
      contextOf({ region: null })
    );
    await expect(gateway.jobs.list({})).rejects.toMatchObject({
      code: 'RegionUnknown',
      message:
        'region is not set. Set AWS_REGION for the JupyterLab server and start it again.'
    });
    expect(received).toHaveLength(0);
  });
});

describe('what goes wrong', () => {
  it('keeps AWS’s reason, operation and request id', async () => {
    const { gateway } = gatewayWith(() =>
      awsError(
        'AccessDeniedException',
        'User: x is not authorized to perform: sagemaker:Search'
      )
    );
    await expect(gateway.jobs.list({})).rejects.toMatchObject({
      name: 'StudioError',
      code: 'AccessDeniedException',
      message: 'User: x is not authorized to perform: sagemaker:Search',
      operation: 'Search',
      requestId: 'request-1',
      status: 400
    });
  });

  it.each<[string, () => Response, string, number]>([
    ['the server part is missing', () => page(404), 'ServerPartMissing', 1],
    ['the login page comes', () => page(200), 'SignedOut', 1],
    [
      'Jupyter refuses',
      () => json({ message: 'Forbidden' }, 403),
      'SignedOut',
      1
    ],
    ['a hub is starting the server', () => page(503), 'ServerUnavailable', 1],
    [
      'there are no credentials',
      () => awsError('CredentialsUnavailable', 'None', 401),
      'CredentialsUnavailable',
      1
    ],
    [
      'AWS is out of reach',
      () => awsError('UpstreamUnavailable', 'No route', 503),
      'UpstreamUnavailable',
      1
    ],
    [
      'AWS takes too long',
      () => awsError('UpstreamTimeout', 'Late', 504),
      'UpstreamTimeout',
      1
    ],
    [
      'AWS throttles',
      () => awsError('ThrottlingException', 'Rate exceeded'),
      'ThrottlingException',
      3
    ],
    [
      'AWS fails',
      () => awsError('InternalFailure', 'Oops', 500),
      'InternalFailure',
      3
    ],
    [
      'the network is lost',
      () => {
        throw new TypeError('Failed to fetch');
      },
      'ServerUnreachable',
      3
    ]
  ])('says so when %s', async (_, answer, code, calls) => {
    const { gateway, received } = gatewayWith(answer);
    await expect(gateway.jobs.list({})).rejects.toMatchObject({
      code,
      operation: 'Search'
    });
    expect(received).toHaveLength(calls);
  });

  it('goes on when throttling ends', async () => {
    const { gateway } = gatewayWith((_, count) =>
      count < 3
        ? awsError('ThrottlingException', 'Rate exceeded')
        : aws({ Results: [] })
    );
    await expect(gateway.jobs.list({})).resolves.toEqual({
      jobs: [],
      nextToken: undefined
    });
  });

  it('stops at once when nobody waits any more', async () => {
    const { gateway } = gatewayWith(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new TypeError('aborted'))
          );
        })
    );
    const controller = new AbortController();
    const listing = gateway.jobs.list({}, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(listing).rejects.toMatchObject({ code: 'Aborted' });
  });
});

describe('describe, stop, remove', () => {
  it('reads job and tags', async () => {
    const { gateway, received } = gatewayWith(request =>
      operation(request) === 'ListTags'
        ? aws(
            request.body.includes('NextToken')
              ? { Tags: tags.slice(1) }
              : { Tags: tags.slice(0, 1), NextToken: 'x' }
          )
        : aws(trainingJob)
    );
    const job = await gateway.jobs.describe('a-b-1');
    expect(job.displayName).toBe('A job');
    expect(job.tags['sagemaker:notebook-name']).toBe('my book.ipynb');
    expect(inputs(received, 'ListTags')[0].ResourceArn).toBe(
      trainingJob.TrainingJobArn
    );
  });

  const refusal = awsErrorOf(
    'The request was rejected because the training job is in status Completed.'
  );
  function awsErrorOf(message: string) {
    return () => awsError('ValidationException', message);
  }

  it('does not mind a job that had ended before it was stopped', async () => {
    const { gateway } = gatewayWith(request =>
      operation(request) === 'StopTrainingJob'
        ? refusal()
        : aws({ ...trainingJob, TrainingJobStatus: 'Completed' })
    );
    await expect(gateway.jobs.stop('a-b-1')).resolves.toBeUndefined();
  });

  it('minds a refusal while the job runs on', async () => {
    const { gateway } = gatewayWith(request =>
      operation(request) === 'StopTrainingJob'
        ? awsError('AccessDeniedException', 'no')
        : aws(trainingJob)
    );
    await expect(gateway.jobs.stop('a-b-1')).rejects.toMatchObject({
      code: 'AccessDeniedException',
      operation: 'StopTrainingJob'
    });
  });

  const job = {
    name: 'a-b-1',
    arn: trainingJob.TrainingJobArn
  } as INotebookJob;

  it('removes a running job by stopping it and tagging it archived', async () => {
    const { gateway, received } = gatewayWith(() => aws({}));
    await gateway.jobs.remove({ ...job, status: 'InProgress' });
    expect(received.map(operation)).toEqual(['StopTrainingJob', 'AddTags']);
    expect(inputs(received, 'AddTags')[0]).toEqual({
      ResourceArn: job.arn,
      Tags: [{ Key: 'sagemaker:is-studio-archived', Value: 'true' }]
    });
  });

  it('only tags a job that has ended', async () => {
    const { gateway, received } = gatewayWith(() => aws({}));
    await gateway.jobs.remove({ ...job, status: 'Failed' });
    expect(received.map(operation)).toEqual(['AddTags']);
  });

  it('does not hide a job that could not be stopped', async () => {
    const { gateway, received } = gatewayWith(request =>
      operation(request) === 'StopTrainingJob'
        ? awsError('AccessDeniedException', 'no')
        : aws(trainingJob)
    );
    await expect(
      gateway.jobs.remove({ ...job, status: 'InProgress' })
    ).rejects.toThrow('no');
    expect(received.map(operation)).not.toContain('AddTags');
  });

  it('knows the instance types of training jobs', async () => {
    const { gateway } = gatewayWith(() => aws({}));
    expect(await gateway.jobs.instanceTypes()).toEqual(
      expect.arrayContaining(['ml.m5.large', 'ml.g5.xlarge', 'ml.p4d.24xlarge'])
    );
  });
});

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
            ExecutionRole: 'arn:aws:iam::210987654321:role/All'
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
      then: { service: string; operation: string; input: Record<string, any> };
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
    expect(input.Tags.slice(5)).toEqual([
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
    expect(input.Tags.slice(5)).toEqual([
      { Key: 'sagemaker:domain-name', Value: 'd-1' }
    ]);
  });

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

  it.each([
    [
      { imageUri: null, spaceName: null },
      'ImageUnknown',
      /SAGEMAKER_INTERNAL_IMAGE_URI/
    ],
    [
      { executionRoleArn: null, domainId: null },
      'RoleUnknown',
      /execution role/
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

describe('output', () => {
  const job = {
    outputUri: 's3://my-bucket/a b/é/output.tar.gz'
  } as INotebookJob;

  it('looks with HEAD, path style, unsigned', async () => {
    const { gateway, received } = gatewayWith(
      () =>
        new Response(null, {
          headers: {
            'content-length': '1234',
            'last-modified': 'Sun, 15 Jun 2025 12:00:00 GMT'
          }
        })
    );
    expect(await gateway.jobs.output(job)).toEqual({
      bucket: 'my-bucket',
      key: 'a b/é/output.tar.gz',
      bytes: 1234,
      modifiedAt: new Date('2025-06-15T12:00:00Z')
    });
    expect(received[0]).toMatchObject({
      method: 'HEAD',
      path: 'aws/s3/my-bucket/a%20b/%C3%A9/output.tar.gz'
    });
    expect(received[0].headers.has('x-amz-date')).toBe(false);
    expect(received[0].headers.get('authorization')).toBeNull();
  });

  it('finds none', async () => {
    const { gateway } = gatewayWith(() => new Response(null, { status: 404 }));
    expect(await gateway.jobs.output(job)).toBeNull();
  });

  it('names a refusal, though HEAD has no words', async () => {
    const { gateway } = gatewayWith(() => new Response(null, { status: 403 }));
    await expect(gateway.jobs.output(job)).rejects.toMatchObject({
      code: 'AccessDenied',
      operation: 'HeadObject'
    });
  });
});
