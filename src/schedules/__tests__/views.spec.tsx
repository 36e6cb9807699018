import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { StudioError } from '../../core/errors';
import type { IJobFormHost, INotebookJobSpec, ITask } from '../../tokens';
import { DefinitionDetail } from '../components/DefinitionDetail';
import { DefinitionsTable } from '../components/DefinitionsTable';
import { WhenPart } from '../whenPart';
import {
  FakeRuns,
  FakeSchedules,
  FakeTasks,
  ID,
  actions,
  definition,
  job,
  makeDetail,
  makeList,
  notebooks,
  settle,
  trans,
  trigger
} from './fakes';

/** Draw anew at each change, as the panels do. */
function Drawn(props: {
  model: { changed: { connect: (slot: () => void) => boolean } };
  children: () => React.ReactNode;
}): JSX.Element {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    props.model.changed.connect(() => draw());
  }, [props.model]);
  return <>{props.children()}</>;
}

describe('the table of definitions', () => {
  async function open(
    change: (list: ReturnType<typeof makeList>) => void = () => undefined
  ) {
    const list = makeList();
    change(list);
    const acts = actions();
    list.model.addViewer(() => true);
    render(
      <Drawn model={list.model}>
        {() => (
          <DefinitionsTable
            model={list.model}
            actions={acts}
            trans={trans}
            locale="en"
          />
        )}
      </Drawn>
    );
    await act(async () => {
      await list.watcher.tick();
      list.model.seen(ID);
      await settle();
    });
    return { ...list, acts };
  }

  it('shows schedule, next run, latest runs and state in words', async () => {
    await open(({ jobs }) => {
      jobs.jobs = [
        job({ name: 'run-2', jobDefinitionId: ID, status: 'Failed' }),
        job({ name: 'run-1', jobDefinitionId: ID, status: 'Completed' })
      ];
    });
    const row = screen.getByRole('row', { name: /Nightly report/ });
    expect(row.textContent).toContain('Every day at 09:00 (Europe/Lisbon)');
    expect(row.textContent).toContain('Active');
    const strip = within(row).getByRole('group', { name: /Latest runs/ });
    const marks = within(strip).getAllByRole('img');
    expect(marks.map(mark => mark.textContent)).toEqual(['C', 'F']);
    expect(marks[1].getAttribute('aria-label')).toMatch(/^failed, /);
  });

  it('offers pause or resume, as it stands', async () => {
    const { acts, api, model } = await open();
    fireEvent.click(
      screen.getByRole('button', { name: 'Pause “Nightly report”' })
    );
    expect(acts.pause).toHaveBeenCalledWith(ID);
    api.triggers.set(ID, { value: trigger({ isEnabled: false }) });
    await act(async () => {
      await model.readTrigger(ID);
    });
    expect(screen.getByText('Paused')).toBeTruthy();
    fireEvent.click(
      screen.getByRole('button', { name: 'Resume “Nightly report”' })
    );
    expect(acts.resume).toHaveBeenCalledWith(ID);
  });

  it.each<[string, Parameters<FakeSchedules['triggers']['set']>[1], string]>([
    ['no schedule', { value: null }, 'Inactive'],
    ['no target', { value: trigger({ hasTarget: false }) }, 'Inactive'],
    ['an unreadable one', { value: null, reason: 'not authorized' }, 'Unknown'],
    [
      'an end that has come',
      {
        value: trigger({
          schedule: {
            expression: 'at(2020-01-01T00:00:00)',
            timeZone: 'UTC'
          }
        })
      },
      'Ended'
    ]
  ])('says so of one with %s', async (_, found, words) => {
    await open(({ api }) => api.triggers.set(ID, found));
    expect(screen.getByText(words)).toBeTruthy();
  });

  it('says that a rule starts it', async () => {
    await open(({ api }) =>
      api.triggers.set(ID, {
        value: trigger({
          kind: 'rule',
          schedule: { expression: 'cron(0 9 ? * 2-6 *)', timeZone: 'UTC' }
        })
      })
    );
    const row = screen.getByRole('row', { name: /Nightly report/ });
    expect(row.textContent).toContain('Monday to Friday at 09:00 (UTC)');
    expect(row.textContent).toContain('EventBridge rule');
  });

  it('says what to do where there is none', async () => {
    await open(({ api }) => {
      api.definitions = [];
    });
    expect(screen.getByText('No job definitions yet')).toBeTruthy();
  });
});

describe('one definition', () => {
  async function open(
    state: Parameters<typeof makeDetail>[0] = 'same',
    change: (made: ReturnType<typeof makeDetail>) => void = () => undefined
  ) {
    const made = makeDetail(state);
    change(made);
    const acts = actions();
    render(
      <Drawn model={made.model}>
        {() => (
          <DefinitionDetail
            model={made.model}
            actions={acts}
            trans={trans}
            locale="en"
          />
        )}
      </Drawn>
    );
    await act(async () => {
      await made.model.refresh();
    });
    return { ...made, acts };
  }

  it('offers an update where the notebook was edited', async () => {
    const { acts } = await open('edited');
    expect(
      screen.getByText(/“work\/report.ipynb” was edited after/)
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Update…' }));
    expect(acts.editAll).toHaveBeenCalledWith(ID);
  });

  it('shows runs by day, reached by keys', async () => {
    const now = new Date();
    const { model, acts } = await open('same', ({ jobs }) => {
      jobs.jobs = [
        job({
          name: 'run-1',
          jobDefinitionId: ID,
          status: 'Completed',
          createdAt: now
        })
      ];
    });
    const grid = screen.getByRole('grid');
    const chosen = () => within(grid).getByRole('gridcell', { selected: true });
    expect(chosen().getAttribute('aria-label')).toMatch(/: 1 completed/);
    expect(chosen().tabIndex).toBe(0);
    const before = model.day;
    act(() => void fireEvent.keyDown(chosen(), { key: 'ArrowLeft' }));
    expect(model.day < before).toBe(true);
    expect(document.activeElement).toBe(chosen());
    act(() => void fireEvent.keyDown(chosen(), { key: 'ArrowRight' }));
    expect(model.day).toBe(before);
    fireEvent.click(screen.getByTitle('Open the job “run-1”'));
    expect(acts.openJob).toHaveBeenCalledWith('run-1');
  });

  it('says that it was deleted', async () => {
    const { acts } = await open('same', ({ api }) => {
      api.definitions = [];
    });
    expect(screen.getByText('This job definition was deleted')).toBeTruthy();
    fireEvent.click(
      screen.getByRole('button', { name: 'All job definitions' })
    );
    expect(acts.openDefinitions).toHaveBeenCalled();
  });

  it('says that its schedule is gone, and lets it have a new one', async () => {
    const { acts } = await open('same', ({ api }) => api.triggers.clear());
    expect(screen.getByText(/Its schedule was deleted/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
    fireEvent.click(
      screen.getByRole('button', { name: 'Change the schedule…' })
    );
    expect(acts.editSchedule).toHaveBeenCalledWith(ID);
  });
});

describe('when, in the job form', () => {
  const spec = {
    name: ID,
    notebookPath: 'work/report.ipynb'
  } as INotebookJobSpec;

  function make(edited?: WhenPart.IOptions['edited']) {
    const api = new FakeSchedules();
    const jobs = new FakeRuns();
    const tasks = new FakeTasks();
    const saved = jest.fn();
    const host = {
      notebookPath: 'work/report.ipynb',
      changed: new Signal({})
    } as unknown as IJobFormHost;
    const part = new WhenPart({
      host,
      edited,
      api,
      jobs,
      tasks,
      notebooks: notebooks(),
      follow: task => tasks.follow(task.id),
      saved,
      trans,
      locale: 'en'
    });
    return { api, jobs, tasks, saved, part };
  }

  function show(part: WhenPart) {
    render(<Drawn model={part}>{() => part.render()}</Drawn>);
  }

  async function choose(part: WhenPart) {
    show(part);
    await act(async () => {
      fireEvent.click(screen.getByRole('radio', { name: 'On a schedule' }));
      await settle();
    });
  }

  const end = (tasks: FakeTasks, change: Partial<ITask>) =>
    tasks.move([...tasks.tasks.keys()][0], change);

  it('is now, until a schedule is chosen', async () => {
    const { part } = make();
    show(part);
    expect(part.isActive).toBe(false);
    expect(screen.queryByLabelText('Repeat')).toBeNull();
  });

  it('shows the next five runs and asks for what is missing', async () => {
    const { part } = make();
    await choose(part);
    expect(part.isActive).toBe(true);
    expect(part.problem).toBeNull();
    const runs = screen.getByRole('list', { name: 'Next runs' });
    expect(within(runs).getAllByRole('listitem')).toHaveLength(5);
    fireEvent.change(screen.getByLabelText('Repeat'), {
      target: { value: 'cron' }
    });
    fireEvent.change(screen.getByLabelText('Cron expression'), {
      target: { value: '0 9 13 * 5' }
    });
    expect(part.problem).toContain('can’t do both');
    fireEvent.click(screen.getByRole('button', { name: /On day 13/ }));
    expect(part.problem).toBeNull();
    expect(
      (screen.getByLabelText('Cron expression') as HTMLInputElement).value
    ).toBe('0 9 13 * ? *');
  });

  it('warns of runs that overlap', async () => {
    const { part, jobs } = make();
    jobs.jobs = [
      job({
        notebookName: 'report.ipynb',
        status: 'Completed',
        createdAt: new Date('2026-11-01T10:00:00Z'),
        endedAt: new Date('2026-11-01T10:10:00Z')
      })
    ];
    await choose(part);
    fireEvent.change(screen.getByLabelText('Repeat'), {
      target: { value: 'minutes' }
    });
    expect(screen.getByRole('alert').textContent).toContain(
      'begin every 1 min, and jobs of this notebook take about 10 min'
    );
  });

  it('makes one task, which is the definition’s', async () => {
    const { part, api, tasks, saved } = make();
    await choose(part);
    let done: boolean | undefined;
    await act(async () => {
      void part.submit(spec).then(result => (done = result));
      await settle();
    });
    expect(api.of('creation')).toEqual([
      [
        expect.objectContaining({
          job: spec,
          kind: 'scheduler',
          notebookHash: 'abc',
          schedule: expect.objectContaining({
            expression: 'cron(0 9 * * ? *)'
          })
        })
      ]
    ]);
    expect(tasks.started[0].clientToken).toBe(`definition:${ID}`);
    expect(part.task?.state).toBe('running');
    await act(async () => {
      end(tasks, { state: 'succeeded' });
      await settle();
    });
    expect(done).toBe(true);
    expect(part.task).toBeUndefined();
    expect(saved).toHaveBeenCalledWith(ID);
  });

  it('says before that a rule must do, in UTC', async () => {
    const { part, api } = make();
    api.kind = { kind: 'rule', reason: 'not authorized: scheduler' };
    await choose(part);
    expect(screen.getByRole('note').textContent).toContain('all times are UTC');
    expect(screen.getByRole('note').textContent).toContain('not authorized');
    expect(screen.queryByLabelText('Time zone')).toBeNull();
    expect(screen.getByLabelText('Time (UTC)')).toBeTruthy();
  });

  async function fails(error: ITask['error']) {
    const made = make();
    await choose(made.part);
    const failure = made.part.submit(spec).catch((thrown: unknown) => thrown);
    await act(async () => {
      await settle();
      end(made.tasks, { state: 'failed', error });
      await settle();
    });
    return { ...made, failure: (await failure) as StudioError };
  }

  it('goes over to a rule where making the schedule is denied', async () => {
    const { failure, api, part } = await fails({
      code: 'AccessDeniedException',
      message: 'not authorized to perform: scheduler:CreateSchedule',
      operation: 'CreateSchedule'
    });
    expect(failure.hint).toContain('EventBridge rule, whose times are UTC');
    void part.submit(spec).catch(() => undefined);
    await act(settle);
    expect(api.of('creation')[1][0]).toMatchObject({
      kind: 'rule',
      schedule: { timeZone: 'UTC' }
    });
  });

  it('shows the trust statement where the role lacks it', async () => {
    const { failure } = await fails({
      code: 'ValidationException',
      message:
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      operation: 'CreateSchedule'
    });
    expect(failure.code).toBe('ValidationException');
    const help = screen.getByRole('region', { name: /trust policy lacks/ });
    expect(help.textContent).toContain('scheduler.amazonaws.com');
    expect(
      within(help).getByRole('button', { name: 'Copy the statement' })
    ).toBeTruthy();
  });

  it('changes the definition a form was opened for', async () => {
    const edited = {
      definition: definition(),
      trigger: trigger({
        schedule: {
          expression: 'cron(30 7 ? * MON *)',
          timeZone: 'Asia/Tokyo'
        }
      })
    };
    const { part, api, tasks, saved } = make(edited);
    show(part);
    await act(settle);
    expect(screen.queryByRole('radio')).toBeNull();
    expect((screen.getByLabelText('Time') as HTMLInputElement).value).toBe(
      '07:30'
    );
    const other = { ...spec, name: 'fresh-id-00000000' };
    const done = part.submit(other);
    await act(async () => {
      await settle();
      end(tasks, { state: 'succeeded' });
      await settle();
    });
    expect(await done).toBe(true);
    expect(api.of('revision')[0][0]).toBe(edited.definition);
    expect(saved).toHaveBeenCalledWith(ID);
  });

  it('comes back as it was after a reload', async () => {
    const { part } = make();
    await choose(part);
    fireEvent.change(screen.getByLabelText('Repeat'), {
      target: { value: 'minutes' }
    });
    const again = make().part;
    again.restore(JSON.parse(JSON.stringify(part.save())));
    expect(again.isActive).toBe(true);
    expect(again.save()).toEqual(part.save());
    again.restore(null);
    again.restore({ form: 'nonsense', isActive: 'yes' });
    expect(again.save()).toEqual(part.save());
  });
});
