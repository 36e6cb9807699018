import type {
  CreateTrainingJobRequest,
  DescribeTrainingJobResponse,
  Tag
} from '@aws-sdk/client-sagemaker';

import type { IJobRequest } from '../tokens';
import type { Wire } from './json';
import { isReservedVariable } from './wire';

/** What DescribeTrainingJob answers under the same name as CreateTrainingJob takes it. */
const KEPT = [
  'AlgorithmSpecification',
  'RoleArn',
  'InputDataConfig',
  'OutputDataConfig',
  'ResourceConfig',
  'VpcConfig',
  'StoppingCondition',
  'RetryStrategy',
  'HyperParameters',
  'EnableNetworkIsolation',
  'EnableInterContainerTrafficEncryption',
  'EnableManagedSpotTraining',
  'CheckpointConfig'
] as const satisfies readonly (keyof CreateTrainingJobRequest &
  keyof DescribeTrainingJobResponse)[];

/** Tags that say whose and of what a job is; those of a new job are its maker's. */
const NOT_COPIED =
  /^(aws:|sagemaker:(domain-arn|user-profile-arn|space-arn|job-definition-id)$)/;

/** The request a job was made by, without the values of the person's own variables. */
export function toRequest(
  job: Wire<DescribeTrainingJobResponse>,
  tags: readonly Tag[]
): IJobRequest {
  const input: Record<string, unknown> = {
    TrainingJobName: job.TrainingJobName
  };
  for (const key of KEPT) {
    const value = job[key];
    if (value !== undefined && value !== null && !isEmpty(value)) {
      input[key] = value;
    }
  }
  const algorithm = { ...job.AlgorithmSpecification };
  delete algorithm.MetricDefinitions;
  input.AlgorithmSpecification = algorithm;
  const environment = Object.entries(job.Environment ?? {});
  input.Environment = Object.fromEntries(
    environment.filter(([name]) => isReservedVariable(name))
  );
  input.Tags = tags
    .filter(({ Key }) => !NOT_COPIED.test(Key ?? ''))
    .map(({ Key, Value }) => ({ Key, Value }));
  return {
    input,
    variables: environment
      .map(([name]) => name)
      .filter(name => !isReservedVariable(name))
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && Object.keys(value ?? {}).length === 0;
}
