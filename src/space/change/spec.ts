import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IAwsCall,
  IChangeStep,
  IResourceSpec,
  ISpaceChangeSpec
} from '../../tokens';
import type { ExecutorKind } from './api';
import { BOOKED_RETURN, BOOKED_START } from './executors';
import type { IPlan } from './plan';
import { isEmptyDraft } from './draft';
import { stopsApp } from './plan';
import type { IChangeRecord } from './record';
import { formerSettings, toResourceSpec, updatedSettings } from './settings';

/** How a plan is carried out. */
export interface ISpecOptions {
  executor: ExecutorKind;
  record: IChangeRecord;
  waitForCells: boolean;
  /** ARN of the state machine, for `state-machine`. */
  machineArn?: string;
  /** Role of EventBridge Scheduler, for `scheduled`. */
  schedulerRoleArn?: string;
  /** Eight hexadecimal digits that make names unique. */
  suffix: string;
  now: Date;
  trans: TranslationBundle;
}

type Composed = Pick<ISpaceChangeSpec, 'steps'> & Partial<ISpaceChangeSpec>;

/** The spec of the durable task that carries out a plan. */
export function composeSpec(
  plan: IPlan,
  options: ISpecOptions
): ISpaceChangeSpec {
  return {
    spaceName: plan.space.name,
    plan: { ...options.record },
    waitForCells: options.waitForCells && stopsApp(plan),
    recover: [],
    cleanup: [],
    ...compose(plan, options)
  };
}

function compose(plan: IPlan, options: ISpecOptions): Composed {
  switch (options.executor) {
    case 'direct':
      return direct(plan, options.trans);
    case 'state-machine':
      return stateMachine(plan, options);
    case 'scheduled':
      return scheduled(plan, options);
    case 'hand-off':
      return {
        steps: [{ ...stopStep(plan, options.trans), until: undefined }]
      };
    case 'none':
      throw new Error('Nothing carries this plan out.');
  }
}

/** ARN of an execution, which Step Functions makes of the machine's ARN and the name. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Stop, change and start another space from here; this space is only ever stopped so. */
function direct(plan: IPlan, trans: TranslationBundle): Composed {
  const { purpose, draft, app, space, attempts, former } = plan;
  const stops = stopsApp(plan) ? [stopStep(plan, trans)] : [];
  if (purpose === 'stop') {
    return { steps: stops };
  }
  const changes = !isEmptyDraft(draft);
  const update = changes
    ? [
        updateStep(
          plan,
          updatedSettings(space.raw, draft),
          trans.__('Changing %1', space.name)
        )
      ]
    : [];
  const isStarting = stops.length > 0 || purpose === 'start';
  const start = isStarting ? [startStep(plan, attempts[0], trans)] : [];
  const back = changes
    ? [
        updateStep(
          plan,
          formerSettings(space.raw, draft),
          trans.__('Taking the change of %1 back', space.name)
        )
      ]
    : [];
  return {
    steps: [...stops, ...update, ...start],
    // Only what ran before is started again.
    recover:
      stops.length > 0 && app ? [...back, startStep(plan, former, trans)] : []
  };
}

function stateMachine(plan: IPlan, options: ISpecOptions): Composed {
  const { draft, space, attempts, former } = plan;
  const { machineArn = '', suffix, trans } = options;
  const name = `${space.name}-${suffix}`;
  const input = {
    ...appKey(plan),
    ...(!isEmptyDraft(draft) && {
      SpaceSettings: updatedSettings(space.raw, draft),
      FormerSpaceSettings: formerSettings(space.raw, draft)
    }),
    Attempts: attempts.map(toResourceSpec),
    Former: toResourceSpec(former)
  };
  return {
    steps: [
      {
        title: trans.__('Handing over to the state machine'),
        call: {
          service: 'states',
          operation: 'StartExecution',
          input: {
            stateMachineArn: machineArn,
            name,
            input: JSON.stringify(input)
          }
        },
        isHandOver: true
      }
    ],
    witness: {
      service: 'states',
      operation: 'DescribeExecution',
      input: { executionArn: executionArn(machineArn, name) }
    }
  };
}

function scheduled(plan: IPlan, options: ISpecOptions): Composed {
  const { trans } = options;
  const start = booking(plan, options, 'start', plan.attempts[0], BOOKED_START);
  const back = booking(plan, options, 'back', plan.former, BOOKED_RETURN);
  return {
    steps: [
      { title: trans.__('Booking the start'), ...start },
      { title: trans.__('Booking the safety net'), ...back },
      { ...stopStep(plan, trans), until: undefined }
    ],
    cleanup: [start.undo, back.undo]
  };
}

function booking(
  plan: IPlan,
  options: ISpecOptions,
  purpose: 'start' | 'back',
  spec: IResourceSpec,
  minutes: number
): { call: IAwsCall; undo: IAwsCall } {
  const { now, schedulerRoleArn, suffix } = options;
  const { space } = plan;
  // Scheduler allows 64 characters; the space's name may have 63.
  const name = `sagemaker-studio-${space.name.slice(0, 32)}-${suffix}-${purpose}`;
  const key = { GroupName: 'default', Name: name };
  const at = new Date(now.getTime() + minutes * 60_000);
  const partition = space.arn.split(':')[1] || 'aws';
  return {
    call: {
      service: 'scheduler',
      operation: 'CreateSchedule',
      input: {
        ...key,
        ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: `arn:${partition}:scheduler:::aws-sdk:sagemaker:createApp`,
          RoleArn: schedulerRoleArn,
          Input: JSON.stringify({
            ...appKey(plan),
            ResourceSpec: toResourceSpec(spec)
          }),
          RetryPolicy: {
            MaximumEventAgeInSeconds: 900,
            MaximumRetryAttempts: 10
          }
        }
      }
    },
    undo: { service: 'scheduler', operation: 'DeleteSchedule', input: key }
  };
}

function stopStep(plan: IPlan, trans: TranslationBundle): IChangeStep {
  const key = appKey(plan);
  return {
    title: trans.__(
      'Stopping %1 on %2',
      plan.space.name,
      plan.former.instanceType ?? trans.__('its instance')
    ),
    call: sagemaker('DeleteApp', key),
    until: {
      call: sagemaker('DescribeApp', key),
      success: ['Deleted'],
      failure: ['Failed'],
      missing: 'success',
      timeoutSeconds: 900
    },
    isHandOver: true
  };
}

function updateStep(
  plan: IPlan,
  settings: Record<string, unknown>,
  title: string
): IChangeStep {
  const { DomainId, SpaceName } = appKey(plan);
  return {
    title,
    call: sagemaker('UpdateSpace', {
      DomainId,
      SpaceName,
      SpaceSettings: settings
    }),
    until: {
      call: sagemaker('DescribeSpace', { DomainId, SpaceName }),
      success: ['InService'],
      failure: ['Failed', 'Update_Failed', 'Delete_Failed'],
      missing: 'failure',
      timeoutSeconds: 600
    },
    retryCodes: ['ResourceInUse', 'ConflictException']
  };
}

function startStep(
  plan: IPlan,
  spec: IResourceSpec,
  trans: TranslationBundle
): IChangeStep {
  const key = appKey(plan);
  return {
    title: trans.__(
      'Starting %1 on %2',
      plan.space.name,
      spec.instanceType ?? trans.__('its instance')
    ),
    call: sagemaker('CreateApp', {
      ...key,
      ResourceSpec: toResourceSpec(spec)
    }),
    until: {
      call: sagemaker('DescribeApp', key),
      success: ['InService'],
      failure: ['Failed', 'Deleted'],
      missing: 'failure',
      timeoutSeconds: 900
    },
    // The old app may still be on its way out.
    retryCodes: ['ResourceInUse', 'ConflictException']
  };
}

/** How SageMaker names the app of a space. */
function appKey(plan: IPlan): Record<string, string> {
  return {
    DomainId: plan.space.domainId,
    SpaceName: plan.space.name,
    AppType: 'JupyterLab',
    AppName: 'default'
  };
}

function sagemaker(
  operation: string,
  input: Record<string, unknown>
): IAwsCall {
  return { service: 'sagemaker', operation, input };
}
