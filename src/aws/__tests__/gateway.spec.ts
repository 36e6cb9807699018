import { awsError } from '../../__tests__/server';
import type { INotebookJob } from '../../tokens';
import { aws, contextOf, gatewayWith, inputs, operation, ARN } from './fakes';

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
