import type { ISpaceChangeResult, ITask } from '../../../tokens';
import { StudioStore } from '../../../core/store';
import { ChangeHistory, usualWords } from '../history';
import type { IChangeRecord } from '../record';
import { reportOf } from '../report';
import type { ReportKind } from '../report';
import { plan, record, task, trans } from './fixtures';
import { database } from '../../../__tests__/fakes';
import { makeRecord } from '../record';

function ended(
  result: Partial<ISpaceChangeResult>,
  recordChange: Partial<IChangeRecord> = {},
  change: Partial<ITask> = {}
): ITask {
  const whole: ISpaceChangeResult = {
    spaceName: 'my-space',
    plan: { ...record(recordChange) },
    startedAt: '2026-03-01T12:00:00Z',
    handedOverAt: '2026-03-01T12:00:05Z',
    endedAt: '2026-03-01T12:05:17Z',
    bootIds: { before: 'old', after: 'new' },
    app: {
      Status: 'InService',
      ResourceSpec: { InstanceType: 'ml.m5.xlarge' }
    },
    recovered: false,
    ...result
  };
  return task({ state: 'succeeded', result: { ...whole }, ...change });
}

const VOLUME: IChangeRecord['rows'] = [
  { field: 'volume', label: 'Home volume', before: '5 GB', after: '9 GB' }
];
const on = (InstanceType: string) => ({ ResourceSpec: { InstanceType } });
const outcome = (output: unknown) => ({
  witness: { status: 'SUCCEEDED', output: JSON.stringify(output) }
});
const capacity = {
  Error: 'SageMaker.InsufficientCapacity',
  Cause: 'No ml.m5.xlarge is free.'
};

describe('the report', () => {
  it.each<[string, ITask, ReportKind, string]>([
    [
      'as wanted',
      ended({}),
      'done',
      'Switched my-space from ml.t3.medium to ml.m5.xlarge in 5 min 12 sec'
    ],
    [
      'a restart',
      ended(
        { app: on('ml.t3.medium') },
        { purpose: 'restart', to: 'ml.t3.medium', rows: [] }
      ),
      'done',
      'my-space was restarted in 5 min 12 sec'
    ],
    [
      'a change without a type',
      ended(
        { app: on('ml.t3.medium') },
        {
          to: 'ml.t3.medium',
          rows: VOLUME
        }
      ),
      'done',
      'my-space is changed, in 5 min 12 sec'
    ],
    [
      'a fallback',
      ended({ app: on('ml.m6i.xlarge') }, { fallbacks: ['ml.m6i.xlarge'] }),
      'fallback',
      'my-space runs on ml.m6i.xlarge'
    ],
    [
      'taken back by the machine',
      ended({
        app: on('ml.t3.medium'),
        ...outcome({ Outcome: 'Restored', Error: capacity })
      }),
      'restored',
      'Back on ml.t3.medium: my-space was not switched to ml.m5.xlarge'
    ],
    [
      'a volume that could not be changed, taken back',
      ended(
        {
          app: on('ml.t3.medium'),
          ...outcome({ Outcome: 'Restored', Error: capacity })
        },
        { to: 'ml.t3.medium' }
      ),
      'restored',
      'my-space was not changed; it runs as before'
    ],
    [
      'the safety net',
      ended({ app: on('ml.t3.medium') }, { executor: 'scheduled' }),
      'restored',
      'Back on ml.t3.medium: my-space was not switched to ml.m5.xlarge'
    ],
    [
      'somebody else',
      ended({ app: on('ml.c5.large') }),
      'other',
      'my-space runs on ml.c5.large, not on ml.m5.xlarge'
    ],
    [
      'somebody else, told by the machine',
      ended({
        app: on('ml.c5.large'),
        ...outcome({
          Outcome: 'Restored',
          ResourceSpec: { InstanceType: 'ml.c5.large' },
          Error: { Error: 'StartedByAnother', Cause: 'Somebody started it.' }
        })
      }),
      'other',
      'my-space runs on ml.c5.large, not on ml.m5.xlarge'
    ],
    [
      'an app that may not be looked at, told by the machine',
      ended({
        app: null,
        appProblem: 'denied',
        ...outcome({
          Outcome: 'Changed',
          ResourceSpec: { InstanceType: 'ml.m5.xlarge' }
        })
      }),
      'done',
      'Switched my-space from ml.t3.medium to ml.m5.xlarge in 5 min 12 sec'
    ],
    [
      'an app that may not be looked at',
      ended({ app: null, appProblem: 'denied' }, { executor: 'scheduled' }),
      'other',
      'my-space runs again, but on what is not known'
    ],
    [
      'a machine that gave up, started by hand',
      ended({
        app: on('ml.t3.medium'),
        witness: { status: 'FAILED', error: 'NotRestored', cause: 'No.' }
      }),
      'restored',
      'Back on ml.t3.medium: my-space was not switched to ml.m5.xlarge'
    ],
    [
      'nobody for hours',
      ended({ app: on('ml.t3.medium'), endedAt: '2026-03-01T15:00:05Z' }),
      'abandoned',
      'Switch my-space to ml.m5.xlarge was not carried out'
    ],
    [
      'by hand after hours, as wanted',
      ended({ endedAt: '2026-03-01T15:00:05Z' }, { executor: 'hand-off' }),
      'done',
      'Switched my-space from ml.t3.medium to ml.m5.xlarge in 3 hr'
    ],
    [
      'another space, stopped',
      ended(
        { app: null },
        { isOwn: false, purpose: 'stop', spaceName: 'second' }
      ),
      'done',
      'second is stopped'
    ],
    [
      'another space, started',
      ended({}, { isOwn: false, purpose: 'start', spaceName: 'second' }),
      'done',
      'second runs on ml.m5.xlarge'
    ]
  ])('%s', (_, given, kind, title) => {
    expect(reportOf(given, { trans })).toMatchObject({ kind, title });
  });

  it.each<[string, ITask, ReportKind, RegExp]>([
    [
      'refused before anything happened',
      task({
        state: 'failed',
        error: {
          code: 'AccessDeniedException',
          message: 'no',
          requestId: 'r-1'
        }
      }),
      'not-changed',
      /nothing was changed/
    ],
    [
      'the app never stopped',
      ended(
        { bootIds: { before: 'old', after: 'old' } },
        {},
        {
          state: 'failed',
          error: { code: 'AppStillRunning', message: 'still' }
        }
      ),
      'not-changed',
      /nothing was changed/
    ],
    [
      'the server restarted while it waited',
      task({
        state: 'interrupted',
        error: { code: 'Interrupted', message: 'JupyterLab restarted' }
      }),
      'not-changed',
      /nothing was changed/
    ],
    [
      'another space, taken back',
      ended(
        { recovered: true },
        { isOwn: false },
        {
          state: 'failed',
          error: { code: 'ResourceLimitExceeded', message: 'quota' }
        }
      ),
      'restored',
      /runs as before/
    ],
    [
      'another space, not taken back',
      ended(
        {},
        { isOwn: false },
        {
          state: 'failed',
          error: { code: 'ResourceLimitExceeded', message: 'quota' }
        }
      ),
      'failed',
      /did not work/
    ]
  ])('%s', (_, given, kind, title) => {
    const report = reportOf(given, { trans });
    expect(report?.kind).toBe(kind);
    expect(report?.title).toMatch(title);
    expect(report?.error?.code).toBe(given.error?.code);
  });

  it('gives AWS’s reason, from the machine or from the app', () => {
    const error = (given: ITask) => reportOf(given, { trans })?.error;
    expect(
      error(
        ended({
          app: on('ml.t3.medium'),
          ...outcome({ Outcome: 'Restored', Error: capacity })
        })
      )
    ).toMatchObject({ code: 'InsufficientCapacity', message: capacity.Cause });
    expect(
      error(
        ended(
          {
            app: on('ml.m6i.xlarge'),
            ...outcome({
              Outcome: 'Fallback',
              Attempts: [
                { InstanceType: 'ml.m5.xlarge', ...capacity },
                { InstanceType: 'ml.m6i.xlarge' }
              ]
            })
          },
          { fallbacks: ['ml.m6i.xlarge'] }
        )
      )
    ).toMatchObject({ message: capacity.Cause });
    expect(
      error(ended({ app: { ...on('ml.t3.medium'), FailureReason: 'quota' } }))
    ).toMatchObject({ code: 'AppFailed', message: 'quota' });
    const FailureReason = 'InsufficientCapacityError: No ml.m5.xlarge is free.';
    expect(
      error(ended({ app: { ...on('ml.t3.medium'), FailureReason } }))
    ).toMatchObject({
      code: 'InsufficientCapacityError',
      message: FailureReason
    });
    expect(
      error(
        ended({
          app: on('ml.t3.medium'),
          ...outcome({
            Outcome: 'Restored',
            Error: { Error: 'AppFailed', Cause: FailureReason }
          })
        })
      )
    ).toMatchObject({ code: 'InsufficientCapacityError' });
    expect(
      error(
        ended({
          app: on('ml.t3.medium'),
          witness: { output: 'not JSON', error: 'E', cause: 'C' }
        })
      )
    ).toMatchObject({ code: 'E', message: 'C' });
  });

  it('offers a similar type, but not the one that runs', () => {
    const alternative = 'ml.m6i.xlarge';
    const restored = ended({ app: on('ml.t3.medium') }, { alternative });
    expect(reportOf(restored, { trans })?.alternative).toBe(alternative);
    expect(
      reportOf(ended({}, { alternative }), { trans })?.alternative
    ).toBeUndefined();
  });

  it('says what it could not check or change', () => {
    const rows = VOLUME;
    const lines = (given: ITask) =>
      reportOf(given, { trans })?.lines.join('\n');
    expect(lines(ended({}, { rows }))).toBe('Home volume: 5 GB → 9 GB');
    const back = lines(ended({ app: on('ml.t3.medium') }, { rows }));
    expect(back).not.toContain('→');
    expect(back).toMatch(/may have grown from 5 GB to 9 GB/);
    expect(lines(ended({ app: on('ml.c5.large') }, { rows }))).not.toContain(
      '9 GB'
    );
    expect(lines(ended({}, { rows, executor: 'hand-off' }))).toMatch(
      /not checked: Home volume/
    );
    expect(lines(ended({}, { rows: [], executor: 'scheduled' }))).toMatch(
      /Studio still proposes ml\.t3\.medium/
    );
    expect(lines(ended({ cleanupProblem: 'denied' }))).toMatch(
      /could not be removed: denied/
    );
    expect(lines(ended({ app: null, appProblem: 'denied' }))).toMatch(
      /runs on could not be read: denied/
    );
    expect(lines(ended({ witnessProblem: 'denied' }))).toMatch(
      /state machine ended could not be read: denied/
    );
  });

  it.each<[string, Partial<ISpaceChangeResult>, RegExp]>([
    ['nothing runs', { app: null }, /is stopped.*Start it from the list/],
    [
      'its start failed, too',
      { app: { Status: 'Failed', ...on('ml.t3.medium') } },
      /is stopped/
    ],
    [
      'somebody else started it',
      { app: { Status: 'InService', ...on('ml.c5.large') } },
      /runs on ml\.c5\.large/
    ],
    [
      'nobody may look',
      { app: null, appProblem: 'DescribeApp: denied' },
      /not known: DescribeApp: denied/
    ]
  ])('says where another space stands: %s', (_, result, words) => {
    const failed = ended(
      result,
      { isOwn: false },
      {
        state: 'failed',
        error: { code: 'ResourceLimitExceeded', message: 'quota' }
      }
    );
    const report = reportOf(failed, { trans });
    expect(report?.kind).toBe('failed');
    expect(report?.lines.join()).toMatch(words);
  });

  it('tells nothing of what goes on, was cancelled, or was a stop', () => {
    expect(reportOf(task(), { trans })).toBeNull();
    expect(reportOf(task({ state: 'cancelled' }), { trans })).toBeNull();
    expect(reportOf(ended({}, { purpose: 'stop' }), { trans })).toBeNull();
  });

  it('does with a task it does not understand', () => {
    const strange = task({ state: 'succeeded', result: { plan: {} } });
    expect(reportOf(strange, { trans })).toMatchObject({
      kind: 'done',
      record: null
    });
  });
});

describe('the history', () => {
  const report = (
    id: string,
    seconds: number,
    change: Partial<IChangeRecord> = {}
  ) => {
    const endedAt = new Date(
      Date.parse('2026-03-01T12:00:05Z') + seconds * 1000
    );
    const given = ended({ endedAt: endedAt.toISOString() }, change, { id });
    const found = reportOf(given, { trans });
    if (!found) {
      throw new Error('No report');
    }
    return found;
  };

  it('knows how long it usually takes, each change counted once', async () => {
    const history = new ChangeHistory(new StudioStore(database(), 'space'));
    expect(await history.usual('state-machine')).toBeNull();
    for (const [id, seconds] of [
      ['a', 100],
      ['b', 290],
      ['b', 290],
      ['c', 900]
    ] as const) {
      await history.add(report(id, seconds));
    }
    const usual = await history.usual('state-machine');
    expect(usual).toEqual({ duration: 290_000, of: 3 });
    expect(usual && usualWords(usual, trans)).toBe(
      'Usually 4 min 50 sec (of the last 3)'
    );
    expect(await history.usual('scheduled')).toBeNull();
  });

  it('counts neither what a person did by hand nor what failed', async () => {
    const history = new ChangeHistory(new StudioStore(database(), 'space'));
    await history.add(report('a', 100, { executor: 'hand-off' }));
    await history.add({ ...report('b', 100), kind: 'restored' });
    expect(await history.usual('hand-off')).toBeNull();
    expect(await history.usual('state-machine')).toBeNull();
  });

  it('remembers when a volume was enlarged', async () => {
    const history = new ChangeHistory(new StudioStore(database(), 'space'));
    expect(await history.volumeChangedAt('my-space')).toBeUndefined();
    const made = makeRecord(plan({ volumeGb: 9 }), {
      executor: 'state-machine',
      isOwn: true,
      bootId: 'old',
      kernels: [],
      now: new Date('2026-03-01T11:00:00Z')
    });
    await history.add({ ...report('a', 60), record: made });
    expect(await history.volumeChangedAt('my-space')).toEqual(
      new Date('2026-03-01T11:00:00Z')
    );
  });

  it('without a state database is silently empty', async () => {
    const history = new ChangeHistory(new StudioStore(null, 'space'));
    await history.add(report('a', 60));
    expect(await history.usual('state-machine')).toBeNull();
  });
});
