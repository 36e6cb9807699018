import { StudioError } from '../../core/errors';
import { toRequest } from '../jobRequest';
import { readMetrics, toGetMetricData } from '../metrics';
import type { QueryClient } from '../query';

const START = Date.parse('2024-05-01T10:00:30Z');
const job = (minutes: number, start = START) => ({
  name: 'train-1',
  createdAt: new Date(start),
  startedAt: new Date(start),
  endedAt: new Date(start + minutes * 60_000)
});

const answer = (results: string, token = '') =>
  new DOMParser().parseFromString(
    `<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
      <GetMetricDataResult>
        <MetricDataResults>${results}</MetricDataResults>
        ${token && `<NextToken>${token}</NextToken>`}
      </GetMetricDataResult>
    </GetMetricDataResponse>`,
    'application/xml'
  ).documentElement;

const metric = (id: string, points: [string, number][]) =>
  `<member><Id>${id}</Id><Label>x</Label><StatusCode>Complete</StatusCode>
    <Timestamps>${points.map(([time]) => `<member>${time}</member>`).join('')}</Timestamps>
    <Values>${points.map(([, value]) => `<member>${value}</member>`).join('')}</Values>
  </member>`;

describe('readMetrics', () => {
  it('asks for the job’s host from its start to a minute after its end', () => {
    const form = toGetMetricData(job(10), START + 3_600_000);
    expect(form).toMatchObject({
      StartTime: '2024-05-01T10:00:00.000Z',
      EndTime: '2024-05-01T10:11:30.000Z',
      'MetricDataQueries.member.1.MetricStat.Metric.MetricName':
        'CPUUtilization',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value':
        'train-1/algo-1',
      'MetricDataQueries.member.1.MetricStat.Period': '60'
    });
  });

  it.each([
    ['a day long', 1440, 0, '180'],
    ['twenty days old', 10, 20, '300'],
    ['a hundred days old', 10, 100, '3600']
  ])('takes points that are still kept: %s', (_, minutes, days, period) => {
    const form = toGetMetricData(
      job(minutes as number),
      START + (minutes as number) * 60_000 + (days as number) * 86_400_000
    );
    expect(form['MetricDataQueries.member.1.MetricStat.Period']).toBe(period);
  });

  it('puts pages together, in order, without metrics that have no values', async () => {
    const pages = [
      answer(
        metric('m0', [['2024-05-01T10:02:00Z', 80]]) + metric('m2', []),
        'T1'
      ),
      answer(
        metric('m0', [['2024-05-01T10:01:00Z', 40.5]]) +
          metric('m4', [['2024-05-01T10:01:00Z', 3]])
      )
    ];
    const tokens: (string | undefined)[] = [];
    const client = {
      call: async (_: string, form: Record<string, string>) => {
        tokens.push(form.NextToken);
        return pages[tokens.length - 1];
      }
    } as unknown as QueryClient;
    expect(await readMetrics(client, job(3))).toEqual([
      {
        name: 'CPUUtilization',
        points: [
          { time: Date.parse('2024-05-01T10:01:00Z'), value: 40.5 },
          { time: Date.parse('2024-05-01T10:02:00Z'), value: 80 }
        ]
      },
      {
        name: 'DiskUtilization',
        points: [{ time: Date.parse('2024-05-01T10:01:00Z'), value: 3 }]
      }
    ]);
    expect(tokens).toEqual([undefined, 'T1']);
  });

  it('lets AWS’s refusal through', async () => {
    const refusal = new StudioError({ code: 'AccessDenied', message: 'no' });
    const client = {
      call: () => Promise.reject(refusal)
    } as unknown as QueryClient;
    await expect(readMetrics(client, job(3))).rejects.toBe(refusal);
  });
});

describe('toRequest', () => {
  it('keeps what CreateTrainingJob takes, and no value that may be a secret', () => {
    const request = toRequest(
      {
        TrainingJobName: 'train-1',
        TrainingJobArn: 'arn',
        TrainingJobStatus: 'Completed',
        RoleArn: 'role',
        HyperParameters: {},
        AlgorithmSpecification: {
          TrainingImage: 'image',
          TrainingInputMode: 'File',
          MetricDefinitions: []
        },
        Environment: { SM_KERNEL_NAME: 'python3', API_KEY: 'hush' }
      } as unknown as Parameters<typeof toRequest>[0],
      [
        { Key: 'sagemaker:name', Value: 'Train' },
        { Key: 'sagemaker:domain-arn', Value: 'arn:…' }
      ]
    );
    expect(request).toEqual({
      input: {
        TrainingJobName: 'train-1',
        RoleArn: 'role',
        AlgorithmSpecification: {
          TrainingImage: 'image',
          TrainingInputMode: 'File'
        },
        Environment: { SM_KERNEL_NAME: 'python3' },
        Tags: [{ Key: 'sagemaker:name', Value: 'Train' }]
      },
      variables: ['API_KEY']
    });
    expect(JSON.stringify(request)).not.toContain('hush');
  });
});
