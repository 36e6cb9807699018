import type {
  DescribePipelineResponse,
  SearchResponse
} from '@aws-sdk/client-sagemaker';

import { field } from '../core/context';
import { StudioError, toStudioError } from '../core/errors';
import { known } from '../core/known';
import { isAccessDenied } from '../core/permissions';
import type {
  IContext,
  IDefinitionSpec,
  IDefinitionsPage,
  IJobDefinitionDetails,
  ISchedule,
  ISchedulesApi,
  IStudioContext,
  ITaskRequest,
  ITrigger,
  JobScope,
  Known,
  RemovalStep,
  TriggerKind
} from '../tokens';
import { Rules, toTarget } from './events';
import { toSearch } from './jobSearch';
import type { JsonClient, Wire } from './json';
import {
  hashTags,
  toDefinition,
  toDetails,
  toPipeline,
  toPipelineUpdate,
  toRunNow
} from './pipelines';
import { regionOf } from './region';
import type { RestJsonClient } from './restJson';
import {
  SchedulerApi,
  toSchedule,
  toScheduleUpdate,
  toTrigger
} from './scheduler';
import { checkSpec, toStaging, toTrainingJob } from './submission';
import type { ISurroundings } from './surroundings';
import { listTags, surroundingsOf } from './surroundings';
import { newJobName, jobTags, baseName } from './wire';

/** Each definition that is shown costs a call for its schedule: a page is small. */
const PAGE_SIZE = 50;

/** What {@link SchedulesApi} is made of. */
export interface ISchedulesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  events: JsonClient;
  scheduler: RestJsonClient;
}

/** A call of a task, with the one that takes it back. */
interface IStep {
  service: 'sagemaker' | 'scheduler' | 'events';
  operation: string;
  input: object;
  undo?: Omit<IStep, 'undo'>;
}

/** Job definitions: pipelines that EventBridge Scheduler, or a rule, starts. */
export class SchedulesApi implements ISchedulesApi {
  constructor(private readonly _options: ISchedulesApiOptions) {
    this._rules = new Rules(_options.events);
    this._scheduler = new SchedulerApi(_options.scheduler);
  }

  async triggerKind(
    signal?: AbortSignal
  ): Promise<{ kind: TriggerKind; reason?: string }> {
    await this._context();
    // There is none of this name: who may read it is told so.
    const found = await known(() =>
      this._scheduler.get(newJobName('probe', 'probe'), signal)
    );
    return found.value === null &&
      found.error &&
      isAccessDenied(found.error.code)
      ? { kind: 'rule', reason: found.reason }
      : { kind: 'scheduler' };
  }

  async list(
    options: { scope?: JobScope; nextToken?: string },
    signal?: AbortSignal
  ): Promise<IDefinitionsPage> {
    const page = await this._options.sagemaker.call<Wire<SearchResponse>>(
      'Search',
      {
        ...toSearch(await this._context(), { ...options, pageSize: PAGE_SIZE }),
        Resource: 'Pipeline'
      },
      signal
    );
    return {
      definitions: (page.Results ?? []).flatMap(({ Pipeline: pipeline }) =>
        pipeline ? toDefinition(pipeline, pipeline.Tags ?? []) : []
      ),
      nextToken: page.NextToken
    };
  }

  async describe(
    id: string,
    signal?: AbortSignal
  ): Promise<IJobDefinitionDetails> {
    const pipeline = await this._describe(id, signal);
    const tags = await listTags(
      this._options.sagemaker,
      pipeline.PipelineArn ?? '',
      signal
    );
    return toDetails(pipeline, tags);
  }

  async trigger(
    id: string,
    signal?: AbortSignal
  ): Promise<Known<ITrigger | null>> {
    await this._context();
    const schedule = await known(async () =>
      toTrigger(await this._scheduler.get(id, signal))
    );
    if (schedule.value) {
      return schedule;
    }
    const rule = await known(() => this._rules.read(id, signal));
    if (rule.value || !isMissing(rule)) {
      return rule;
    }
    // Not a rule; that it is no schedule either is known only to who may read schedules.
    return isMissing(schedule) ? { value: null } : schedule;
  }

  async creation(spec: IDefinitionSpec): Promise<ITaskRequest> {
    checkSpec(spec.job);
    const context = await this._context();
    const facts = await this._surroundings(context, spec);
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
          ...this._triggerSteps(spec, arn, facts)
        ]
      }
    };
  }

  async revision(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null,
    spec: IDefinitionSpec
  ): Promise<ITaskRequest> {
    checkSpec(spec.job);
    const context = await this._context();
    const [facts, present] = await Promise.all([
      this._surroundings(context, spec),
      this._describe(definition.id)
    ]);
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
        ? await this._changeSteps(id, trigger, spec.schedule)
        : this._triggerSteps(
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

  async reschedule(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null,
    schedule: ISchedule
  ): Promise<void> {
    await this._context();
    const { id, arn, roleArn } = definition;
    if (!trigger) {
      await this._scheduler.create(
        toSchedule(id, schedule, arn, roleArn, Date.now())
      );
    } else if (trigger.kind === 'rule') {
      await this._rules.put(await this._rules.change(id, schedule));
    } else {
      const state = await this._scheduler.get(id);
      await this._scheduler.update(
        toScheduleUpdate(state, { schedule }, Date.now())
      );
    }
  }

  async setEnabled(
    id: string,
    kind: TriggerKind,
    isEnabled: boolean
  ): Promise<void> {
    await this._context();
    if (kind === 'rule') {
      await this._rules.setEnabled(id, isEnabled);
      return;
    }
    const state = await this._scheduler.get(id);
    const State = isEnabled ? 'ENABLED' : 'DISABLED';
    await this._scheduler.update(
      toScheduleUpdate(state, { State }, Date.now())
    );
  }

  async runNow(
    id: string,
    parameters: Record<string, string>
  ): Promise<string> {
    const request = toRunNow(await this._describe(id), parameters);
    const name = request.TrainingJobName;
    try {
      await this._options.sagemaker.call('CreateTrainingJob', request);
    } catch (thrown) {
      // The name is ours alone: a first attempt, whose answer was lost, has made it.
      if (toStudioError(thrown).code !== 'ResourceInUse') {
        throw thrown;
      }
    }
    return name;
  }

  async remove(
    id: string,
    kind: TriggerKind | null,
    onStep: (step: RemovalStep) => void = () => undefined
  ): Promise<void> {
    await this._context();
    const done: RemovalStep[] = [];
    const step = async (name: RemovalStep, act: () => Promise<unknown>) => {
      onStep(name);
      try {
        await act();
      } catch (thrown) {
        const error = toStudioError(thrown);
        if (!isGone(error)) {
          throw halfDone(error, id, kind, done);
        }
      }
      done.push(name);
    };
    const removePipeline = async () => {
      await this._options.sagemaker.call('DeletePipeline', {
        PipelineName: id,
        ClientRequestToken: `delete-${id}`.padEnd(32, '-')
      });
    };
    if (kind === 'rule') {
      await this._rules.remove(id, removePipeline, step);
      return;
    }
    if (kind === 'scheduler') {
      await step('trigger', () => this._scheduler.remove(id));
    }
    await step('pipeline', removePipeline);
  }

  /** The calls that make a definition's schedule, or its rule. */
  private _triggerSteps(
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
          ScheduleExpression: schedule.expression,
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
  private async _changeSteps(
    id: string,
    trigger: ITrigger,
    schedule: ISchedule
  ): Promise<IStep[]> {
    if (trigger.kind === 'rule') {
      const [input, before] = await Promise.all([
        this._rules.change(id, schedule),
        this._rules.present(id)
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
    const state = await this._scheduler.get(id);
    const update = (change: { schedule?: ISchedule }) => ({
      service: 'scheduler' as const,
      operation: 'UpdateSchedule',
      input: toScheduleUpdate(state, change, Date.now())
    });
    return [{ ...update({ schedule }), undo: update({}) }];
  }

  private _surroundings(
    context: IContext,
    spec: IDefinitionSpec
  ): Promise<ISurroundings> {
    return surroundingsOf(context, this._options.sagemaker, spec.job.options);
  }

  private async _describe(
    id: string,
    signal?: AbortSignal
  ): Promise<Wire<DescribePipelineResponse>> {
    await this._context();
    try {
      return await this._options.sagemaker.call(
        'DescribePipeline',
        { PipelineName: id },
        signal
      );
    } catch (thrown) {
      const error = toStudioError(thrown);
      throw isGone(error)
        ? new StudioError({
            code: 'DefinitionMissing',
            message: error.message,
            operation: error.operation,
            requestId: error.requestId,
            status: error.status
          })
        : error;
    }
  }

  /** The context; without a region there is nothing to be asked. */
  private async _context(): Promise<IContext> {
    const context = await this._options.context.get();
    regionOf(context);
    return context;
  }

  private readonly _rules: Rules;
  private readonly _scheduler: SchedulerApi;
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

function isMissing(found: Known<unknown>): boolean {
  return (
    found.value === null &&
    'error' in found &&
    !!found.error &&
    isGone(found.error)
  );
}

/** Whether AWS says that something isn't there. */
function isGone(error: StudioError): boolean {
  return (
    /^(ResourceNotFound|DefinitionMissing)/.test(error.code) ||
    (error.code.startsWith('Validation') &&
      /not found|does not exist/i.test(error.message))
  );
}

/** An error that says what a deletion left behind, and how to be rid of it. */
function halfDone(
  error: StudioError,
  id: string,
  kind: TriggerKind | null,
  done: RemovalStep[]
): StudioError {
  const left = [
    ...(done.includes('pipeline') ? [] : [`the pipeline ${id}`]),
    ...(kind === 'rule' ? [`the EventBridge rule ${id}`] : []),
    ...(kind === 'scheduler' && !done.includes('trigger')
      ? [`the schedule ${id}`]
      : [])
  ].join(' and ');
  const stopped = done.includes('trigger')
    ? 'It starts no more runs.'
    : 'It still starts runs.';
  return new StudioError({
    code: error.code,
    message: error.message,
    operation: error.operation,
    requestId: error.requestId,
    status: error.status,
    cause: error,
    hint: `${stopped} Left behind: ${left}. Delete the definition again once the reason is gone; what is deleted already is passed over.`
  });
}
