import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { ReactNode } from 'react';

import type { PythonType } from '../jobs/pythonLiteral';
import type { ITask, ITaskRequest } from '.';

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
  /** Path of the notebook below the server's root; jobs of AWS's scheduler don't tell. */
  notebookPath?: string;
  /** Whether the notebook's folder was taken along. */
  packageFolder: boolean;
  /** Key of the output, as the request named it. */
  outputKmsKeyId?: string;
  /** Key of the volume; without one it is not encrypted. */
  volumeKmsKeyId?: string;
  /** With the security groups: where the job is in a VPC. */
  subnets?: string[];
  securityGroupIds?: string[];
  /** Set where spot capacity was asked for. */
  spot?: { maxWaitSeconds: number };
  /** ARN of the lifecycle configuration that ran first. */
  startupScriptArn?: string;
  /** File name of the initialization script in the input. */
  initScriptName?: string;
  /** Seconds the training itself took; billed are `billableSeconds`. */
  trainingSeconds?: number;
  tags: Record<string, string>;
  /** Tags that are neither AWS's nor this extension's. */
  userTags: Record<string, string>;
}

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
  sweepName: 'jupyterlab-sagemaker-studio:sweep-name',
  sweepSample: 'jupyterlab-sagemaker-studio:sweep-sample'
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
  /** ARN of the Studio image, or its version, `imageUri` is of; tells user and mount path. */
  imageArn?: string;
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
  /** s3://… of a job's staged input to run again as it is; then nothing is staged. */
  snapshotUri?: string;
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

/** Which jobs may start by themselves, so that their ends can be told of; kept across reloads. */
export interface IJobExpectations {
  /** Ids of definitions of this person whose schedule is known to be active. */
  readonly activeDefinitions: ReadonlySet<string>;
  /** A definition was seen, resumed (active), paused or deleted. */
  setActive(id: string, isActive: boolean): void;
}
export const IJobExpectations = new Token<IJobExpectations>(
  'jupyterlab-sagemaker-studio:IJobExpectations',
  'Job definitions that start notebook jobs by themselves; told by whoever lists them.'
);

/** The form a part belongs to, as far as parts need it. */
export interface IJobFormHost {
  /** Path of the notebook relative to the server's root. */
  readonly notebookPath: string;
  /** The definition that is edited, if the form was opened for one. */
  readonly definitionId?: string;
  readonly instanceType: string;
  readonly usesSpot: boolean;
  /** Time-out of an attempt in seconds; NaN while it is no number. */
  readonly maxRuntimeSeconds: number;
  readonly parameters: ReadonlyArray<IJobFormParameter>;
  /** Emitted when anything of the form changes. */
  readonly changed: ISignal<unknown, void>;
}

/** A parameter in the form. */
export interface IJobFormParameter {
  id: number;
  name: string;
  value: string;
  /** Its default in the notebook; missing for one the person added. */
  defaultText?: string;
  /** What its default is. */
  type?: PythonType;
}

/**
 * A part of the job form another capability adds: *when* the notebook runs, or a sweep.
 *
 * While it is active, it submits in place of the form.
 */
export interface IJobFormPart extends IDisposable {
  /** Emitted when what is chosen in it changes. */
  readonly changed: ISignal<unknown, void>;
  /** Whether it submits in place of the form. */
  readonly isActive: boolean;
  /** What the button says while it is active. */
  readonly submitLabel: string;
  /** What is said where submitting has failed, e.g. "The sweep was not submitted". */
  readonly failureTitle: string;
  /** The service that starts the job with its role, e.g. `scheduler.amazonaws.com`. */
  readonly starter?: string;
  /** Why it can't be submitted, in a sentence, or null. */
  readonly problem: string | null;
  /** The durable task it waits for, shown as progress. */
  readonly task?: ITask;
  /** Draw it as a section of the form, with legend. */
  render(): ReactNode;
  /** Draw what belongs below the value of a parameter; null for nothing. */
  renderParameter?(id: number): ReactNode;
  /** Whether it gives the values of a parameter, whose own value then does not count. */
  covers?(name: string): boolean;
  /**
   * Submit what the form describes; false if the person or a cancelled task ended it.
   *
   * @param spec - `name` is a fresh id by the rule of training jobs.
   * @throws StudioError - shown in the form, which keeps its content.
   */
  submit(spec: INotebookJobSpec): Promise<boolean>;
  /** Cancel what {@link submit} started. */
  cancel?(): void;
  /** What is kept across a reload, as JSON; no secrets. */
  save(): unknown;
  /** Take up what {@link save} gave. */
  restore(saved: unknown): void;
}

/** Makes a part for one form; called when the form is opened. */
export type JobFormPartFactory = (host: IJobFormHost) => Promise<IJobFormPart>;

/** What a form is opened for. */
export interface IJobFormRequest {
  /** Path of the notebook; asked for, or the job's snapshot offered, where it is not known. */
  path?: string;
  /** A job whose options the form begins with. */
  job?: INotebookJob;
  /** Handed to the parts: the definition that is edited. */
  definitionId?: string;
}

/** The job form, for capabilities that add to it or open it. */
export interface IJobForms {
  /** Add a part; `when` stands below the name, `sweep` below the parameters. */
  setPart(place: 'when' | 'sweep', factory: JobFormPartFactory): IDisposable;
  /** Open a form. */
  open(request: IJobFormRequest): Promise<void>;
}
export const IJobForms = new Token<IJobForms>(
  'jupyterlab-sagemaker-studio:IJobForms',
  'The form that runs a notebook as a job: parts can be added, and it can be opened prefilled.'
);
