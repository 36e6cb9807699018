import type {
  CreateTrainingJobRequest,
  TrainingInstanceType
} from '@aws-sdk/client-sagemaker';

import { StudioError } from '../core/errors';
import type { INotebookJobSpec, ITaskRequest } from '../tokens';
import { parseS3Uri } from './s3';
import type { ISurroundings } from './surroundings';
import {
  CHANNEL,
  ENTRYPOINT,
  STARTUP_SCRIPT,
  VOLUME_SIZE,
  baseName,
  folderName,
  isReservedVariable,
  jobEnvironment,
  jobTags,
  mergeTags,
  pathTags,
  toTags
} from './wire';

/** What of a stage task says which files go where. */
export interface IStaging {
  bucket: string;
  /** Ends with `/`. */
  prefix: string;
  /** Only the scheduler's default bucket is made; one the person names has to be there. */
  createBucket: boolean;
  files: ({ path: string } | { name: string; content: string })[];
  folder?: { path: string; exclude: string[] };
}

/** The durable task that stages a job's files and then creates it, AWS's scheduler's way. */
export function toSubmission(
  spec: INotebookJobSpec,
  facts: ISurroundings,
  now: Date = new Date()
): ITaskRequest {
  checkSpec(spec);
  return {
    kind: 'stage',
    // The name is unique and chosen once, so the same submission is the same task.
    clientToken: spec.name,
    title: spec.displayName,
    spec: {
      ...toStaging(spec, facts),
      then: {
        service: 'sagemaker',
        operation: 'CreateTrainingJob',
        input: toTrainingJob(spec, facts, now)
      }
    }
  };
}

/**
 * Where a job's input is staged, and which files: the notebook, its scripts, extra files.
 *
 * A job that runs an earlier one's input again stages nothing.
 */
export function toStaging(
  spec: INotebookJobSpec,
  facts: ISurroundings
): IStaging {
  const { inputUri, initScriptPath, snapshotUri } = spec.options ?? {};
  const { bucket, key } = parseS3Uri(inputUriOf(spec, facts));
  const scripts = initScriptPath ? [initScriptPath] : [];
  return {
    bucket,
    prefix: `${key}/`,
    createBucket: !inputUri && !snapshotUri,
    files: snapshotUri
      ? []
      : [
          ...[spec.notebookPath, ...spec.extraFiles, ...scripts].map(path => ({
            path
          })),
          ...(facts.startupScript === undefined
            ? []
            : [{ name: STARTUP_SCRIPT, content: facts.startupScript }])
        ],
    ...(spec.packageFolder &&
      !snapshotUri && {
        folder: {
          path: folderName(spec.notebookPath),
          exclude: [spec.notebookPath]
        }
      })
  };
}

/**
 * The CreateTrainingJob request of AWS's scheduler.
 *
 * #### Notes
 * Beyond it: volume size and spot capacity, which it does not offer, and a person's own tags.
 */
export function toTrainingJob(
  spec: INotebookJobSpec,
  facts: ISurroundings,
  now: Date = new Date()
): CreateTrainingJobRequest {
  const { options = {} } = spec;
  return {
    TrainingJobName: spec.name,
    AlgorithmSpecification: {
      TrainingImage: facts.image.uri,
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
            S3Uri: inputUriOf(spec, facts),
            S3DataDistributionType: 'FullyReplicated'
          }
        }
      }
    ],
    OutputDataConfig: {
      S3OutputPath: options.outputUri ?? `s3://${facts.bucket}/`,
      ...(options.outputKmsKeyId && { KmsKeyId: options.outputKmsKeyId })
    },
    ResourceConfig: {
      InstanceCount: 1,
      InstanceType: spec.instanceType as TrainingInstanceType,
      VolumeSizeInGB: options.volumeSizeInGB ?? VOLUME_SIZE,
      ...(options.volumeKmsKeyId && { VolumeKmsKeyId: options.volumeKmsKeyId })
    },
    ...(options.subnets &&
      options.securityGroupIds && {
        VpcConfig: {
          SecurityGroupIds: options.securityGroupIds,
          Subnets: options.subnets
        }
      }),
    // AWS takes 1 to 30; no strategy means no retries.
    ...(spec.maxRetryAttempts > 0 && {
      RetryStrategy: { MaximumRetryAttempts: spec.maxRetryAttempts }
    }),
    RoleArn: facts.roleArn,
    StoppingCondition: {
      MaxRuntimeInSeconds: spec.maxRuntimeSeconds,
      ...(options.spot && {
        MaxWaitTimeInSeconds: options.spot.maxWaitSeconds
      })
    },
    ...(options.spot && { EnableManagedSpotTraining: true }),
    EnableInterContainerTrafficEncryption: true,
    EnableNetworkIsolation: spec.networkIsolation,
    Tags: mergeTags(
      jobTags(spec.displayName, baseName(spec.notebookPath)),
      options.snapshotUri ? [] : pathTags(spec.notebookPath),
      toTags(options.tags),
      facts.tags
    )
  };
}

/** s3://… of the input folder, without a slash at its end. */
function inputUriOf(spec: INotebookJobSpec, facts: ISurroundings): string {
  const { inputUri = `s3://${facts.bucket}`, snapshotUri } = spec.options ?? {};
  return (
    snapshotUri?.replace(/\/+$/, '') ??
    `${inputUri.replace(/\/+$/, '')}/${spec.name}/input`
  );
}

/** What AWS would not say, or only after everything has been staged. */
export function checkSpec(spec: INotebookJobSpec): void {
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
