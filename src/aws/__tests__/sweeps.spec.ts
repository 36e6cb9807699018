import { awsError } from '../../__tests__/server';
import type { Answer } from '../../__tests__/server';
import type { INotebookJobSpec, ISweepSpec } from '../../tokens';
import { aws, gatewayWith, inputs, operation } from './fakes';

const base: INotebookJobSpec = {
  name: '',
  displayName: 'Grid',
  notebookPath: 'work/train.ipynb',
  kernelName: 'python3',
  instanceType: 'ml.m5.large',
  parameters: { epochs: '3' },
  environment: { COLOUR: 'blue' },
  extraFiles: [],
  packageFolder: true,
  outputFormats: ['html'],
  maxRuntimeSeconds: 3600,
  maxRetryAttempts: 1,
  networkIsolation: false
};
const sweep: ISweepSpec = {
  id: 'Grid-train-0a1b2c3d-2025-06-15-12-00-00',
  displayName: 'Grid (é)',
  base,
  concurrency: 2,
  sample: '2 of 6 seed 42',
  jobs: ['1', '2'].map(at => ({
    name: `Grid-train-${at}`,
    displayName: `Grid - ${at} of 2`,
    parameters: { epochs: '3', rate: `0.${at}` }
  }))
};

interface IJob {
  TrainingJobName: string;
  HyperParameters: Record<string, string>;
  InputDataConfig: { DataSource: { S3DataSource: { S3Uri: string } } }[];
  Tags: { Key: string; Value: string }[];
}

const studio: Answer = request => {
  switch (operation(request)) {
    case 'DescribeSpace':
    case 'ListTags':
      return aws({});
    case 'Search':
      return aws({ Results: [] });
    default:
      return awsError('UnknownOperationException', operation(request));
  }
};

describe('a sweep', () => {
  it('stages once and asks for one ordinary notebook job after the other', async () => {
    const { gateway } = gatewayWith(studio);
    const task = await gateway.sweeps.submission(sweep);
    expect(task).toMatchObject({
      kind: 'sweep',
      clientToken: sweep.id,
      title: 'Grid (é)'
    });
    expect(task.spec).toMatchObject({
      prefix: `${sweep.id}/input/`,
      files: [{ path: 'work/train.ipynb' }],
      folder: { path: 'work' },
      concurrency: 2
    });
    expect(task.spec.then).toBeUndefined();
    const jobs = task.spec.jobs as IJob[];
    expect(jobs.map(job => job.TrainingJobName)).toEqual([
      'Grid-train-1',
      'Grid-train-2'
    ]);
    expect(jobs[1].HyperParameters).toEqual({ epochs: '3', rate: '0.2' });
    for (const job of jobs) {
      expect(job.InputDataConfig[0].DataSource.S3DataSource.S3Uri).toBe(
        `s3://sagemaker-automated-execution-123456789012-us-west-2/${sweep.id}/input`
      );
      expect(job.Tags).toEqual(
        expect.arrayContaining([
          { Key: 'jupyterlab-sagemaker-studio:sweep', Value: sweep.id },
          {
            Key: 'jupyterlab-sagemaker-studio:sweep-name',
            Value: 'Grid _é_'
          },
          {
            Key: 'jupyterlab-sagemaker-studio:sweep-sample',
            Value: '2 of 6 seed 42'
          },
          { Key: 'sagemaker:is-scheduling-notebook-job', Value: 'true' }
        ])
      );
    }
    expect(jobs[0].Tags).toContainEqual({
      Key: 'sagemaker:name',
      Value: 'Grid - 1 of 2'
    });
  });

  it('is found by its tag on all pages, whoever submitted it', async () => {
    const { gateway, received } = gatewayWith(request =>
      JSON.parse(request.body).NextToken
        ? aws({ Results: [{ TrainingJob: { TrainingJobName: 'b' } }] })
        : aws({
            Results: [
              {
                TrainingJob: {
                  TrainingJobName: 'a',
                  Tags: [{ Key: 'sagemaker:name', Value: 'One' }]
                }
              }
            ],
            NextToken: 'more'
          })
    );
    const jobs = await gateway.sweeps.jobs({ sweep: 'sweep-1' });
    expect(jobs.map(job => job.displayName)).toEqual(['One', 'b']);
    const [first] = inputs(received, 'Search');
    expect(JSON.stringify(first.SearchExpression)).toContain(
      '"Tags.jupyterlab-sagemaker-studio:sweep","Operator":"Equals","Value":"sweep-1"'
    );
    expect(JSON.stringify(first.SearchExpression)).not.toContain('space-name');
  });

  it('reads the runs of a notebook among what the list shows', async () => {
    const { gateway, received } = gatewayWith(studio);
    await gateway.sweeps.jobs({ notebook: 'train.ipynb' });
    const [{ SearchExpression }] = inputs(received, 'Search');
    expect(JSON.stringify(SearchExpression)).toContain('"my-space"');
    expect(JSON.stringify(SearchExpression)).toContain('"train.ipynb"');
  });

  it('reads jobs by name, a few at a call, in the order of the names', async () => {
    const { gateway, received } = gatewayWith(request => {
      const [{ SearchExpression }] = [JSON.parse(request.body)];
      const names: string = SearchExpression.SubExpressions[0].Filters[0].Value;
      return aws({
        Results: names
          .split(',')
          .reverse()
          .filter(name => name !== 'job-3')
          .map(name => ({ TrainingJob: { TrainingJobName: name } }))
      });
    });
    const names = Array.from({ length: 20 }, (_, at) => `job-${at}`);
    const jobs = await gateway.sweeps.jobs({ names });
    expect(jobs.map(job => job.name)).toEqual(
      names.filter(name => name !== 'job-3')
    );
    expect(inputs(received, 'Search')).toHaveLength(2);
  });
});
