/**
 * Job definitions as AWS's scheduler keeps them: a pipeline with one training step.
 *
 * Source: amazon-sagemaker-jupyter-scheduler 3.2.2 (`scheduler.py`, `utils.py`, `model_converter.py`).
 */
import type {
  CreatePipelineRequest,
  CreateTrainingJobRequest,
  DescribePipelineResponse,
  Pipeline,
  Tag,
  UpdatePipelineRequest
} from '@aws-sdk/client-sagemaker';

import { StudioError } from '../core/errors';
import type {
  IDefinitionSpec,
  IJobDefinition,
  IJobDefinitionDetails,
  IRunValues,
  INotebookJob
} from '../tokens';
import { toNotebookJob } from './convert';
import type { Wire } from './json';
import { toDate } from './json';
import {
  isReservedVariable,
  TAG,
  baseName,
  mergeTags,
  newJobName,
  requestedOutputName,
  tagDictionary
} from './wire';

/** Ours: of the notebook that was scheduled. */
export const HASH_TAG = 'jupyterlab-sagemaker-studio:notebook-hash';

/** Retries of a step: 1–20 (Pipelines guide, "Retry policy"). */
const MAX_ATTEMPTS = 20;
const RETRIED = [
  'Step.SERVICE_FAULT',
  'Step.THROTTLING',
  'SageMaker.JOB_INTERNAL_ERROR',
  'SageMaker.CAPACITY_ERROR',
  'SageMaker.RESOURCE_LIMIT'
];
const DESCRIPTION = 'Notebook job definition of jupyterlab-sagemaker-studio';

type Arguments = Wire<CreateTrainingJobRequest>;

interface IDocument {
  Version: string;
  Parameters?: unknown[];
  Steps?: {
    Name: string;
    Type: string;
    Arguments?: Arguments;
    RetryPolicies?: { ExceptionType?: string[]; MaxAttempts?: number }[];
  }[];
}

/** The pipeline for a definition; its job's request is AWS's scheduler's but for the name. */
export function toPipeline(
  spec: IDefinitionSpec,
  request: CreateTrainingJobRequest
): Omit<CreatePipelineRequest, 'ClientRequestToken'> {
  const { job } = spec;
  const { Tags = [], RoleArn } = request;
  return {
    ...toPipelineUpdate(spec, request, job.name),
    RoleArn,
    Tags: mergeTags(hashTags(spec), Tags)
  };
}

/** What UpdatePipeline changes of a definition. */
export function toPipelineUpdate(
  spec: IDefinitionSpec,
  request: CreateTrainingJobRequest,
  id: string
): UpdatePipelineRequest & { PipelineName: string } {
  const { displayName, notebookPath } = spec.job;
  const stem = baseName(notebookPath).replace(/\.ipynb$/, '');
  const displayed = plain(displayName, 63);
  return {
    PipelineName: id,
    ...(displayed && { PipelineDisplayName: displayed }),
    PipelineDescription: DESCRIPTION,
    RoleArn: request.RoleArn,
    PipelineDefinition: JSON.stringify({
      Version: '2020-12-01',
      Parameters: [],
      Steps: [
        {
          Name: `${plain(displayName, 10) || 'job'}-${plain(stem, 10) || 'notebook'}`,
          Type: 'Training',
          Arguments: toArguments(spec, request, id, stem),
          ...(spec.job.maxRetryAttempts > 0 && {
            RetryPolicies: [
              {
                ExceptionType: RETRIED,
                MaxAttempts: Math.min(MAX_ATTEMPTS, spec.job.maxRetryAttempts)
              }
            ]
          })
        }
      ]
    })
  };
}

/** Tags of the pipeline that tell of the notebook. */
export function hashTags({ notebookHash }: IDefinitionSpec): Tag[] {
  return notebookHash ? [{ Key: HASH_TAG, Value: notebookHash }] : [];
}

function toArguments(
  spec: IDefinitionSpec,
  request: CreateTrainingJobRequest,
  id: string,
  stem: string
): object {
  const { Tags = [], ...rest } = request;
  return {
    ...rest,
    // Pipelines name the jobs themselves; undefined is left out of the JSON.
    TrainingJobName: undefined,
    Environment: {
      ...rest.Environment,
      // Evaluated at each run: every output has its own name.
      SM_OUTPUT_NOTEBOOK_NAME: {
        'Std:Join': {
          On: '-',
          Values: [
            plain(spec.job.displayName, 10) || 'job',
            plain(stem, 10) || 'notebook',
            { Get: 'Execution.StartDateTime' },
            '.ipynb'
          ]
        }
      }
    },
    // The step's retry policies count; as AWS's scheduler has it, the job itself tries once more.
    ...(rest.RetryStrategy && { RetryStrategy: { MaximumRetryAttempts: 1 } }),
    Tags: mergeTags([{ Key: TAG.jobDefinitionId, Value: id }], Tags)
  };
}

/** A pipeline `Search` has found, as a definition. */
export function toDefinition(
  pipeline: Wire<Pipeline>,
  tagList: readonly Tag[]
): IJobDefinition {
  const tags = tagDictionary(tagList);
  const id = pipeline.PipelineName ?? '';
  return {
    id,
    arn: pipeline.PipelineArn ?? '',
    displayName: tags[TAG.name] ?? pipeline.PipelineDisplayName ?? id,
    notebookName: tags[TAG.notebookName] ?? '',
    createdAt: toDate(pipeline.CreationTime) ?? new Date(NaN),
    modifiedAt: toDate(pipeline.LastModifiedTime),
    tags
  };
}

/** A definition with what its pipeline says. */
export function toDetails(
  pipeline: Wire<DescribePipelineResponse>,
  tagList: readonly Tag[]
): IJobDefinitionDetails {
  const definition = toDefinition(pipeline, tagList);
  const { tags } = definition;
  const step = stepOf(pipeline);
  return {
    ...definition,
    roleArn: pipeline.RoleArn ?? '',
    job: step && toTemplate(definition, step.Arguments),
    notebookPath: tags[TAG.notebookPath],
    notebookHash: tags[HASH_TAG],
    maxAttempts: step?.RetryPolicies?.[0]?.MaxAttempts ?? 0
  };
}

/** The job each run makes. */
function toTemplate(
  definition: IJobDefinition,
  request: Arguments
): INotebookJob {
  const job = toNotebookJob(
    {
      ...literals(request),
      TrainingJobName: definition.id,
      CreationTime: definition.createdAt.getTime() / 1000
    },
    request.Tags ?? []
  );
  // A job's retries are the step's; its own are for faults within a run.
  return { ...job, notebookName: job.notebookName || definition.notebookName };
}

/** A request without what its pipeline puts in at each run. */
function literals<T>(request: T): T {
  return JSON.parse(
    JSON.stringify(request, (_, value) =>
      isVariable(value) ? undefined : value
    )
  ) as T;
}

/** Whether it is `{"Std:Join": …}`, `{"Get": "Execution.…"}` or their like. */
function isVariable(value: unknown): boolean {
  const [[name, of] = [], ...more] = Object.entries(Object(value));
  return (
    more.length === 0 &&
    (/^Std:/.test(name ?? '') ||
      (name === 'Get' && /^(Execution|Parameters|Steps)\./.test(String(of))))
  );
}

/**
 * The request of a job that runs a definition now.
 *
 * @throws StudioError - `NotANotebookJob` where its pipeline is something else.
 */
export function toRunNow(
  pipeline: Wire<DescribePipelineResponse>,
  { parameters, environment }: IRunValues,
  now = new Date()
): Arguments & { TrainingJobName: string } {
  const step = stepOf(pipeline);
  const id = pipeline.PipelineName ?? '';
  if (!step) {
    throw new StudioError({
      code: 'NotANotebookJob',
      message: `The pipeline ${id} does not consist of one notebook job.`
    });
  }
  const request = step.Arguments;
  const displayName = tagDictionary(request.Tags ?? [])[TAG.name] ?? id;
  const notebook = request.Environment?.SM_INPUT_NOTEBOOK_NAME ?? '';
  return {
    ...request,
    TrainingJobName: newJobName(displayName, notebook, now),
    Environment: {
      ...environment,
      ...Object.fromEntries(
        Object.entries(request.Environment ?? {}).filter(([name]) =>
          isReservedVariable(name)
        )
      ),
      SM_OUTPUT_NOTEBOOK_NAME: requestedOutputName(displayName, notebook, now)
    },
    HyperParameters: Object.keys(parameters).length > 0 ? parameters : undefined
  };
}

/** The one step of a notebook job; null for any other pipeline. */
function stepOf(
  pipeline: Wire<DescribePipelineResponse>
): (NonNullable<IDocument['Steps']>[number] & { Arguments: Arguments }) | null {
  let document: IDocument;
  try {
    document = JSON.parse(pipeline.PipelineDefinition ?? '') as IDocument;
  } catch {
    return null;
  }
  const steps = Array.isArray(document?.Steps) ? document.Steps : [];
  const [step] = steps;
  const isJob =
    steps.length === 1 &&
    step.Type === 'Training' &&
    typeof step.Arguments?.Environment?.SM_INPUT_NOTEBOOK_NAME === 'string';
  return isJob ? { ...step, Arguments: step.Arguments as Arguments } : null;
}

/** Letters and digits only, as AWS's scheduler cuts names. */
function plain(text: string, length: number): string {
  return text.replace(/[^a-zA-Z0-9]/g, '').slice(0, length);
}
