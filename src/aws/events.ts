/** Rules of EventBridge that start pipelines, as AWS's scheduler makes them. */
import type { ISchedule, ITrigger, RemovalStep } from '../tokens';
import type { JsonClient } from './json';

/** Id of a rule's one target, AWS's scheduler's. */
export const TARGET_ID = 'notebook-execution';

interface IRule {
  Name: string;
  Description?: string;
  RoleArn?: string;
  EventBusName?: string;
  ScheduleExpression?: string;
  State?: string;
}

interface ITargets {
  Targets?: { Id?: string; Arn?: string }[];
}

/** Rules by the id of their definition. */
export class Rules {
  constructor(private readonly _client: JsonClient) {}

  /** @throws StudioError - `ResourceNotFoundException` if there is none. */
  async read(id: string, signal?: AbortSignal): Promise<ITrigger> {
    const [rule, { Targets = [] }] = await Promise.all([
      this._client.call<IRule>('DescribeRule', { Name: id }, signal),
      this._client.call<ITargets>('ListTargetsByRule', { Rule: id }, signal)
    ]);
    return {
      kind: 'rule',
      schedule: {
        expression: rule.ScheduleExpression ?? '',
        timeZone: 'UTC'
      },
      // There are two enabled states; the other one also takes management events.
      isEnabled: (rule.State ?? '').startsWith('ENABLED'),
      hasTarget: Targets.some(({ Arn }) => isPipeline(Arn))
    };
  }

  async setEnabled(id: string, isEnabled: boolean): Promise<void> {
    const operation = isEnabled ? 'EnableRule' : 'DisableRule';
    await this._client.call(operation, { Name: id });
  }

  /** PutRule with another expression; what it holds besides is kept. */
  async change(id: string, schedule: ISchedule): Promise<object> {
    const rule = await this._client.call<IRule>('DescribeRule', { Name: id });
    return { ...kept(rule), ScheduleExpression: toRuleExpression(schedule) };
  }

  /** PutRule as it stands. */
  async present(id: string): Promise<object> {
    const rule = await this._client.call<IRule>('DescribeRule', { Name: id });
    return { ...kept(rule), ScheduleExpression: rule.ScheduleExpression };
  }

  async put(input: object): Promise<void> {
    await this._client.call('PutRule', input);
  }

  /** The steps that delete a rule around its pipeline's deletion, in AWS's scheduler's order. */
  async remove(
    id: string,
    removePipeline: () => Promise<void>,
    step: (step: RemovalStep, act: () => Promise<unknown>) => Promise<void>
  ): Promise<void> {
    const call = (operation: string, input: object) => () =>
      this._client.call(operation, input);
    // Disabled first: nothing starts while the pipeline goes.
    await step('trigger', call('DisableRule', { Name: id }));
    await step('pipeline', removePipeline);
    await step(
      'targets',
      call('RemoveTargets', { Rule: id, Ids: [TARGET_ID] })
    );
    await step('rule', call('DeleteRule', { Name: id }));
  }
}

/**
 * The expression of a rule, in UTC.
 *
 * AWS's scheduler leaves out definitions whose rule is no cron (its `cron_util.py`). So a rate that
 * comes at the same times each day becomes one that begins to count now, as the rate would.
 */
export function toRuleExpression(
  { expression }: ISchedule,
  now = new Date()
): string {
  const [, value, unit] =
    /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const [step, minute, hour] = [
    Number(value),
    now.getUTCMinutes(),
    now.getUTCHours()
  ];
  const times = (from: number, end: number) =>
    step === 1
      ? '*'
      : Array.from({ length: end / step }, (_, i) => (from % step) + i * step);
  if (unit === 'minute' && 60 % step === 0) {
    return `cron(${times(minute, 60)} * * * ? *)`;
  }
  if (unit === 'hour' && 24 % step === 0) {
    return `cron(${minute} ${times(hour, 24)} * * ? *)`;
  }
  return unit === 'day' && step === 1
    ? `cron(${minute} ${hour} * * ? *)`
    : expression;
}

/** The target that starts a definition's pipeline. */
export function toTarget(pipelineArn: string, roleArn: string): object {
  return { Id: TARGET_ID, Arn: pipelineArn, RoleArn: roleArn };
}

function isPipeline(arn: string | undefined): boolean {
  return /^arn:[^:]+:sagemaker:[^:]+:\d*:pipeline\//.test(arn ?? '');
}

/** What PutRule would otherwise set back. */
function kept(rule: IRule): object {
  const { Name, Description, RoleArn, EventBusName, State } = rule;
  return {
    Name,
    ...(Description && { Description }),
    ...(RoleArn && { RoleArn }),
    ...(EventBusName && EventBusName !== 'default' && { EventBusName }),
    ...(State && { State })
  };
}
