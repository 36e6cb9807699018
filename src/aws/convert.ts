import type {
  DescribeTrainingJobResponse,
  Tag,
  TrainingJob
} from '@aws-sdk/client-sagemaker';

import type { INotebookJob, JobStatus } from '../tokens';
import type { Wire } from './json';
import { toDate } from './json';
import {
  TAG,
  actualOutputName,
  ownEnvironment,
  tagDictionary,
  userTags
} from './wire';

/** A training job with its tags as a notebook job, whoever submitted it. */
export function toNotebookJob(
  job: Wire<TrainingJob | DescribeTrainingJobResponse>,
  tagList: readonly Tag[]
): INotebookJob {
  const tags = tagDictionary(tagList);
  const environment = job.Environment ?? {};
  const name = job.TrainingJobName ?? '';
  const outputPath = job.OutputDataConfig?.S3OutputPath ?? '';
  const { MaxRuntimeInSeconds, MaxWaitTimeInSeconds } =
    job.StoppingCondition ?? {};
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
    maxRuntimeSeconds: MaxRuntimeInSeconds ?? 0,
    maxRetryAttempts: job.RetryStrategy?.MaximumRetryAttempts ?? 0,
    billableSeconds: job.BillableTimeInSeconds,
    networkIsolation: job.EnableNetworkIsolation ?? false,
    jobDefinitionId: tags[TAG.jobDefinitionId],
    notebookPath: tags[TAG.notebookPath],
    // A word of Python, as AWS's scheduler writes it.
    packageFolder: environment.SM_PACKAGE_INPUT_FOLDER === 'True',
    outputKmsKeyId: job.OutputDataConfig?.KmsKeyId || undefined,
    volumeKmsKeyId: job.ResourceConfig?.VolumeKmsKeyId || undefined,
    subnets: job.VpcConfig?.Subnets,
    securityGroupIds: job.VpcConfig?.SecurityGroupIds,
    spot: job.EnableManagedSpotTraining
      ? { maxWaitSeconds: MaxWaitTimeInSeconds ?? MaxRuntimeInSeconds ?? 0 }
      : undefined,
    startupScriptArn: environment.SM_LCC_INIT_SCRIPT_ARN || undefined,
    initScriptName: environment.SM_INIT_SCRIPT || undefined,
    trainingSeconds: job.TrainingTimeInSeconds,
    tags,
    userTags: userTags(tags)
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
