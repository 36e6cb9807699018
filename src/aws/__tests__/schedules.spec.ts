import { awsError, json } from '../../__tests__/server';
import type { Answer, IReceived } from '../../__tests__/server';
import { StudioError } from '../../core/errors';
import type {
  IDefinitionSpec,
  IJobDefinitionDetails,
  INotebookJobSpec
} from '../../tokens';
import { ARN, aws, gatewayWith, inputs, operation } from './fakes';

const ID = 'Nightly-report-0a1b2c3d-2026-11-22-10-00-00';
const NOTHING = { parameters: {}, environment: {} };
const PIPELINE = `${ARN}:pipeline/${ID.toLowerCase()}`;
const ROLE = 'arn:aws:iam::123456789012:role/StudioRole';

const job: INotebookJobSpec = {
  name: ID,
  displayName: 'Nightly run',
  notebookPath: 'work/report.ipynb',
  kernelName: 'python3',
  instanceType: 'ml.m5.large',
  parameters: { rows: '10' },
  environment: { COLOUR: 'a=b' },
  extraFiles: [],
  packageFolder: false,
  outputFormats: [],
  maxRuntimeSeconds: 3600,
  maxRetryAttempts: 30,
  networkIsolation: false
};

const spec: IDefinitionSpec = {
  job,
  schedule: {
    expression: 'cron(0 9 * * ? *)',
    timeZone: 'Europe/Lisbon',
    start: new Date('2099-01-01T00:00:00Z')
  },
  kind: 'scheduler',
  notebookHash: 'ab'.repeat(32)
};

interface IStep {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  undo?: IStep;
}

/** A pipeline as AWS's scheduler would make it. */
const document = {
  Version: '2020-12-01',
  Steps: [
    {
      Name: 'Nightlyrun-report',
      Type: 'Training',
      RetryPolicies: [{ MaxAttempts: 3 }],
      Arguments: {
        TrainingJobName: 'ignored',
        Environment: {
          SM_INPUT_NOTEBOOK_NAME: 'report.ipynb',
          SM_KERNEL_NAME: 'python3',
          SM_OUTPUT_NOTEBOOK_NAME: { 'Std:Join': { On: '-', Values: ['a'] } },
          COLOUR: 'blue'
        },
        HyperParameters: { rows: '10' },
        OutputDataConfig: { S3OutputPath: 's3://bucket/' },
        Tags: [
          { Key: 'sagemaker:name', Value: 'Nightly run' },
          { Key: 'sagemaker:job-definition-id', Value: ID }
        ]
      }
    }
  ]
};

const schedule = {
  Arn: `arn:aws:scheduler:us-west-2:123456789012:schedule/default/${ID}`,
  Name: ID,
  GroupName: 'default',
  CreationDate: 1.7e9,
  LastModificationDate: 1.71e9,
  ScheduleExpression: 'rate(1 hour)',
  ScheduleExpressionTimezone: 'Europe/Lisbon',
  StartDate: 1.7e9,
  EndDate: 4.1e9,
  State: 'ENABLED',
  Description: 'kept',
  ActionAfterCompletion: 'NONE',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: PIPELINE,
    RoleArn: ROLE,
    RetryPolicy: { MaximumRetryAttempts: 3 }
  }
};

const gone = () => awsError('ResourceNotFoundException', 'It does not exist.');
const denied = () =>
  awsError(
    'AccessDeniedException',
    'User: x is not authorized to perform: scheduler:GetSchedule',
    403
  );

/** What AWS holds; each answer can be replaced. */
function studio(change: Record<string, () => Response> = {}): Answer {
  const answers: Record<string, () => Response> = {
    DescribeSpace: () => aws({}),
    DescribePipeline: () =>
      aws({
        PipelineName: ID,
        PipelineArn: PIPELINE,
        PipelineDisplayName: 'Nightlyrun',
        PipelineDefinition: JSON.stringify(document),
        RoleArn: ROLE,
        CreationTime: 1.7e9
      }),
    ListTags: () =>
      aws({
        Tags: [
          { Key: 'sagemaker:name', Value: 'Nightly run' },
          {
            Key: 'jupyterlab-sagemaker-studio:notebook-path',
            Value: 'work/report.ipynb'
          },
          { Key: 'jupyterlab-sagemaker-studio:notebook-hash', Value: 'abc' }
        ]
      }),
    'GET schedule': () => json(schedule),
    DescribeRule: () =>
      aws({
        Name: ID,
        ScheduleExpression: 'cron(0 9 ? * 2-6 *)',
        State: 'ENABLED',
        Description: 'kept',
        EventBusName: 'default'
      }),
    ListTargetsByRule: () =>
      aws({ Targets: [{ Id: 'notebook-execution', Arn: PIPELINE }] }),
    ...change
  };
  return request => (answers[nameOf(request)] ?? (() => aws({})))();
}

function nameOf(request: IReceived): string {
  return request.path.startsWith('aws/scheduler/')
    ? `${request.method} schedule`
    : operation(request);
}

function bodyOf(received: IReceived[], name: string) {
  const found = received.filter(request => nameOf(request) === name);
  return JSON.parse(found[found.length - 1].body) as Record<string, unknown>;
}

function stepsOf(task: { spec: Record<string, unknown> }): IStep[] {
  return task.spec.then as IStep[];
}

async function definition(): Promise<IJobDefinitionDetails> {
  return gatewayWith(studio()).gateway.schedules.describe(ID);
}

describe('a definition is made', () => {
  it('by one task: stage, the pipeline, its schedule, each with what takes it back', async () => {
    const { gateway } = gatewayWith(studio());
    const task = await gateway.schedules.creation(spec);
    expect(task).toMatchObject({
      kind: 'stage',
      clientToken: ID,
      title: 'Nightly run',
      spec: {
        bucket: 'sagemaker-automated-execution-123456789012-us-west-2',
        prefix: `${ID}/input/`,
        createBucket: true,
        files: [{ path: 'work/report.ipynb' }]
      }
    });
    const [pipeline, trigger, ...more] = stepsOf(task);
    expect(more).toEqual([]);
    expect(pipeline).toMatchObject({
      service: 'sagemaker',
      operation: 'CreatePipeline',
      undo: { operation: 'DeletePipeline', input: { PipelineName: ID } }
    });
    expect(trigger).toEqual({
      service: 'scheduler',
      operation: 'CreateSchedule',
      input: {
        Name: ID,
        ScheduleExpression: 'cron(0 9 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Lisbon',
        StartDate: Date.parse('2099-01-01T00:00:00Z') / 1000,
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'ENABLED',
        Target: { Arn: PIPELINE, RoleArn: ROLE }
      },
      undo: {
        service: 'scheduler',
        operation: 'DeleteSchedule',
        input: { Name: ID }
      }
    });
  });

  it('with the pipeline of AWS’s scheduler', async () => {
    const { gateway } = gatewayWith(studio());
    const [{ input }] = stepsOf(await gateway.schedules.creation(spec));
    expect(input.PipelineName).toBe(ID);
    expect(input.PipelineDisplayName).toBe('Nightlyrun');
    expect(input.RoleArn).toBe(ROLE);
    const tags = input.Tags as { Key: string; Value: string }[];
    expect(tags).toContainEqual({
      Key: 'jupyterlab-sagemaker-studio:notebook-hash',
      Value: 'ab'.repeat(32)
    });
    expect(tags).toContainEqual({
      Key: 'sagemaker:is-scheduling-notebook-job',
      Value: 'true'
    });
    expect(tags.map(({ Key }) => Key)).not.toContain(
      'sagemaker:job-definition-id'
    );
    const { Version, Parameters, Steps } = JSON.parse(
      input.PipelineDefinition as string
    );
    expect([Version, Parameters]).toEqual(['2020-12-01', []]);
    expect(Steps).toHaveLength(1);
    expect(Steps[0]).toMatchObject({
      Name: 'Nightlyrun-report',
      Type: 'Training',
      RetryPolicies: [
        {
          ExceptionType: [
            'Step.SERVICE_FAULT',
            'Step.THROTTLING',
            'SageMaker.JOB_INTERNAL_ERROR',
            'SageMaker.CAPACITY_ERROR',
            'SageMaker.RESOURCE_LIMIT'
          ],
          // The API takes 20 at most.
          MaxAttempts: 20
        }
      ],
      Arguments: {
        Environment: {
          COLOUR: 'a=b',
          SM_INPUT_NOTEBOOK_NAME: 'report.ipynb',
          SM_OUTPUT_NOTEBOOK_NAME: {
            'Std:Join': {
              On: '-',
              Values: [
                'Nightlyrun',
                'report',
                { Get: 'Execution.StartDateTime' },
                '.ipynb'
              ]
            }
          }
        },
        HyperParameters: { rows: '10' },
        RetryStrategy: { MaximumRetryAttempts: 1 },
        RoleArn: ROLE
      }
    });
    expect(Steps[0].Arguments).not.toHaveProperty('TrainingJobName');
    expect(Steps[0].Arguments.Tags).toContainEqual({
      Key: 'sagemaker:job-definition-id',
      Value: ID
    });
  });

  it('with a rule where EventBridge Scheduler is denied', async () => {
    const { gateway } = gatewayWith(studio({ 'GET schedule': denied }));
    expect(await gateway.schedules.triggerKind()).toEqual({
      kind: 'rule',
      reason: expect.stringContaining('scheduler:GetSchedule')
    });
    const steps = stepsOf(
      await gateway.schedules.creation({ ...spec, kind: 'rule' })
    );
    expect(steps.map(({ operation: name }) => name)).toEqual([
      'CreatePipeline',
      'PutRule',
      'PutTargets'
    ]);
    expect(steps[1]).toMatchObject({
      service: 'events',
      input: { Name: ID, State: 'ENABLED' },
      undo: { operation: 'DeleteRule', input: { Name: ID } }
    });
    expect(steps[2].input).toEqual({
      Rule: ID,
      Targets: [{ Id: 'notebook-execution', Arn: PIPELINE, RoleArn: ROLE }]
    });
  });

  it('with a schedule where that may be read but there is none', async () => {
    const { gateway } = gatewayWith(studio({ 'GET schedule': gone }));
    expect(await gateway.schedules.triggerKind()).toEqual({
      kind: 'scheduler'
    });
  });

  it('not with variables that belong to the scheduler', async () => {
    const { gateway, received } = gatewayWith(studio());
    await expect(
      gateway.schedules.creation({
        ...spec,
        job: { ...job, environment: { SM_KERNEL_NAME: 'x' } }
      })
    ).rejects.toMatchObject({ code: 'ReservedVariable' });
    expect(received).toEqual([]);
  });
});

describe('definitions are read', () => {
  it('by the tags AWS’s scheduler searches for', async () => {
    const { gateway, received } = gatewayWith(
      studio({
        Search: () =>
          aws({
            Results: [
              {
                Pipeline: {
                  PipelineName: ID,
                  PipelineArn: PIPELINE,
                  CreationTime: 1.7e9,
                  Tags: [
                    { Key: 'sagemaker:name', Value: 'Nightly run' },
                    { Key: 'sagemaker:notebook-name', Value: 'report.ipynb' }
                  ]
                }
              }
            ],
            NextToken: 'more'
          })
      })
    );
    const page = await gateway.schedules.list({ scope: 'domain' });
    expect(page.nextToken).toBe('more');
    expect(page.definitions).toEqual([
      expect.objectContaining({
        id: ID,
        displayName: 'Nightly run',
        notebookName: 'report.ipynb',
        createdAt: new Date(1.7e12)
      })
    ]);
    const [search] = inputs(received, 'Search');
    expect(search).toMatchObject({ Resource: 'Pipeline', MaxResults: 50 });
    expect(JSON.stringify(search)).toContain('is-scheduling-notebook-job');
    expect(JSON.stringify(search)).not.toContain('user-profile-name');
  });

  it('with the job each run makes', async () => {
    const found = await definition();
    expect(found).toMatchObject({
      id: ID,
      roleArn: ROLE,
      maxAttempts: 3,
      notebookPath: 'work/report.ipynb',
      notebookHash: 'abc'
    });
    expect(found.job).toMatchObject({
      notebookName: 'report.ipynb',
      kernelName: 'python3',
      parameters: { rows: '10' },
      environment: { COLOUR: 'blue' }
    });
  });

  it.each([
    ['no JSON', 'no'],
    ['no steps', '{}'],
    ['two steps', JSON.stringify({ Steps: [{}, {}] })],
    ['another step', JSON.stringify({ Steps: [{ Type: 'Processing' }] })]
  ])('also where the pipeline is no notebook job: %s', async (_, text) => {
    const { gateway } = gatewayWith(
      studio({
        DescribePipeline: () =>
          aws({
            PipelineName: ID,
            PipelineArn: PIPELINE,
            PipelineDefinition: text
          })
      })
    );
    expect((await gateway.schedules.describe(ID)).job).toBeNull();
    await expect(gateway.schedules.runNow(ID, NOTHING)).rejects.toMatchObject({
      code: 'NotANotebookJob'
    });
  });

  it('says that one was deleted', async () => {
    const { gateway } = gatewayWith(
      studio({
        DescribePipeline: () =>
          awsError('ResourceNotFound', `Pipeline '${ID}' does not exist.`)
      })
    );
    await expect(gateway.schedules.describe(ID)).rejects.toMatchObject({
      code: 'DefinitionMissing'
    });
  });
});

describe('what starts a definition', () => {
  const trigger = (change: Record<string, () => Response>) =>
    gatewayWith(studio(change)).gateway.schedules.trigger(ID);

  it('is its schedule', async () => {
    expect(await trigger({})).toEqual({
      value: {
        kind: 'scheduler',
        schedule: {
          expression: 'rate(1 hour)',
          timeZone: 'Europe/Lisbon',
          start: new Date(1.7e12),
          end: new Date(4.1e12)
        },
        isEnabled: true,
        changedAt: new Date(1.71e12),
        hasTarget: true
      }
    });
  });

  it('has neither beginning nor end where none is answered', async () => {
    const { value } = await trigger({
      'GET schedule': () =>
        json({ ...schedule, StartDate: null, EndDate: null })
    });
    expect(value?.schedule).toEqual({
      expression: 'rate(1 hour)',
      timeZone: 'Europe/Lisbon'
    });
  });

  it('is else a rule, in UTC, also where schedules may not be read', async () => {
    const rule = {
      value: {
        kind: 'rule',
        schedule: { expression: 'cron(0 9 ? * 2-6 *)', timeZone: 'UTC' },
        isEnabled: true,
        hasTarget: true
      }
    };
    expect(await trigger({ 'GET schedule': gone })).toEqual(rule);
    expect(await trigger({ 'GET schedule': denied })).toEqual(rule);
  });

  it('is missing, or not known', async () => {
    expect(await trigger({ 'GET schedule': gone, DescribeRule: gone })).toEqual(
      { value: null }
    );
    expect(
      await trigger({ 'GET schedule': denied, DescribeRule: gone })
    ).toMatchObject({ value: null, error: { code: 'AccessDeniedException' } });
    expect(
      await trigger({ 'GET schedule': gone, DescribeRule: denied })
    ).toMatchObject({ value: null, error: { code: 'AccessDeniedException' } });
  });

  it('tells a rule without a target', async () => {
    const found = await trigger({
      'GET schedule': gone,
      ListTargetsByRule: () => aws({ Targets: [] })
    });
    expect(found.value?.hasTarget).toBe(false);
  });
});

describe('a definition is changed', () => {
  it('paused and resumed with all else as it is', async () => {
    const { gateway, received } = gatewayWith(studio());
    await gateway.schedules.setEnabled(ID, 'scheduler', false);
    const body = bodyOf(received, 'PUT schedule');
    expect(body).toMatchObject({
      GroupName: 'default',
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'Europe/Lisbon',
      EndDate: 4.1e9,
      State: 'DISABLED',
      Description: 'kept',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: schedule.Target
    });
    expect(Object.keys(body)).not.toContain('CreationDate');
    // AWS refuses a beginning that has passed; the rate keeps its rhythm.
    const start = (body.StartDate as number) * 1000;
    expect(start).toBeGreaterThanOrEqual(Date.now() - 1000);
    expect(start).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect((start - 1.7e12) % 3_600_000).toBe(0);
  });

  it('leaves out the beginning of a cron expression once it has passed', async () => {
    const { gateway, received } = gatewayWith(
      studio({
        'GET schedule': () =>
          json({ ...schedule, ScheduleExpression: 'cron(0 9 * * ? *)' })
      })
    );
    await gateway.schedules.setEnabled(ID, 'scheduler', true);
    expect(bodyOf(received, 'PUT schedule')).not.toHaveProperty('StartDate');
  });

  it('as a rule where it is one', async () => {
    const { gateway, received } = gatewayWith(studio({ 'GET schedule': gone }));
    await gateway.schedules.setEnabled(ID, 'rule', false);
    await gateway.schedules.setEnabled(ID, 'rule', true);
    expect(inputs(received, 'DisableRule')).toEqual([{ Name: ID }]);
    expect(inputs(received, 'EnableRule')).toEqual([{ Name: ID }]);
    const found = await gateway.schedules.trigger(ID);
    await gateway.schedules.reschedule(await definition(), found.value, {
      expression: 'cron(0 8 * * ? *)',
      timeZone: 'UTC'
    });
    expect(inputs(received, 'PutRule')).toEqual([
      {
        Name: ID,
        Description: 'kept',
        State: 'ENABLED',
        ScheduleExpression: 'cron(0 8 * * ? *)'
      }
    ]);
    expect(received.some(each => nameOf(each) === 'PUT schedule')).toBe(false);
  });

  it('is given a schedule where it has none', async () => {
    const { gateway, received } = gatewayWith(studio());
    await gateway.schedules.reschedule(await definition(), null, {
      expression: 'rate(1 hour)',
      timeZone: 'UTC'
    });
    expect(bodyOf(received, 'POST schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: PIPELINE, RoleArn: ROLE }
    });
  });

  it('with a new snapshot, beside the one that runs may still read', async () => {
    const { gateway } = gatewayWith(studio());
    const found = await gateway.schedules.trigger(ID);
    const task = await gateway.schedules.revision(
      await definition(),
      found.value,
      { ...spec, job: { ...job, name: 'Other-report-00000000-2026' } }
    );
    const prefix = task.spec.prefix as string;
    expect(prefix).toMatch(new RegExp(`^${ID}/input-\\d+/$`));
    const [pipeline, trigger, tags] = stepsOf(task);
    const { Steps } = JSON.parse(pipeline.input.PipelineDefinition as string);
    expect(
      Steps[0].Arguments.InputDataConfig[0].DataSource.S3DataSource.S3Uri
    ).toBe(`s3://${String(task.spec.bucket)}/${prefix.slice(0, -1)}`);
    expect(pipeline).toMatchObject({
      operation: 'UpdatePipeline',
      input: { PipelineName: ID },
      undo: {
        operation: 'UpdatePipeline',
        input: { PipelineDefinition: JSON.stringify(document), RoleArn: ROLE }
      }
    });
    expect(Steps[0].Arguments.Tags).toContainEqual({
      Key: 'sagemaker:job-definition-id',
      Value: ID
    });
    expect(trigger).toMatchObject({
      operation: 'UpdateSchedule',
      input: { Name: ID, ScheduleExpression: 'cron(0 9 * * ? *)' },
      undo: { operation: 'UpdateSchedule', input: { Name: ID } }
    });
    expect(tags).toMatchObject({
      operation: 'AddTags',
      input: { ResourceArn: PIPELINE }
    });
  });
});

describe('a definition runs now', () => {
  it('with other parameters and a name of its own', async () => {
    const { gateway, received } = gatewayWith(studio());
    const name = await gateway.schedules.runNow(ID, {
      parameters: { rows: '20' },
      environment: { COLOUR: 'red', SIZE: 'l' }
    });
    const [request] = inputs(received, 'CreateTrainingJob');
    expect(name).toMatch(/^Nightlyrun-report-[0-9a-f]{8}-/);
    expect(request).toMatchObject({
      TrainingJobName: name,
      HyperParameters: { rows: '20' },
      Environment: {
        COLOUR: 'red',
        SIZE: 'l',
        SM_INPUT_NOTEBOOK_NAME: 'report.ipynb'
      }
    });
    expect(request.Environment.SM_OUTPUT_NOTEBOOK_NAME).toMatch(
      /^Nightlyrun-report-.*\.ipynb$/
    );
    expect(request.Tags).toContainEqual({
      Key: 'sagemaker:job-definition-id',
      Value: ID
    });
  });

  it('once, though the first answer was lost', async () => {
    let count = 0;
    const { gateway } = gatewayWith(
      studio({
        CreateTrainingJob: () =>
          count++ === 0
            ? awsError('InternalFailure', 'later', 500)
            : awsError('ResourceInUse', 'it exists')
      })
    );
    await expect(gateway.schedules.runNow(ID, NOTHING)).resolves.toMatch(
      /^Night/
    );
  });
});

describe('a definition is deleted', () => {
  const order = (received: IReceived[]) => received.map(nameOf);

  it('schedule first, so that nothing starts a missing pipeline', async () => {
    const { gateway, received } = gatewayWith(studio());
    const told: string[] = [];
    await gateway.schedules.remove(ID, 'scheduler', step => told.push(step));
    expect(order(received)).toEqual(['DELETE schedule', 'DeletePipeline']);
    expect(told).toEqual(['trigger', 'pipeline']);
  });

  it('in AWS’s scheduler’s order where it has a rule', async () => {
    const { gateway, received } = gatewayWith(studio());
    await gateway.schedules.remove(ID, 'rule');
    expect(order(received)).toEqual([
      'DisableRule',
      'DeletePipeline',
      'RemoveTargets',
      'DeleteRule'
    ]);
    expect(inputs(received, 'RemoveTargets')).toEqual([
      { Rule: ID, Ids: ['notebook-execution'] }
    ]);
  });

  it('though part of it is gone', async () => {
    const { gateway, received } = gatewayWith(
      studio({
        'DELETE schedule': gone,
        DeletePipeline: () =>
          awsError('ResourceNotFound', 'Pipeline does not exist.')
      })
    );
    await gateway.schedules.remove(ID, 'scheduler');
    expect(order(received)).toHaveLength(2);
    const bare = gatewayWith(studio());
    await bare.gateway.schedules.remove(ID, null);
    expect(order(bare.received)).toEqual(['DeletePipeline']);
  });

  it('says what remains where it stopped half-way', async () => {
    const conflict = () =>
      awsError('ConflictException', 'An execution is under way.');
    const { gateway } = gatewayWith(studio({ DeletePipeline: conflict }));
    const error = (await gateway.schedules
      .remove(ID, 'scheduler')
      .catch((thrown: unknown) => thrown)) as StudioError;
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({
      code: 'ConflictException',
      message: 'An execution is under way.'
    });
    expect(error.hint).toContain('It starts no more runs.');
    expect(error.hint).toContain(`the pipeline ${ID}`);
    expect(error.hint).not.toContain('the schedule');

    const rule = gatewayWith(studio({ DeletePipeline: conflict }));
    await expect(
      rule.gateway.schedules.remove(ID, 'rule')
    ).rejects.toMatchObject({
      hint: expect.stringContaining(`the EventBridge rule ${ID}`)
    });
    const first = gatewayWith(studio({ 'DELETE schedule': denied }));
    await expect(
      first.gateway.schedules.remove(ID, 'scheduler')
    ).rejects.toMatchObject({
      hint: expect.stringContaining('It still starts runs.')
    });
    expect(first.received.map(nameOf)).toEqual(['DELETE schedule']);
  });
});
