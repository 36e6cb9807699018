import type { ExecutorKind, IChangeSettings } from '../api';
import { chooseExecutor } from '../executors';
import type { IExecutorFacts } from '../executors';
import type { IPlan, Purpose } from '../plan';
import { composeSpec, executionArn } from '../spec';
import { alternativeTo, consequences, verbOf } from '../words';
import type { ISpaceDraft } from '../../../tokens';
import {
  GPU,
  MACHINE,
  NOW,
  app,
  labFacts,
  plan,
  record,
  trans
} from './fixtures';

const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const settings: IChangeSettings = {
  stateMachineArn: '',
  schedulerRoleArn: '',
  executor: 'auto',
  fallbacks: []
};

function choose(
  made: IPlan,
  facts: Partial<Omit<IExecutorFacts, 'settings'>> & {
    settings?: Partial<IChangeSettings>;
  } = {}
) {
  return chooseExecutor(
    made,
    {
      isOwn: true,
      machine: { value: null, reason: 'there is none' },
      ...facts,
      settings: { ...settings, ...facts.settings }
    },
    trans
  );
}

const type = { instanceType: 'ml.m5.xlarge' };

describe('the executor', () => {
  it.each<
    [
      string,
      ISpaceDraft,
      Parameters<typeof choose>[1],
      ExecutorKind,
      RegExp,
      boolean
    ]
  >([
    ['another space', type, { isOwn: false }, 'direct', /from here/, true],
    [
      'a machine',
      type,
      { machine: { value: MACHINE } },
      'state-machine',
      /comes back by itself/,
      true
    ],
    [
      'a role',
      type,
      { settings: { schedulerRoleArn: ROLE } },
      'scheduled',
      /4 minutes.*14 minutes/,
      true
    ],
    ['neither', type, {}, 'hand-off', /choose ml\.m5\.xlarge in Studio/, false],
    [
      'a role, but a volume to change',
      { volumeGb: 9 },
      { settings: { schedulerRoleArn: ROLE } },
      'hand-off',
      /Studio/,
      false
    ],
    [
      'a machine, but hand-off wanted',
      type,
      { machine: { value: MACHINE }, settings: { executor: 'hand-off' } },
      'hand-off',
      /Studio/,
      false
    ],
    [
      'switched off',
      type,
      { settings: { executor: 'none' } },
      'none',
      /switched off/,
      false
    ],
    [
      'a machine wanted that is not there',
      type,
      { settings: { executor: 'state-machine' } },
      'none',
      /can’t be used: there is none/,
      false
    ]
  ])('with %s', (_, draft, facts, kind, sentence, returnsByItself) => {
    const choice = choose(plan(draft), facts);
    expect(choice.kind).toBe(kind);
    expect(choice.sentence).toMatch(sentence);
    expect(choice.returnsByItself).toBe(returnsByItself);
  });

  it('says why better ways can’t be used', () => {
    expect(choose(plan(type)).rejected).toEqual([
      { kind: 'state-machine', reason: 'there is none' },
      { kind: 'scheduled', reason: 'no role for EventBridge Scheduler is set' }
    ]);
  });

  it('stops the own space without any of them', () => {
    const choice = choose(plan({}, {}, { purpose: 'stop' }));
    expect(choice).toMatchObject({ kind: 'direct', returnsByItself: false });
  });
});

function compose(made: IPlan, executor: ExecutorKind, waitForCells = false) {
  return composeSpec(made, {
    executor,
    record: record(),
    waitForCells,
    machineArn: MACHINE,
    schedulerRoleArn: ROLE,
    suffix: '0a1b2c3d',
    now: NOW,
    trans
  });
}

const key = {
  DomainId: 'd-localstudio01',
  SpaceName: 'my-space',
  AppType: 'JupyterLab',
  AppName: 'default'
};

describe('the spec', () => {
  const made = plan(
    { instanceType: 'ml.g5.xlarge', volumeGb: 10 },
    {},
    { fallbacks: ['ml.m5.xlarge'] }
  );

  it('for a state machine: one hand-over, and its execution as witness', () => {
    const spec = compose(made, 'state-machine', true);
    expect(spec).toMatchObject({
      spaceName: 'my-space',
      waitForCells: true,
      recover: [],
      cleanup: [],
      witness: {
        service: 'states',
        operation: 'DescribeExecution',
        input: {
          executionArn:
            'arn:aws:states:us-west-2:123456789012:execution:sagemaker-studio-change-space:my-space-0a1b2c3d'
        }
      }
    });
    expect(spec.steps).toHaveLength(1);
    const [{ call, isHandOver }] = spec.steps;
    expect(isHandOver).toBe(true);
    expect(call.operation).toBe('StartExecution');
    expect(call.input).toMatchObject({
      stateMachineArn: MACHINE,
      name: 'my-space-0a1b2c3d'
    });
    const input = JSON.parse(call.input.input as string);
    expect(input).toMatchObject(key);
    expect(input.Attempts).toEqual([
      {
        InstanceType: 'ml.g5.xlarge',
        SageMakerImageArn: GPU,
        SageMakerImageVersionAlias: '3.2'
      },
      expect.objectContaining({ InstanceType: 'ml.m5.xlarge' })
    ]);
    expect(input.Former.InstanceType).toBe('ml.t3.medium');
    expect(input.SpaceSettings.SpaceStorageSettings.EbsStorageSettings).toEqual(
      { EbsVolumeSizeInGb: 10 }
    );
    expect(input.SpaceSettings).not.toHaveProperty('AppType');
    expect(input.FormerSpaceSettings).not.toHaveProperty(
      'SpaceStorageSettings'
    );
  });

  it('for a mere restart leaves the space’s settings out', () => {
    const { steps } = compose(
      plan({}, {}, { purpose: 'restart' }),
      'state-machine'
    );
    const input = JSON.parse(steps[0].call.input.input as string);
    expect(input).not.toHaveProperty('SpaceSettings');
    expect(input).not.toHaveProperty('FormerSpaceSettings');
    expect(input.Attempts).toHaveLength(1);
  });

  it('for booked starts: both before the stop, both taken back', () => {
    const spec = compose(plan(type), 'scheduled');
    const [start, back, stop] = spec.steps;
    expect(start.call.input).toMatchObject({
      GroupName: 'default',
      Name: 'sagemaker-studio-my-space-0a1b2c3d-start',
      ScheduleExpression: 'at(2026-03-01T12:04:00)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:sagemaker:createApp',
        RoleArn: ROLE
      }
    });
    const input = (step: typeof start) =>
      JSON.parse((step.call.input.Target as { Input: string }).Input);
    expect(input(start)).toMatchObject({
      ...key,
      ResourceSpec: { InstanceType: 'ml.m5.xlarge' }
    });
    expect(back.call.input).toMatchObject({
      Name: 'sagemaker-studio-my-space-0a1b2c3d-back',
      ScheduleExpression: 'at(2026-03-01T12:14:00)'
    });
    expect(input(back).ResourceSpec.InstanceType).toBe('ml.t3.medium');
    expect(start.undo?.operation).toBe('DeleteSchedule');
    expect(stop).toMatchObject({
      call: { operation: 'DeleteApp', input: key },
      isHandOver: true
    });
    expect(spec.cleanup).toEqual([start.undo, back.undo]);
  });

  it('cuts names to what Scheduler allows', () => {
    const long = plan(type);
    long.space.name = 'a'.repeat(63);
    const [start] = compose(long, 'scheduled').steps;
    expect((start.call.input.Name as string).length).toBeLessThanOrEqual(64);
  });

  it('for a hand-off: the stop alone', () => {
    const { steps, recover, cleanup } = compose(plan(type), 'hand-off');
    expect(steps.map(step => step.call.operation)).toEqual(['DeleteApp']);
    expect([recover, cleanup]).toEqual([[], []]);
  });

  it.each<[string, ISpaceDraft, Purpose, boolean, string[], string[]]>([
    [
      'change of one that runs',
      type,
      'change',
      true,
      ['DeleteApp', 'UpdateSpace', 'CreateApp'],
      ['UpdateSpace', 'CreateApp']
    ],
    [
      'change of one that is stopped',
      type,
      'change',
      false,
      ['UpdateSpace'],
      []
    ],
    ['restart', {}, 'restart', true, ['DeleteApp', 'CreateApp'], ['CreateApp']],
    ['stop', {}, 'stop', true, ['DeleteApp'], []],
    ['start', {}, 'start', false, ['CreateApp'], []],
    [
      'start on another type',
      type,
      'start',
      false,
      ['UpdateSpace', 'CreateApp'],
      []
    ]
  ])('for another space: %s', (_, draft, purpose, runs, steps, recover) => {
    const other = plan(draft, { app: runs ? app() : null }, { purpose });
    const spec = compose(other, 'direct');
    expect(spec.steps.map(step => step.call.operation)).toEqual(steps);
    expect(spec.recover.map(step => step.call.operation)).toEqual(recover);
    for (const step of spec.steps) {
      expect(step.until?.call.input.SpaceName).toBe('my-space');
    }
  });

  it('waits only where something is stopped', () => {
    expect(
      compose(plan(type, { app: null }), 'direct', true).waitForCells
    ).toBe(false);
  });
});

it('knows the execution of a machine in any partition', () => {
  expect(
    executionArn('arn:aws-cn:states:cn-north-1:1:stateMachine:sagemaker-x', 'n')
  ).toBe('arn:aws-cn:states:cn-north-1:1:execution:sagemaker-x:n');
});

describe('the button', () => {
  const busy = { path: 'a', kernelName: 'p', type: 'notebook', isBusy: true };
  const dirty = [{ path: 'a.ipynb' }];
  const choices = { saveAll: true, waitForCells: false };
  const machine = { machine: { value: MACHINE } as const };
  it.each<
    [
      IPlan,
      Parameters<typeof choose>[1],
      Parameters<typeof labFacts>[0],
      Partial<typeof choices>,
      string
    ]
  >([
    [plan(type), machine, {}, {}, 'Switch to ml.m5.xlarge'],
    [
      plan(type),
      machine,
      { documents: dirty },
      {},
      'Save all and switch to ml.m5.xlarge'
    ],
    [
      plan(type),
      machine,
      { documents: dirty },
      { saveAll: false },
      'Switch to ml.m5.xlarge'
    ],
    [
      plan(type),
      machine,
      { kernels: { value: [busy] } },
      {},
      'Accept the losses and switch to ml.m5.xlarge'
    ],
    [
      plan(type),
      machine,
      { kernels: { value: [busy] }, documents: dirty },
      {},
      'Save all, accept the losses and switch to ml.m5.xlarge'
    ],
    [
      plan(type),
      machine,
      { kernels: { value: [busy] } },
      { waitForCells: true },
      'Switch to ml.m5.xlarge when cells finish'
    ],
    [plan(type), {}, { documents: dirty }, {}, 'Save all and stop my-space'],
    [
      plan(type),
      {},
      { kernels: { value: [busy] } },
      { waitForCells: true },
      'Stop my-space when cells finish'
    ],
    [plan({ volumeGb: 9 }), machine, {}, {}, 'Change and restart my-space'],
    [plan({}, {}, { purpose: 'restart' }), machine, {}, {}, 'Restart my-space'],
    [
      plan({ volumeGb: 9 }),
      machine,
      { documents: dirty },
      {},
      'Save all, change and restart'
    ],
    [
      plan({ volumeGb: 9 }),
      machine,
      { kernels: { value: [busy] } },
      {},
      'Accept the losses, change and restart'
    ],
    [
      plan({ volumeGb: 9 }),
      machine,
      { kernels: { value: [busy] } },
      { waitForCells: true },
      'Change and restart when cells finish'
    ],
    [
      plan(type, {}, { hasScratchData: true }),
      machine,
      {},
      {},
      'Accept the losses and switch to ml.m5.xlarge'
    ],
    [
      plan(type, { app: null }),
      { isOwn: false },
      { isOwn: false },
      {},
      'Save for the next start'
    ],
    [plan({}), machine, {}, {}, 'Nothing to change'],
    [
      plan({}, { app: null }, { purpose: 'start' }),
      { isOwn: false },
      { isOwn: false },
      {},
      'Start on ml.t3.medium'
    ]
  ])('%#', (made, facts, lab, chosen, words) => {
    expect(
      verbOf(
        made,
        choose(made, facts),
        labFacts(lab),
        { ...choices, ...chosen },
        trans
      )
    ).toBe(words);
  });
});

it('says what is lost and what is kept', () => {
  const kernel = {
    path: 'a',
    kernelName: 'p',
    type: 'notebook',
    isBusy: false
  };
  const { lost, kept } = consequences(
    plan(type),
    labFacts({
      kernels: { value: [kernel, kernel] },
      scratch: { value: { path: '/mnt/sagemaker-nvme', usedBytes: 1e9 } }
    }),
    trans
  );
  expect(lost.join()).toMatch(/2 kernels.*\/mnt\/sagemaker-nvme \(1 GB\)/);
  expect(kept.join()).toMatch(/home volume \(5 GB\)/);
  expect(
    consequences(plan(type, { app: null }), labFacts(), trans).lost
  ).toEqual([]);
});

it('knows a similar type that can be had', () => {
  const possible =
    (...types: string[]) =>
    (each: string) =>
      types.includes(each);
  expect(alternativeTo('ml.g5.xlarge', possible('ml.g4dn.xlarge'))).toBe(
    'ml.g4dn.xlarge'
  );
  expect(alternativeTo('ml.g5.xlarge', possible())).toBeUndefined();
  expect(alternativeTo('nonsense', () => true)).toBeUndefined();
});
