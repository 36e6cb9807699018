/** Schedules of EventBridge Scheduler that start pipelines. */
import type { ISchedule, ITrigger } from '../tokens';
import { toDate } from './json';
import type { RestJsonClient } from './restJson';

/** As GetSchedule answers; times are seconds since the epoch. */
export interface IScheduleState {
  Arn?: string;
  Name: string;
  GroupName?: string;
  CreationDate?: number;
  LastModificationDate?: number;
  ScheduleExpression?: string;
  ScheduleExpressionTimezone?: string;
  StartDate?: number;
  EndDate?: number;
  State?: string;
  Target?: { Arn?: string; RoleArn?: string };
}

/** What CreateSchedule and UpdateSchedule take. */
export interface IScheduleInput {
  Name: string;
  [member: string]: unknown;
}

/** What of GetSchedule's answer is no input, or is written anew. */
const REPLACED = [
  'Arn',
  'CreationDate',
  'LastModificationDate',
  'StartDate',
  'EndDate'
];
/** AWS takes no beginning further back than this (error text of CreateSchedule), milliseconds. */
const PAST = 5 * 60_000;

/** Schedules of the default group by the id of their definition. */
export class SchedulerApi {
  constructor(private readonly _client: RestJsonClient) {}

  /** @throws StudioError - `ResourceNotFoundException` if there is none. */
  get(id: string, signal?: AbortSignal): Promise<IScheduleState> {
    return this._client.get('GetSchedule', ['schedules', id], {}, signal);
  }

  async create(input: IScheduleInput): Promise<void> {
    await this._send('POST', 'CreateSchedule', input);
  }

  async update(input: IScheduleInput): Promise<void> {
    await this._send('PUT', 'UpdateSchedule', input);
  }

  async remove(id: string): Promise<void> {
    await this._client.send(
      'DELETE',
      'DeleteSchedule',
      ['schedules', id],
      // The same each time, so that a repeated request is the same request.
      { query: { clientToken: `delete-${id}`.slice(0, 64) } }
    );
  }

  private _send(
    method: 'POST' | 'PUT',
    operation: string,
    { Name, ...body }: IScheduleInput
  ): Promise<unknown> {
    return this._client.send(method, operation, ['schedules', Name], { body });
  }
}

/** A schedule as our words have it. */
export function toTrigger(state: IScheduleState): ITrigger {
  // Emulators answer null where AWS leaves a member out.
  const start = toDate(state.StartDate ?? undefined);
  const end = toDate(state.EndDate ?? undefined);
  return {
    kind: 'scheduler',
    schedule: {
      expression: state.ScheduleExpression ?? '',
      timeZone: state.ScheduleExpressionTimezone || 'UTC',
      ...(start && { start }),
      ...(end && { end })
    },
    isEnabled: state.State !== 'DISABLED',
    changedAt: toDate(state.LastModificationDate ?? state.CreationDate),
    hasTarget: /:pipeline\//.test(state.Target?.Arn ?? '')
  };
}

/** The CreateSchedule request for a pipeline. */
export function toSchedule(
  id: string,
  schedule: ISchedule,
  pipelineArn: string,
  roleArn: string,
  now: number
): IScheduleInput {
  return {
    Name: id,
    ...timesOf(schedule, now),
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: { Arn: pipelineArn, RoleArn: roleArn }
  };
}

/**
 * The UpdateSchedule request that changes some of a schedule: AWS sets back whatever it does not
 * name.
 */
export function toScheduleUpdate(
  state: IScheduleState,
  change: { schedule?: ISchedule; State?: 'ENABLED' | 'DISABLED' },
  now: number
): IScheduleInput {
  const kept = Object.entries(state).filter(
    ([key, value]) =>
      !REPLACED.includes(key) && value !== undefined && value !== null
  );
  return {
    ...(Object.fromEntries(kept) as unknown as IScheduleInput),
    ...timesOf(change.schedule ?? toTrigger(state).schedule, now),
    ...(change.State && { State: change.State })
  };
}

/**
 * Expression, zone, beginning and end.
 *
 * A beginning that has passed is refused by AWS. It has done its work, except for a rate, which
 * counts from it: that one goes on at its next time.
 */
function timesOf(schedule: ISchedule, now: number): object {
  const { expression, timeZone, start, end } = schedule;
  let begin = start?.getTime();
  if (begin !== undefined && begin < now - PAST / 2) {
    const rate = rateOf(expression);
    begin = rate && begin + Math.ceil((now - begin) / rate) * rate;
  }
  return {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: timeZone,
    ...(begin !== undefined &&
      !(end && begin >= end.getTime()) && { StartDate: begin / 1000 }),
    ...(end && { EndDate: end.getTime() / 1000 })
  };
}

/** Milliseconds between two runs of a rate; undefined for other expressions. */
function rateOf(expression: string): number | undefined {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unit = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
  return match
    ? Number(match[1]) * unit[match[2] as keyof typeof unit]
    : undefined;
}
