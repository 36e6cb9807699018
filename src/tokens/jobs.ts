import type { ITaskRequest } from '.';

/** Status of a training job, as DescribeTrainingJob reports it. */
export type JobStatus =
  'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** One entry of SecondaryStatusTransitions. */
export interface IJobTransition {
  status: string;
  startTime: Date;
  endTime?: Date;
  message?: string;
}

/** A notebook job: a training job carrying the scheduler's tags. */
export interface INotebookJob {
  /** The training job's name, unique in account and region; the job's id. */
  name: string;
  arn: string;
  /** The name the person gave (tag `sagemaker:name`). */
  displayName: string;
  /** File name of the notebook (tag `sagemaker:notebook-name` or environment). */
  notebookName: string;
  status: JobStatus;
  secondaryStatus: string;
  /** AWS's own words, complete. */
  failureReason?: string;
  transitions: IJobTransition[];
  createdAt: Date;
  startedAt?: Date;
  endedAt?: Date;
  modifiedAt?: Date;
  instanceType: string;
  volumeSizeInGB?: number;
  imageUri: string;
  kernelName: string;
  roleArn: string;
  parameters: Record<string, string>;
  /** The person's own variables; the driver's SM_* are left out. */
  environment: Record<string, string>;
  /** s3://… of the staged input folder. */
  inputUri: string;
  /** S3OutputPath of the request. */
  outputPath: string;
  /** s3://…/output/output.tar.gz; present whether or not the object exists. */
  outputUri: string;
  outputNotebookName: string;
  outputFormats: string[];
  maxRuntimeSeconds: number;
  maxRetryAttempts: number;
  billableSeconds?: number;
  networkIsolation: boolean;
  jobDefinitionId?: string;
  tags: Record<string, string>;
}

/** Where a notebook job came from, as its tags tell. */
export type JobOrigin = 'scheduler' | 'pipeline-step';

/**
 * What started a notebook job, as its tags tell: a person with this extension or with AWS's
 * scheduler, a schedule, a sweep, or a pipeline made with the SDK.
 */
export type JobSource =
  'extension' | 'scheduler' | 'schedule' | 'sweep' | 'pipeline-step';

/** Tags this extension adds to jobs. */
export const OWN_TAGS = {
  notebookPath: 'jupyterlab-sagemaker-studio:notebook-path',
  sweep: 'jupyterlab-sagemaker-studio:sweep',
  sweepName: 'jupyterlab-sagemaker-studio:sweep-name'
} as const;

/** Whose jobs a list shows. */
export type JobScope = 'mine' | 'space' | 'domain';

/**
 * Where and how a job runs; what is missing is the default of its surroundings.
 *
 * Limits are those of CreateTrainingJob (SageMaker API reference).
 */
export interface IJobOptions {
  /** ECR URI of the container image. */
  imageUri?: string;
  roleArn?: string;
  /** s3://bucket/prefix below which the input is staged. */
  inputUri?: string;
  /** s3://bucket/prefix for the output. */
  outputUri?: string;
  /** Key id, ARN or alias for the output in S3. */
  outputKmsKeyId?: string;
  /** Key for the volume; without one it is not encrypted. */
  volumeKmsKeyId?: string;
  /** 1–16, together with security groups. */
  subnets?: string[];
  /** 1–5. */
  securityGroupIds?: string[];
  /** Default 30. */
  volumeSizeInGB?: number;
  /** Spot capacity; how long to wait for it and run, in all. */
  spot?: { maxWaitSeconds: number };
  /** ARN of a Studio lifecycle configuration run before the notebook. */
  startupScriptArn?: string;
  /** Script sourced in the notebook's shell, relative to the server's root. */
  initScriptPath?: string;
  /** A person's own tags. */
  tags?: Record<string, string>;
}

/** A notebook job to be, in the person's terms. */
export interface INotebookJobSpec {
  /** Training job name, chosen once in the browser; see `newJobName`. */
  name: string;
  displayName: string;
  /** Path of the notebook relative to the server root, drive prefix allowed. */
  notebookPath: string;
  kernelName: string;
  instanceType: string;
  parameters: Record<string, string>;
  environment: Record<string, string>;
  /** Paths of extra files, relative to the server root. */
  extraFiles: string[];
  /** Take the notebook's folder along (all that is not hidden). */
  packageFolder: boolean;
  /** Also write the output notebook as these nbconvert formats, e.g. `html`. */
  outputFormats: string[];
  maxRuntimeSeconds: number;
  maxRetryAttempts: number;
  networkIsolation: boolean;
  /** Beyond the defaults. */
  options?: IJobOptions;
}

/** What a list of jobs is narrowed to by AWS's Search; what is missing is not narrowed. */
export interface IJobQuery {
  /** Default `mine`. */
  scope?: JobScope;
  /** `Failed` also finds those whose time was up. */
  status?: JobStatus;
  source?: JobSource;
  definitionId?: string;
  /**
   * Part of the name the person gave, capitals told apart. A hint: where the domain's ARN is not
   * known the answer is not narrowed by it, as Search takes one `Contains` only.
   */
  nameContains?: string;
}

/** A page of a list; the newest jobs come first. */
export interface IJobListOptions extends IJobQuery {
  nextToken?: string;
  /** 1–100, default 100. */
  pageSize?: number;
}

/** One page of jobs. */
export interface IJobsPage {
  jobs: INotebookJob[];
  nextToken?: string;
}

/** One line of a job's log. */
export interface ILogLine {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

export interface ILogPage {
  lines: ILogLine[];
  /** Give it back to go on reading forward; none as long as there is no log. */
  nextToken?: string;
  /** There was more than one page to read: go on at once instead of waiting. */
  more?: boolean;
}

/** The packed output of a job, as it lies in S3. */
export interface IJobOutput {
  bucket: string;
  key: string;
  bytes: number;
  modifiedAt?: Date;
}

/** What CloudWatch knows of a training job's instance; per cent, of each core or GPU summed up. */
export type JobMetricName =
  | 'CPUUtilization'
  | 'MemoryUtilization'
  | 'GPUUtilization'
  | 'GPUMemoryUtilization'
  | 'DiskUtilization';

/** How much of something a job used over time. */
export interface IJobMetric {
  name: JobMetricName;
  /** The oldest first; time in milliseconds since the epoch. */
  points: { time: number; value: number }[];
}

/** The CreateTrainingJob request a job was made by, as far as AWS still tells. */
export interface IJobRequest {
  /** In AWS's words; the person's own variables are left out of `Environment`. */
  input: Record<string, unknown>;
  /** Names of the person's own variables, whose values may be secrets. */
  variables: string[];
}

/** Verbs on notebook jobs. Every promise rejects with a {@link StudioError}. */
export interface IJobsApi {
  list(options: IJobListOptions, signal?: AbortSignal): Promise<IJobsPage>;
  describe(name: string, signal?: AbortSignal): Promise<INotebookJob>;
  /** The durable task (stage files, then CreateTrainingJob) for a spec. */
  submission(spec: INotebookJobSpec): Promise<ITaskRequest>;
  stop(name: string): Promise<void>;
  /** As AWS's scheduler does: stop if it runs, then tag it archived. */
  remove(job: INotebookJob): Promise<void>;
  logs(
    name: string,
    options: { nextToken?: string },
    signal?: AbortSignal
  ): Promise<ILogPage>;
  /** How much of its instance it used; nothing before the first minute is over. */
  metrics(job: INotebookJob, signal?: AbortSignal): Promise<IJobMetric[]>;
  /** What it was made by, to make another like it. */
  request(name: string, signal?: AbortSignal): Promise<IJobRequest>;
  /** The output archive, or null if there is none (yet). */
  output(job: INotebookJob, signal?: AbortSignal): Promise<IJobOutput | null>;
  /** Instance types CreateTrainingJob knows, from the SDK's model. */
  instanceTypes(): Promise<string[]>;
}
