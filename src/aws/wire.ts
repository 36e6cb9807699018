/**
 * The wire format of AWS's own notebook scheduler: names, tags, environment. Pure; no SDK here.
 *
 * Source of all facts: amazon-sagemaker-jupyter-scheduler 3.2.2 (`model_converter.py`, `utils.py`,
 * `providers/tags.py`) and sagemaker-headless-execution-driver 0.0.13 (`headless_execution.sh`).
 */
import type { Tag } from '@aws-sdk/client-sagemaker';

import type { INotebookJobSpec } from '../tokens';
import { OWN_TAGS } from '../tokens/jobs';

/** The input channel; its name tells AWS where the job came from. */
export const CHANNEL = 'sagemaker_headless_execution_jupyterlab';
export const ENTRYPOINT = 'amazon_sagemaker_scheduler';
export const ENVIRONMENT_NAME = 'sagemaker-default-env';
/** Disk of a notebook job, GB, where nothing else is asked for. */
export const VOLUME_SIZE = 30;
/** Name the start-up script has in the input. */
export const STARTUP_SCRIPT = 'lcc-init-script.sh';

/** Tags of a job, by what they say. */
export const TAG = {
  name: 'sagemaker:name',
  notebookName: 'sagemaker:notebook-name',
  isSchedulingJob: 'sagemaker:is-scheduling-notebook-job',
  isArchived: 'sagemaker:is-studio-archived',
  driverVersion: 'sagemaker:headless-execution-version',
  jobDefinitionId: 'sagemaker:job-definition-id',
  origin: 'sagemaker:notebook-job-origin',
  domainArn: 'sagemaker:domain-arn',
  domainName: 'sagemaker:domain-name',
  userProfileName: 'sagemaker:user-profile-name',
  spaceName: 'sagemaker:shared-space-name',
  spaceArn: 'sagemaker:space-arn',
  // Ours: AWS's scheduler does not read these.
  ...OWN_TAGS
} as const;

/** Keys that are not a person's to choose. */
const OWN_TAG = /^(aws|sagemaker|jupyterlab-sagemaker-studio):/i;

// Set by the scheduler or read by the driver; a person's own variables have other names.
const RESERVED = new Set([
  'AWS_DEFAULT_REGION',
  'SM_EFS_MOUNT_GID',
  'SM_EFS_MOUNT_PATH',
  'SM_EFS_MOUNT_UID',
  'SM_ENV_NAME',
  'SM_EXECUTION_INPUT_PATH',
  'SM_EXECUTION_SYSTEM_PATH',
  'SM_FIRST_PARTY_IMAGEOWNER',
  'SM_FIRST_PARTY_IMAGE_ARN',
  'SM_HEADLESS_EXECUTION_PATH',
  'SM_INIT_SCRIPT',
  'SM_INPUT_NOTEBOOK_NAME',
  'SM_JOB_DEF_VERSION',
  'SM_KERNEL_NAME',
  'SM_LCC_INIT_SCRIPT',
  'SM_LCC_INIT_SCRIPT_ARN',
  'SM_OUTPUT_FORMATS',
  'SM_OUTPUT_NOTEBOOK_NAME',
  'SM_PACKAGE_INPUT_FOLDER',
  'SM_SKIP_EFS_SIMULATION'
]);

/** Whether an environment variable belongs to the scheduler and its driver. */
export function isReservedVariable(name: string): boolean {
  return RESERVED.has(name);
}

/**
 * A name for a training job, by the rule of AWS's scheduler: 17 characters of the job's name, 16
 * of the notebook's, 8 random hex digits, the local time; 63 at most.
 *
 * Where nothing is left of a name (`数据`), a word stands for it: a job's name can't begin with
 * a hyphen.
 */
export function newJobName(
  displayName: string,
  notebookName: string,
  now: Date = new Date()
): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [
    now.getFullYear(),
    two(now.getMonth() + 1),
    two(now.getDate()),
    two(now.getHours()),
    two(now.getMinutes()),
    two(now.getSeconds())
  ].join('-');
  const random = Array.from(crypto.getRandomValues(new Uint8Array(4)), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
  const job = sanitize(displayName, 17) || 'job';
  const notebook = sanitize(splitExtension(notebookName)[0], 16) || 'notebook';
  return `${job}-${notebook}-${random}-${time}`;
}

/** The output notebook's name as the scheduler asks for it. */
export function requestedOutputName(
  displayName: string,
  notebookName: string,
  now: Date = new Date()
): string {
  const [stem, extension] = splitExtension(notebookName);
  const job = sanitize(displayName, 10) || 'job';
  const notebook = sanitize(stem, 10) || 'notebook';
  return `${job}-${notebook}-${now.toISOString()}-${extension || '.ipynb'}`;
}

/**
 * The output notebook's name as the driver writes it: it replaces dots and colons by hyphens and
 * puts the extension back; unquoted in its shell script, runs of spaces become one.
 */
export function actualOutputName(requested: string): string {
  return requested
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[.:]/g, '-')
    .replace(/-*ipynb$/, '.ipynb');
}

/** `folder/a b.ipynb` or `RTC:a.ipynb` without folder and drive. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^[A-Za-z0-9]+:/, '');
}

/** The folder a path lies in, `` for the server's root; a drive prefix stays. */
export function folderName(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0
    ? (/^[A-Za-z0-9]+:/.exec(path)?.[0] ?? '')
    : path.slice(0, slash);
}

/**
 * A text as a tag's value: letters, digits, spaces and `_.:/=+-@`, 256 characters (SageMaker API
 * reference, "Tag"); what may not stand there becomes `_`.
 */
export function tagValue(text: string): string {
  const allowed = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_');
  return Array.from(allowed).slice(0, 256).join('');
}

/** The tags every notebook job carries. */
export function jobTags(displayName: string, notebookName: string): Tag[] {
  return [
    { Key: TAG.name, Value: tagValue(displayName) },
    { Key: TAG.notebookName, Value: tagValue(notebookName) },
    { Key: TAG.isSchedulingJob, Value: 'true' },
    { Key: TAG.isArchived, Value: 'false' },
    // AWS's scheduler writes this word where a version was once planned.
    { Key: TAG.driverVersion, Value: 'false' }
  ];
}

/**
 * Where the notebook lies, so that it is found again. Left out where a tag can't hold the path: a
 * wrong one would be worse than none.
 */
export function pathTags(notebookPath: string): Tag[] {
  return tagValue(notebookPath) === notebookPath
    ? [{ Key: TAG.notebookPath, Value: notebookPath }]
    : [];
}

/** A person's own tags out of all tags of a job. */
export function userTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => !OWN_TAG.test(key))
  );
}

/** A dictionary as tags. */
export function toTags(tags: Record<string, string> = {}): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** SageMaker takes 50 tags; the server adds one that recognises a repeated request. */
const MAX_TAGS = 49;

/** First come, first kept: `aws:` tags and repeated keys are left out, as AWS's scheduler does. */
export function mergeTags(...lists: readonly (readonly Tag[])[]): Tag[] {
  const kept = new Map<string, Tag>();
  for (const tag of lists.flat()) {
    const key = tag.Key ?? '';
    if (!key.startsWith('aws:') && !kept.has(key)) {
      kept.set(key, tag);
    }
  }
  return [...kept.values()].slice(0, MAX_TAGS);
}

/** Tags as a dictionary. */
export function tagDictionary(
  tags: readonly Tag[] = []
): Record<string, string> {
  return Object.fromEntries(
    tags.map(({ Key, Value }) => [Key ?? '', Value ?? ''])
  );
}

/** The container image of a job, as AWS's scheduler describes it to its driver. */
export interface IJobImage {
  /** ECR URI. */
  uri: string;
  /** ARN of a Studio image, or the URI again. */
  arn: string;
  /** `jupyterlab` for a SageMaker Distribution image. */
  owner: string;
  /** Where the input appears in the container. */
  mountPath: string;
  uid: string;
  gid: string;
  /** Variables apps of the image have and jobs lack, where administrators set some. */
  variables?: Record<string, string>;
}

/** An image known by its ECR URI only: user and home of a SageMaker Distribution image. */
export function imageOf(uri: string): IJobImage {
  return {
    uri,
    arn: uri,
    owner: 'jupyterlab',
    mountPath: '/home/sagemaker-user',
    uid: '1000',
    gid: '100'
  };
}

/** The environment of a job's container, the person's variables included. */
export function jobEnvironment(
  spec: INotebookJobSpec,
  facts: { region: string; image: IJobImage },
  now: Date = new Date()
): Record<string, string> {
  const notebook = baseName(spec.notebookPath);
  const { image } = facts;
  const { initScriptPath, startupScriptArn } = spec.options ?? {};
  return {
    SM_JOB_DEF_VERSION: '1.0',
    SM_FIRST_PARTY_IMAGEOWNER: image.owner,
    SM_FIRST_PARTY_IMAGE_ARN: image.arn,
    SM_KERNEL_NAME: spec.kernelName,
    SM_SKIP_EFS_SIMULATION: '',
    SM_EFS_MOUNT_PATH: image.mountPath,
    SM_EFS_MOUNT_UID: image.uid,
    SM_EFS_MOUNT_GID: image.gid,
    SM_INPUT_NOTEBOOK_NAME: notebook,
    SM_OUTPUT_NOTEBOOK_NAME: requestedOutputName(
      spec.displayName,
      notebook,
      now
    ),
    AWS_DEFAULT_REGION: facts.region,
    SM_ENV_NAME: ENVIRONMENT_NAME,
    SM_OUTPUT_FORMATS: outputFormats(spec.outputFormats).join(','),
    SM_EXECUTION_INPUT_PATH: `/opt/ml/input/data/${CHANNEL}`,
    ...(initScriptPath && { SM_INIT_SCRIPT: baseName(initScriptPath) }),
    ...(startupScriptArn && {
      SM_LCC_INIT_SCRIPT: STARTUP_SCRIPT,
      SM_LCC_INIT_SCRIPT_ARN: startupScriptArn
    }),
    ...(spec.packageFolder && { SM_PACKAGE_INPUT_FOLDER: 'True' }),
    ...spec.environment
  };
}

/**
 * With `ipynb` in front: AWS's scheduler offers exactly the formats named here for download, so
 * without it the output notebook would not show in its list.
 */
function outputFormats(formats: readonly string[]): string[] {
  return [...new Set(['ipynb', ...formats])];
}

/** The person's own variables of a job's environment. */
export function ownEnvironment(
  environment: Record<string, string> = {}
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !isReservedVariable(name))
  );
}

function sanitize(text: string, length: number): string {
  return text.replace(/[^a-zA-Z0-9]/g, '').slice(0, length);
}

function splitExtension(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}
