import type { IJobRequest, INotebookJob } from '../tokens';
import {
  PythonExpression,
  pythonCall,
  pythonLiteral,
  pythonString
} from './pythonWriter';

/** What a cell is written with. */
export type CodeKind = 'boto3' | 'step';

/** A job's name has 63 characters at most, of which the time of the run takes 20. */
const BASE_LENGTH = 43;

/**
 * A cell that runs a job like this one again with boto3. Values of the person's own variables are
 * read from the notebook's environment: they may be secrets.
 */
export function boto3Code(job: INotebookJob, request: IJobRequest): string {
  const { input, variables } = request;
  const base = job.name.slice(0, BASE_LENGTH).replace(/-+$/, '');
  const environment = {
    ...(input.Environment as Record<string, string> | undefined),
    ...fromEnvironment(variables)
  };
  const whole = {
    ...input,
    TrainingJobName: new PythonExpression(
      `f"${base}-{time.strftime('%Y-%m-%d-%H-%M-%S')}"`
    ),
    Environment: environment
  };
  return lines(
    ...(variables.length > 0 ? ['import os'] : []),
    'import time',
    '',
    'import boto3',
    '',
    `sagemaker = boto3.client("sagemaker", region_name=${pythonString(regionOf(job))})`,
    `request = ${pythonLiteral(whole)}`,
    'sagemaker.create_training_job(**request)["TrainingJobArn"]'
  );
}

/**
 * A cell that runs a job like this one as a step of a pipeline with the SageMaker Python SDK, 2 or
 * 3. Source of the arguments: `NotebookJobStep` of the SDK.
 */
export function stepCode(job: INotebookJob): string {
  const names = Object.keys(job.environment);
  const name = stepName(job.displayName);
  const step = pythonCall('NotebookJobStep', {
    name,
    notebook_job_name: name,
    display_name: job.displayName,
    input_notebook: job.notebookPath ?? job.notebookName,
    image_uri: job.imageUri,
    kernel_name: job.kernelName,
    role: job.roleArn,
    instance_type: job.instanceType,
    volume_size: job.volumeSizeInGB,
    parameters: unlessEmpty(job.parameters),
    environment_variables: unlessEmpty(fromEnvironment(names)),
    additional_dependencies: job.packageFolder
      ? [folderOf(job.notebookPath ?? '')]
      : undefined,
    initialization_script: job.initScriptName,
    s3_kms_key: job.outputKmsKeyId,
    volume_kms_key: job.volumeKmsKeyId,
    subnets: job.subnets,
    security_group_ids: job.securityGroupIds,
    max_retry_attempts: job.maxRetryAttempts,
    max_runtime_in_seconds: job.maxRuntimeSeconds,
    tags: listTags(job.tags)
  });
  return lines(
    ...(names.length > 0 ? ['import os', ''] : []),
    'try:  # SageMaker Python SDK 3',
    '    from sagemaker.mlops.workflow.notebook_job_step import NotebookJobStep',
    '    from sagemaker.mlops.workflow.pipeline import Pipeline',
    'except ImportError:  # SageMaker Python SDK 2',
    '    from sagemaker.workflow.notebook_job_step import NotebookJobStep',
    '    from sagemaker.workflow.pipeline import Pipeline',
    '',
    `step = ${step}`,
    `pipeline = Pipeline(name=${pythonString(`${name}-pipeline`)}, steps=[step])`,
    `pipeline.upsert(role_arn=${pythonString(job.roleArn)})`,
    'execution = pipeline.start()'
  );
}

/** By these tags AWS's scheduler and this list show the job; the step adds the others itself. */
const SHOWN_BY = [
  'sagemaker:domain-name',
  'sagemaker:user-profile-name',
  'sagemaker:shared-space-name'
];

function listTags(
  tags: Record<string, string>
): Record<string, string>[] | undefined {
  const domain = /:space\/([^/]+)\/|:domain\/(.+)$/.exec(
    tags['sagemaker:space-arn'] ?? tags['sagemaker:domain-arn'] ?? ''
  );
  const known: Record<string, string | undefined> = {
    'sagemaker:domain-name': domain?.[1] ?? domain?.[2],
    ...tags
  };
  const found = SHOWN_BY.flatMap(Key => {
    const Value = known[Key];
    return Value ? [{ Key, Value }] : [];
  });
  return found.length > 0 ? found : undefined;
}

function fromEnvironment(
  names: readonly string[]
): Record<string, PythonExpression> {
  return Object.fromEntries(
    names.map(name => [
      name,
      new PythonExpression(`os.environ[${pythonString(name)}]`)
    ])
  );
}

/** Letters first, then letters, digits, hyphens and underscores, as the step checks it. */
function stepName(displayName: string): string {
  return (
    displayName
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^[^A-Za-z]+|-+$/g, '')
      .slice(0, 50) || 'notebook-job'
  );
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

/** `arn:aws:sagemaker:<region>:…` */
function regionOf(job: INotebookJob): string {
  return job.arn.split(':')[3] ?? '';
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function lines(...all: string[]): string {
  return all.join('\n');
}
