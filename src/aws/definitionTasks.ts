/** The durable tasks that make and change job definitions. */
import type { DescribePipelineResponse } from '@aws-sdk/client-sagemaker';

import { field } from '../core/context';
import type {
  IContext,
  IDefinitionSpec,
  IJobDefinitionDetails,
  ISchedule,
  ITaskRequest,
  ITrigger
} from '../tokens';
import type { Rules } from './events';
import { toRuleExpression, toTarget } from './events';
import type { JsonClient, Wire } from './json';
import { hashTags, toPipeline, toPipelineUpdate } from './pipelines';
import type { SchedulerApi } from './scheduler';
import { toSchedule, toScheduleUpdate } from './scheduler';
import { checkSpec, toStaging, toTrainingJob } from './submission';
import type { ISurroundings } from './surroundings';
import { surroundingsOf } from './surroundings';
import { baseName, jobTags } from './wire';

/** A call of a task, with the one that takes it back. */
interface IStep {
  service: 'sagemaker' | 'scheduler' | 'events';
  operation: string;
  input: object;
  undo?: Omit<IStep, 'undo'>;
}

/** Stage, CreatePipeline, then what starts it; each call with what takes it back. */
export async function toCreation(
  spec: IDefinitionSpec,
  context: IContext,
  sagemaker: JsonClient
): Promise<ITaskRequest> {
  checkSpec(spec.job);
  const facts = await surroundingsOf(context, sagemaker, spec.job.options);
  const { job } = spec;
  const arn = pipelineArn(context, facts, job.name);
  const request = toTrainingJob(job, facts);
  return {
    kind: 'stage',
    clientToken: job.name,
    title: job.displayName,
    spec: {
      ...toStaging(job, facts),
      then: [
        {
          service: 'sagemaker',
          operation: 'CreatePipeline',
          input: toPipeline(spec, request),
          undo: {
            service: 'sagemaker',
            operation: 'DeletePipeline',
            input: { PipelineName: job.name }
          }
        },
        ...triggerSteps(spec, arn, facts)
      ]
    }
  };
}

/** What a revision needs to know of the definition as it is. */
export interface IRevisionOptions {
  definition: IJobDefinitionDetails;
  trigger: ITrigger | null;
  present: Wire<DescribePipelineResponse>;
  sagemaker: JsonClient;
  rules: Rules;
  scheduler: SchedulerApi;
}

/** Stage the notebook anew, UpdatePipeline, then its schedule and tags. */
export async function toRevision(
  spec: IDefinitionSpec,
  context: IContext,
  options: IRevisionOptions
): Promise<ITaskRequest> {
  checkSpec(spec.job);
  const { definition, trigger, present, sagemaker } = options;
  const facts = await surroundingsOf(context, sagemaker, spec.job.options);
  const { id } = definition;
  const { job } = spec;
  const staging = toStaging(job, facts);
  const request = toTrainingJob(job, facts);
  const isNew = job.options?.snapshotUri === undefined;
  // Named by the time: runs under way still read the one before.
  const folder = `${id}/input-${Date.now()}`;
  const moved = (uri: string) => uri.replace(`${job.name}/input`, folder);
  const source = request.InputDataConfig?.[0].DataSource?.S3DataSource;
  if (isNew && source) {
    source.S3Uri = moved(source.S3Uri ?? '');
  }
  const then: IStep[] = [
    {
      service: 'sagemaker',
      operation: 'UpdatePipeline',
      input: toPipelineUpdate(spec, request, id),
      undo: {
        service: 'sagemaker',
        operation: 'UpdatePipeline',
        input: {
          PipelineName: id,
          PipelineDisplayName: present.PipelineDisplayName,
          PipelineDescription: present.PipelineDescription,
          PipelineDefinition: present.PipelineDefinition,
          RoleArn: present.RoleArn
        }
      }
    },
    ...(trigger
      ? await changeSteps(id, trigger, spec.schedule, options)
      : triggerSteps(
          { ...spec, job: { ...job, name: id } },
          definition.arn,
          facts
        )),
    {
      service: 'sagemaker',
      operation: 'AddTags',
      input: {
        ResourceArn: definition.arn,
        Tags: [
          ...jobTags(job.displayName, baseName(job.notebookPath)).slice(0, 2),
          ...hashTags(spec)
        ]
      }
    }
  ];
  return {
    kind: 'stage',
    clientToken: job.name,
    title: job.displayName,
    spec: {
      ...staging,
      ...(isNew && { prefix: moved(staging.prefix) }),
      then
    }
  };
}

/** The calls that make a definition's schedule, or its rule. */
function triggerSteps(
  { job, schedule, kind }: IDefinitionSpec,
  arn: string,
  facts: ISurroundings
): IStep[] {
  const id = job.name;
  if (kind === 'scheduler') {
    return [
      {
        service: 'scheduler',
        operation: 'CreateSchedule',
        input: toSchedule(id, schedule, arn, facts.roleArn, Date.now()),
        undo: {
          service: 'scheduler',
          operation: 'DeleteSchedule',
          input: { Name: id }
        }
      }
    ];
  }
  return [
    {
      service: 'events',
      operation: 'PutRule',
      input: {
        Name: id,
        Description: 'Starts a notebook job definition',
        ScheduleExpression: toRuleExpression(schedule),
        State: 'ENABLED',
        Tags: jobTags(job.displayName, baseName(job.notebookPath))
      },
      undo: {
        service: 'events',
        operation: 'DeleteRule',
        input: { Name: id }
      }
    },
    {
      service: 'events',
      operation: 'PutTargets',
      input: { Rule: id, Targets: [toTarget(arn, facts.roleArn)] }
    }
  ];
}

/** The call that changes when a definition runs. */
async function changeSteps(
  id: string,
  trigger: ITrigger,
  schedule: ISchedule,
  { rules, scheduler }: IRevisionOptions
): Promise<IStep[]> {
  if (trigger.kind === 'rule') {
    const [input, before] = await Promise.all([
      rules.change(id, schedule),
      rules.present(id)
    ]);
    return [
      {
        service: 'events',
        operation: 'PutRule',
        input,
        undo: { service: 'events', operation: 'PutRule', input: before }
      }
    ];
  }
  const state = await scheduler.get(id);
  const update = (change: { schedule?: ISchedule }) => ({
    service: 'scheduler' as const,
    operation: 'UpdateSchedule',
    input: toScheduleUpdate(state, change, Date.now())
  });
  return [{ ...update({ schedule }), undo: update({}) }];
}

/** A pipeline's ARN before there is one: its letters are small where the name's are not. */
function pipelineArn(
  context: IContext,
  facts: ISurroundings,
  id: string
): string {
  const [, partition, , , account] = facts.roleArn.split(':');
  const owner = field(context, 'accountId') ?? account;
  return `arn:${partition}:sagemaker:${facts.region}:${owner}:pipeline/${id.toLowerCase()}`;
}
