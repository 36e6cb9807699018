import type { IJobMetric, INotebookJob, JobMetricName } from '../tokens';
import type { QueryClient } from './query';
import { child, members, text } from './query';

/** Of CloudWatch's API. */
export const METRICS_VERSION = '2010-08-01';

const NAMESPACE = '/aws/sagemaker/TrainingJobs';
const NAMES: readonly JobMetricName[] = [
  'CPUUtilization',
  'MemoryUtilization',
  'GPUUtilization',
  'GPUMemoryUtilization',
  'DiskUtilization'
];
const MINUTE = 60;
const DAY = 86_400;
/** Points of a metric that are worth drawing. */
const MAX_POINTS = 720;
const MAX_PAGES = 10;

/**
 * How much of its instance a job used, as SageMaker reports it each minute (Developer Guide,
 * "SageMaker AI job metrics"); metrics without any value are left out.
 */
export async function readMetrics(
  client: QueryClient,
  job: Pick<INotebookJob, 'name' | 'createdAt' | 'startedAt' | 'endedAt'>,
  abortSignal?: AbortSignal,
  now = Date.now()
): Promise<IJobMetric[]> {
  const form = toGetMetricData(job, now);
  const points = new Map<string, [number, number][]>();
  let token = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.call(
      'GetMetricData',
      { ...form, ...(token && { NextToken: token }) },
      abortSignal
    );
    const result = child(answer, 'GetMetricDataResult') ?? answer;
    for (const metric of members(result, 'MetricDataResults')) {
      const id = text(metric, 'Id') ?? '';
      const values = members(metric, 'Values').map(valueOf);
      points.set(id, [
        ...(points.get(id) ?? []),
        ...members(metric, 'Timestamps').map((time, at): [number, number] => [
          Date.parse(time.textContent ?? ''),
          values[at]
        ])
      ]);
    }
    token = text(result, 'NextToken') ?? '';
    if (!token) {
      break;
    }
  }
  return NAMES.flatMap((name, at) => {
    const found = (points.get(idOf(at)) ?? []).sort((a, b) => a[0] - b[0]);
    return found.length > 0
      ? [{ name, points: found.map(([time, value]) => ({ time, value })) }]
      : [];
  });
}

/** The form of a GetMetricData request for all metrics of a job. */
export function toGetMetricData(
  job: Pick<INotebookJob, 'name' | 'createdAt' | 'startedAt' | 'endedAt'>,
  now: number
): Record<string, string> {
  const start = (job.startedAt ?? job.createdAt).getTime();
  // The last minute's value is stamped with its beginning, and comes a little later.
  const end = (job.endedAt?.getTime() ?? now) + MINUTE * 1000;
  const period = String(periodOf(start, end, now));
  const form: Record<string, string> = {
    StartTime: new Date(start - (start % (MINUTE * 1000))).toISOString(),
    EndTime: new Date(end).toISOString(),
    ScanBy: 'TimestampAscending'
  };
  NAMES.forEach((name, at) => {
    const query = `MetricDataQueries.member.${at + 1}`;
    const stat = `${query}.MetricStat`;
    form[`${query}.Id`] = idOf(at);
    form[`${stat}.Metric.Namespace`] = NAMESPACE;
    form[`${stat}.Metric.MetricName`] = name;
    form[`${stat}.Metric.Dimensions.member.1.Name`] = 'Host';
    form[`${stat}.Metric.Dimensions.member.1.Value`] = `${job.name}/algo-1`;
    form[`${stat}.Period`] = period;
    form[`${stat}.Stat`] = 'Average';
  });
  return form;
}

/**
 * Seconds a point stands for: CloudWatch keeps single minutes for 15 days, five minutes for 63,
 * then hours (CloudWatch User Guide, "Metrics retention").
 */
function periodOf(start: number, end: number, now: number): number {
  const age = (now - start) / 1000;
  const kept = age > 63 * DAY ? 3600 : age > 15 * DAY ? 300 : MINUTE;
  const wanted = (end - start) / 1000 / MAX_POINTS;
  return Math.ceil(wanted / kept) * kept || kept;
}

/** Ids begin with a small letter. */
function idOf(at: number): string {
  return `m${at}`;
}

function valueOf(element: Element): number {
  return Number(element.textContent);
}
