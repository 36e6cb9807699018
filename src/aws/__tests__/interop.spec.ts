/**
 * What we send is what the tests of the local Studio give AWS's own package and the SageMaker SDK
 * to read, and what those two make is what we read here: `server/tests/wire`, kept up to date by
 * this spec and by `server/tests/local/test_interop.py`. After a wanted change:
 *
 *     UPDATE_WIRE=1 jlpm jest src/aws/__tests__/interop.spec.ts
 */
import type { Answer } from '../../__tests__/server';
import type {
  IDefinitionSpec,
  INotebookJob,
  INotebookJobSpec
} from '../../tokens';
import { ARN, aws, contextOf, gatewayWith, operation } from './fakes';

const { env } = jest.requireActual<{ env: Record<string, string | undefined> }>(
  'process'
);
const { writeFileSync } = jest.requireActual<{
  writeFileSync(path: string, text: string): void;
}>('fs');

/** The seed of the local Studio. */
const DOMAIN = 'd-localstudio01';
const PROFILE = 'data-scientist';
const ROLE = 'arn:aws:iam::123456789012:role/SageMakerStudioLocalRole';
const IMAGE =
  '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:local-cpu';

const answers: Record<string, object> = {
  DescribeSpace: {
    SpaceArn: `${ARN}:space/${DOMAIN}/my-space`,
    OwnershipSettings: { OwnerUserProfileName: PROFILE }
  },
  DescribeUserProfile: {
    UserProfileName: PROFILE,
    UserProfileArn: `${ARN}:user-profile/${DOMAIN}/${PROFILE}`,
    UserSettings: { ExecutionRole: ROLE }
  },
  DescribeStudioLifecycleConfig: {
    StudioLifecycleConfigContent: btoa('echo ready\n')
  },
  ListTags: { Tags: [{ Key: 'cost', Value: 'research' }] }
};
const account: Answer = request => aws(answers[operation(request)] ?? {});
const context = contextOf({
  domainId: DOMAIN,
  executionRoleArn: ROLE,
  imageUri: IMAGE
});

/** A job with every option. */
const job: INotebookJobSpec = {
  name: 'Ours-report-0a1b2c3d-2026-11-22-10-00-00',
  displayName: 'Our report, 2nd',
  notebookPath: 'work/my report.ipynb',
  kernelName: 'python3',
  instanceType: 'ml.m5.large',
  parameters: { rows: '10', text: ' "quoted" = x' },
  environment: { COLOUR: 'a=b', EMPTY: '' },
  extraFiles: ['data/a.csv'],
  packageFolder: true,
  outputFormats: ['html'],
  maxRuntimeSeconds: 3600,
  maxRetryAttempts: 2,
  networkIsolation: true,
  options: {
    outputUri: 's3://results/ours',
    subnets: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
    securityGroupIds: ['sg-0a1b2c3d4e5f60718'],
    volumeSizeInGB: 50,
    spot: { maxWaitSeconds: 7200 },
    startupScriptArn: `${ARN}:studio-lifecycle-config/show-environment`,
    initScriptPath: 'scripts/init.sh',
    tags: { project: 'x' }
  }
};
const scheduled: IDefinitionSpec = {
  job,
  schedule: {
    expression: 'cron(30 9 ? * MON-FRI *)',
    timeZone: 'Europe/Lisbon',
    start: new Date('2099-01-01T00:00:00Z'),
    end: new Date('2100-01-01T00:00:00Z')
  },
  kind: 'scheduler',
  notebookHash: 'ab'.repeat(32)
};

interface ICall {
  service: string;
  operation: string;
  input: object;
}

/** The AWS calls of a task. */
async function callsOf(
  task: Promise<{ spec: Record<string, unknown> }>
): Promise<ICall[]> {
  const { then } = (await task).spec;
  const calls = (Array.isArray(then) ? then : [then]) as ICall[];
  return JSON.parse(
    JSON.stringify(
      calls.map(({ service, operation, input }) => ({
        service,
        operation,
        input
      }))
    )
  );
}

const read = <T extends object>(name: string): T =>
  jest.requireActual<T>(`../../../server/tests/wire/${name}`);

function expectFile(name: string, calls: ICall[]): void {
  if (env.UPDATE_WIRE) {
    const text = JSON.stringify(calls, undefined, 2);
    writeFileSync(`server/tests/wire/${name}`, `${text}\n`);
  }
  expect(calls).toEqual(read(name));
}

describe('what others read', () => {
  const { gateway } = gatewayWith(account, context);

  beforeAll(() => {
    jest.useFakeTimers({
      now: new Date('2026-11-22T10:00:00Z'),
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout']
    });
  });

  afterAll(() => {
    jest.useRealTimers();
  });

  it('is a training job', async () => {
    expectFile('our-job.json', await callsOf(gateway.jobs.submission(job)));
  });

  it('is a pipeline with its schedule', async () => {
    expectFile(
      'our-scheduled-definition.json',
      await callsOf(gateway.schedules.creation(scheduled))
    );
  });

  it('is a pipeline with its rule', async () => {
    expectFile(
      'our-ruled-definition.json',
      await callsOf(
        gateway.schedules.creation({
          ...scheduled,
          job: { ...job, name: job.name.replace('Ours', 'Ruled') },
          schedule: { expression: 'rate(6 hours)', timeZone: 'UTC' },
          kind: 'rule'
        })
      )
    );
  });
});

describe('what others make', () => {
  /** Calls and their answers, by operation. */
  const gatewayOf = (name: string) => {
    const made = read<Record<string, unknown>>(name);
    return gatewayWith(
      request =>
        request.path.startsWith('aws/scheduler/')
          ? new Response(
              JSON.stringify({ __type: 'ResourceNotFoundException' }),
              { status: 404 }
            )
          : aws(made[operation(request)] ?? {}),
      context
    ).gateway;
  };
  const job: Partial<INotebookJob> = {
    displayName: 'their report',
    notebookName: 'report.ipynb',
    instanceType: 'ml.m5.large',
    imageUri: IMAGE,
    kernelName: 'python3',
    roleArn: ROLE,
    parameters: { epochs: '5' },
    environment: { GREETING: 'hello' },
    maxRuntimeSeconds: 3600,
    networkIsolation: false,
    packageFolder: false
  };

  it('is AWS’s scheduler’s training job, whole', async () => {
    const name = 'theirreport-report-id';
    const read = await gatewayOf('aws-job.json').jobs.describe(name);
    expect(read).toMatchObject({
      ...job,
      name,
      outputFormats: ['ipynb'],
      outputPath: 's3://sagemaker-us-west-2-123456789012/',
      inputUri: `s3://sagemaker-us-west-2-123456789012/${name}/input`,
      maxRetryAttempts: 1,
      notebookPath: undefined,
      userTags: {}
    });
  });

  it('is AWS’s scheduler’s definition with its rule, whole', async () => {
    const id = 'theirreport-report-id';
    const { schedules } = gatewayOf('aws-definition.json');
    expect(await schedules.describe(id)).toMatchObject({
      id,
      displayName: 'their report',
      notebookName: 'report.ipynb',
      roleArn: ROLE,
      maxAttempts: 1,
      job: {
        ...job,
        outputFormats: ['ipynb'],
        inputUri: `s3://sagemaker-us-west-2-123456789012/${id}/input`,
        jobDefinitionId: id
      }
    });
    expect(await schedules.trigger(id)).toEqual({
      value: {
        kind: 'rule',
        schedule: { expression: 'cron(30 2 ? * * *)', timeZone: 'UTC' },
        isEnabled: true,
        hasTarget: true
      }
    });
  });

  it('is the SDK’s pipeline of a notebook job step, whole', async () => {
    const { schedules } = gatewayOf('sdk-definition.json');
    expect(await schedules.describe('sdk-report')).toMatchObject({
      id: 'sdk-report',
      job: {
        ...job,
        displayName: 'their-report',
        // Named at each run only.
        outputPath: '',
        inputUri:
          's3://sagemaker-us-west-2-123456789012/sdk-report/report/input-<time>'
      }
    });
  });
});
