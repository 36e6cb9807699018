import type {
  DescribePipelineResponse,
  SearchResponse
} from '@aws-sdk/client-sagemaker';

import { StudioError, toStudioError } from '../core/errors';
import { known } from '../core/known';
import { isAccessDenied } from '../core/permissions';
import type {
  IContext,
  IDefinitionSpec,
  IDefinitionsPage,
  IJobDefinitionDetails,
  IRunValues,
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
import { toCreation, toRevision } from './definitionTasks';
import { Rules } from './events';
import { toSearch } from './jobSearch';
import type { JsonClient, Wire } from './json';
import { toDefinition, toDetails, toRunNow } from './pipelines';
import { regionOf } from './region';
import { halfDone, isGone } from './removal';
import type { RestJsonClient } from './restJson';
import {
  SchedulerApi,
  toSchedule,
  toScheduleUpdate,
  toTrigger
} from './scheduler';
import { listTags } from './tags';
import { newJobName } from './wire';

/** Each definition that is shown costs a call for its schedule: a page is small. */
const PAGE_SIZE = 50;

/** What {@link SchedulesApi} is made of. */
export interface ISchedulesApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  events: JsonClient;
  scheduler: RestJsonClient;
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
    let found = await known<unknown>(() => this._scheduler.list(signal));
    if (isDenied(found)) {
      // Who may not list may still read one by its name, and is told that there is none.
      found = await known<unknown>(() =>
        this._scheduler.get(newJobName('probe', 'probe'), signal)
      );
    }
    return 'reason' in found && isDenied(found)
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
    return toCreation(spec, await this._context(), this._options.sagemaker);
  }

  async revision(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null,
    spec: IDefinitionSpec
  ): Promise<ITaskRequest> {
    return toRevision(spec, await this._context(), {
      ...this._options,
      definition,
      trigger,
      present: await this._describe(definition.id),
      rules: this._rules,
      scheduler: this._scheduler
    });
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

  async runNow(id: string, values: IRunValues): Promise<string> {
    const request = toRunNow(await this._describe(id), values);
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

function isDenied(found: Known<unknown>): boolean {
  return 'reason' in found && isAccessDenied(found.error?.code ?? '');
}

function isMissing(found: Known<unknown>): boolean {
  return (
    found.value === null &&
    'error' in found &&
    !!found.error &&
    isGone(found.error)
  );
}
