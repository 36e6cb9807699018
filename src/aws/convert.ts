import type {
  CreateTrainingJobRequest,
  DescribeTrainingJobResponse,
  Tag,
  TrainingInstanceType,
  TrainingJob
} from '@aws-sdk/client-sagemaker';

import { StudioError } from '../core/errors';
import type {
  INotebookJob,
  INotebookJobSpec,
  ITaskRequest,
  JobStatus
} from '../tokens';
import type { Wire } from './json';
import { toDate } from './json';
import type { ISurroundings } from './surroundings';
import {
  CHANNEL,
  ENTRYPOINT,
  TAG,
  VOLUME_SIZE,
  actualOutputName,
  baseName,
  folderName,
  isReservedVariable,
  jobEnvironment,
  jobTags,
  mergeTags,
  ownEnvironment,
  tagDictionary
} from './wire';

/** The durable task that stages a job's files and then creates it, AWS's scheduler's way. */
export function toSubmission(
  spec: INotebookJobSpec,
  facts: ISurroundings,
  now: Date = new Date()
): ITaskRequest {
  check(spec);
  return {
    kind: 'stage',
    // The name is unique and chosen once, so the same submission is the same task.
    clientToken: spec.name,
    title: spec.displayName,
    spec: {
      bucket: facts.bucket,
      prefix: `${spec.name}/input/`,
      createBucket: true,
      files: [spec.notebookPath, ...spec.extraFiles].map(path => ({ path })),
      ...(spec.packageFolder && {
        folder: {
          path: folderName(spec.notebookPath),
          exclude: [spec.notebookPath]
        }
      }),
      then: {
        service: 'sagemaker',
        operation: 'CreateTrainingJob',
        input: toTrainingJob(spec, facts, now)
      }
    }
  };
}

/** The CreateTrainingJob request of AWS's scheduler. */
function toTrainingJob(
  spec: INotebookJobSpec,
  facts: ISurroundings,
  now: Date
): CreateTrainingJobRequest {
  return {
    TrainingJobName: spec.name,
    AlgorithmSpecification: {
      TrainingImage: facts.imageUri,
      TrainingInputMode: 'File',
      ContainerEntrypoint: [ENTRYPOINT]
    },
    Environment: jobEnvironment(spec, facts, now),
    ...(Object.keys(spec.parameters).length > 0 && {
      HyperParameters: spec.parameters
    }),
    InputDataConfig: [
      {
        ChannelName: CHANNEL,
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: `s3://${facts.bucket}/${spec.name}/input`,
            S3DataDistributionType: 'FullyReplicated'
          }
        }
      }
    ],
    OutputDataConfig: { S3OutputPath: `s3://${facts.bucket}/` },
    ResourceConfig: {
      InstanceCount: 1,
      InstanceType: spec.instanceType as TrainingInstanceType,
      VolumeSizeInGB: VOLUME_SIZE
    },
    // AWS takes 1 to 30; no strategy means no retries.
    ...(spec.maxRetryAttempts > 0 && {
      RetryStrategy: { MaximumRetryAttempts: spec.maxRetryAttempts }
    }),
    RoleArn: facts.roleArn,
    StoppingCondition: { MaxRuntimeInSeconds: spec.maxRuntimeSeconds },
    EnableInterContainerTrafficEncryption: true,
    EnableNetworkIsolation: spec.networkIsolation,
    Tags: mergeTags(
      jobTags(spec.displayName, baseName(spec.notebookPath)),
      facts.tags
    )
  };
}

/** What AWS would not say, or only after everything has been staged. */
function check(spec: INotebookJobSpec): void {
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(spec.name)) {
    throw new StudioError({
      code: 'InvalidName',
      message: `“${spec.name}” can't be the name of a training job: up to 63 letters, digits and hyphens, with a letter or digit at both ends.`
    });
  }
  const reserved = Object.keys(spec.environment).find(isReservedVariable);
  if (reserved !== undefined) {
    throw new StudioError({
      code: 'ReservedVariable',
      message: `The environment variable ${reserved} is set by the notebook job itself. Choose another name.`
    });
  }
}

/** A training job with its tags as a notebook job, whoever submitted it. */
export function toNotebookJob(
  job: Wire<TrainingJob | DescribeTrainingJobResponse>,
  tagList: readonly Tag[]
): INotebookJob {
  const tags = tagDictionary(tagList);
  const environment = job.Environment ?? {};
  const name = job.TrainingJobName ?? '';
  const outputPath = job.OutputDataConfig?.S3OutputPath ?? '';
  const isolation = job.EnableNetworkIsolation ?? false;
  return {
    name,
    arn: job.TrainingJobArn ?? '',
    displayName: tags[TAG.name] ?? name,
    notebookName:
      environment.SM_INPUT_NOTEBOOK_NAME ?? tags[TAG.notebookName] ?? '',
    status: (job.TrainingJobStatus ?? 'InProgress') as JobStatus,
    secondaryStatus: job.SecondaryStatus ?? '',
    failureReason: job.FailureReason,
    transitions: (job.SecondaryStatusTransitions ?? []).map(transition => ({
      status: transition.Status ?? '',
      startTime: toDate(transition.StartTime) ?? new Date(NaN),
      endTime: toDate(transition.EndTime),
      message: transition.StatusMessage
    })),
    createdAt: toDate(job.CreationTime) ?? new Date(NaN),
    startedAt: toDate(job.TrainingStartTime),
    endedAt: toDate(job.TrainingEndTime),
    modifiedAt: toDate(job.LastModifiedTime),
    instanceType: job.ResourceConfig?.InstanceType ?? '',
    volumeSizeInGB: job.ResourceConfig?.VolumeSizeInGB,
    imageUri: job.AlgorithmSpecification?.TrainingImage ?? '',
    kernelName: environment.SM_KERNEL_NAME ?? '',
    roleArn: job.RoleArn ?? '',
    parameters: job.HyperParameters ?? {},
    environment: ownEnvironment(environment),
    inputUri: inputUriOf(job),
    outputPath,
    outputUri:
      outputPath &&
      `${outputPath.replace(/\/+$/, '')}/${name}/output/output.tar.gz`,
    outputNotebookName: actualOutputName(
      environment.SM_OUTPUT_NOTEBOOK_NAME ?? ''
    ),
    // As AWS's scheduler reads a job that names none.
    outputFormats: (environment.SM_OUTPUT_FORMATS || 'ipynb').split(','),
    maxRuntimeSeconds: job.StoppingCondition?.MaxRuntimeInSeconds ?? 0,
    maxRetryAttempts: job.RetryStrategy?.MaximumRetryAttempts ?? 0,
    billableSeconds: job.BillableTimeInSeconds,
    networkIsolation: isolation,
    jobDefinitionId: tags[TAG.jobDefinitionId],
    tags
  };
}

/** Of the scheduler's channel, whatever others a job made by hand may have. */
function inputUriOf(
  job: Wire<TrainingJob | DescribeTrainingJobResponse>
): string {
  const channels = job.InputDataConfig ?? [];
  const channel =
    channels.find(({ ChannelName }) =>
      ChannelName?.startsWith('sagemaker_headless_execution')
    ) ?? channels[0];
  return channel?.DataSource?.S3DataSource?.S3Uri ?? '';
}
