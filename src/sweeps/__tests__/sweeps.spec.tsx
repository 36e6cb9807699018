import { Notification } from '@jupyterlab/apputils';
import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { StudioError } from '../../core/errors';
import { SweepView } from '../components/SweepView';
import { SweepPart } from '../formPart';
import { jobName, toSweepSpec } from '../jobs';
import { SweepModel } from '../model';
import { newSweep, planSweep } from '../plan';
import { endWords, toRows } from '../rows';
import { newValues } from '../values';
import { BASE, FakeHost, ID, job, makeSweeps, settle, trans } from './fakes';

const values = {
  ...newValues('1'),
  mode: 'list' as const,
  list: '0.1, 0.2'
};

function part(made = makeSweeps()) {
  const host = new FakeHost();
  return { ...made, host, part: new SweepPart({ ...made, host, trans }) };
}

/** A part with two jobs. */
function filled() {
  const made = part();
  made.part.update({ isOn: true });
  made.part.setValues('rate', values);
  return made;
}

afterEach(() => Notification.dismiss());

describe('the jobs of a plan', () => {
  const plan = planSweep(
    { ...newSweep(1), isOn: true, values: { rate: values } },
    [{ name: 'rate', value: '1', isSent: false }],
    8,
    trans
  );

  it('have names made from the sweep’s id, and all parameters', () => {
    const spec = toSweepSpec(plan, BASE, null, trans);
    expect(spec).toMatchObject({ id: ID, concurrency: 2 });
    expect(spec.sample).toBeUndefined();
    expect(spec.jobs[1]).toEqual({
      name: 'Grid-train-2-0a1b2c3d-2025-06-15-12-00-00',
      displayName: 'Grid - 2 of 2',
      parameters: { label: 'x', rate: '0.2' }
    });
  });

  it('have names AWS takes, however long the sweep’s is', () => {
    const long = `${'a'.repeat(17)}-${'b'.repeat(16)}-0a1b2c3d-2025-06-15-12-00-00`;
    for (const number of [1, 42, 500]) {
      const name = jobName(long, number);
      expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    }
    expect(jobName(long, 1)).not.toBe(jobName(long, 11));
    const named = { ...BASE, displayName: 'n'.repeat(256) };
    const [first] = toSweepSpec(plan, named, null, trans).jobs;
    expect(first.displayName).toHaveLength(256);
    expect(first.displayName).toContain('1 of 2');
  });

  it('tell how they were drawn', () => {
    expect(toSweepSpec(plan, BASE, ' 42 ', trans).sample).toBe(
      '2 of 2 seed 42'
    );
  });
});

describe('the part of the form', () => {
  it('does nothing before it is switched on', () => {
    const { part: idle } = part();
    expect(idle.isActive).toBe(false);
    expect(idle.renderParameter(1)).toBeNull();
  });

  it('says that the cost of spot capacity is the on-demand price', async () => {
    const { part: active, host } = filled();
    host.usesSpot = true;
    await settle();
    render(active.render());
    expect(
      screen.getByText(/Up to \$0.2300.* That is the on-demand price/)
    ).toBeTruthy();
  });

  it('says the size, the quota and the cost as one types', async () => {
    const { part: active } = filled();
    await settle();
    const { rerender } = render(active.render());
    expect(screen.getByRole('status').textContent).toBe('2 jobs');
    expect(screen.getByText(/Your quota allows 2 of ml.m5.large/)).toBeTruthy();
    expect(screen.getByText(/Up to \$0.2300, if all 2 jobs/)).toBeTruthy();
    expect(screen.queryByText(/on-demand price/)).toBeNull();
    expect(active.submitLabel).toBe('Submit 2 jobs');
    expect(active.covers('rate')).toBe(true);
    expect(active.covers('label')).toBe(false);

    rerender(<>{active.renderParameter(1)}</>);
    fireEvent.change(screen.getByLabelText(/^Values of rate, /), {
      target: { value: '0.1, fast' }
    });
    rerender(<>{active.renderParameter(1)}</>);
    expect(screen.getByText(/“fast”/)).toBeTruthy();
    expect(active.problem).toContain('“fast”');
  });

  it('offers ranges for numbers only', () => {
    const { part: active } = filled();
    const { container, rerender } = render(<>{active.renderParameter(1)}</>);
    const modes = () =>
      [...container.querySelectorAll('option')].map(each => each.value);
    expect(modes()).toContain('range');
    rerender(<>{active.renderParameter(2)}</>);
    expect(modes()).toEqual(['one', 'list']);
  });

  it('says why the quota is not known', async () => {
    const made = makeSweeps();
    made.quota.value = { value: null, reason: 'not allowed' };
    const { part: active } = part(made);
    active.update({ isOn: true });
    await settle();
    render(active.render());
    expect(screen.getByText(/can’t be read: not allowed/)).toBeTruthy();
  });

  it('stays until the first job exists, then shows the sweep', async () => {
    const { part: active, tasks, actions, notes } = filled();
    const submitted = active.submit(BASE);
    await settle();
    expect(active.task?.title).toBe('Grid');
    expect(actions.open).not.toHaveBeenCalled();
    tasks.move(`task-${ID}`, {
      result: {
        jobs: [
          { name: 'a', status: 'InProgress' },
          { name: 'b', status: 'NotCreated' }
        ]
      }
    });
    expect(await submitted).toBe(true);
    expect(actions.open).toHaveBeenCalledWith(ID);
    expect((await notes.load(ID))?.jobs).toHaveLength(2);
  });

  it('keeps the form where nothing came of it', async () => {
    const { part: active, tasks } = filled();
    const failed = active.submit(BASE);
    await settle();
    tasks.move(`task-${ID}`, {
      state: 'failed',
      error: { code: 'NoSuchBucket', message: 'no bucket' }
    });
    await expect(failed).rejects.toMatchObject({ code: 'NoSuchBucket' });

    const cancelled = active.submit({ ...BASE, name: `b${ID.slice(1)}` });
    await settle();
    active.cancel();
    tasks.move(`task-b${ID.slice(1)}`, { state: 'cancelled' });
    expect(await cancelled).toBe(false);
    expect(tasks.cancelled).toEqual([`task-b${ID.slice(1)}`]);
  });

  it('finds the sweep whose answer was lost', async () => {
    const { part: active, tasks, actions } = filled();
    tasks.put({
      id: 'known',
      kind: 'sweep',
      clientToken: ID,
      result: { jobs: [{ name: 'a', status: 'InProgress' }] }
    });
    tasks.startFailure = new StudioError({
      code: 'IdempotentParameterMismatch',
      message: 'another body'
    });
    const submitted = active.submit(BASE);
    await settle();
    tasks.move('known', {});
    expect(await submitted).toBe(true);
    expect(actions.open).toHaveBeenCalledWith(ID);
  });

  it('takes up what was kept', () => {
    const { part: one } = filled();
    const { part: other } = part();
    other.restore(JSON.parse(JSON.stringify(one.save())));
    expect(other.plan.words).toBe('2 jobs');
    other.restore('rubbish');
    expect(other.isActive).toBe(true);
  });
});

describe('the end of a sweep', () => {
  it('is told once, with what became of the jobs', async () => {
    const { sweeps, tasks } = makeSweeps();
    const task = tasks.put({
      id: 't',
      kind: 'sweep',
      title: 'Grid',
      clientToken: ID
    });
    sweeps.resume(await tasks.list());
    void sweeps.follow(task);
    tasks.move('t', {
      state: 'succeeded',
      result: {
        jobs: ['Completed', 'Completed', 'Failed'].map((status, at) => ({
          name: `j${at}`,
          status
        }))
      }
    });
    await settle();
    const shown = Notification.manager.notifications;
    expect(shown.map(each => each.message)).toEqual([
      'The sweep “Grid” has ended: 2 completed, 1 failed'
    ]);
    expect(shown[0].options.actions?.map(each => each.label)).toEqual([
      'Show sweep',
      'Compare'
    ]);
    expect(tasks.forgotten).toEqual(['t']);
  });

  it('says what was stopped and what was never made', () => {
    const { tasks } = makeSweeps();
    const task = tasks.put({
      id: 't',
      title: 'Grid',
      clientToken: ID,
      state: 'cancelled',
      result: {
        jobs: [
          { name: 'a', status: 'Completed' },
          { name: 'b', status: 'Stopping' },
          { name: 'c', status: 'NotCreated' }
        ]
      }
    });
    expect(endWords(task, trans)).toBe(
      'The sweep “Grid” was stopped: 1 completed, 1 stopped, 1 not created'
    );
  });
});

describe('the tab of a sweep', () => {
  const planned = ['a', 'b', 'c'].map(name => ({
    name,
    displayName: `Job ${name}`,
    parameters: { rate: name, seed: '1' }
  }));

  function model(made = makeSweeps()) {
    const { jobs, api, tasks, notes, watcher } = made;
    const sweep = new SweepModel({
      id: ID,
      sweeps: api,
      jobs,
      tasks,
      notes,
      watcher,
      trans
    });
    sweep.addViewer(() => true);
    return { ...made, sweep };
  }

  it('shows what is planned, what the server tells and what AWS has', () => {
    const rows = toRows(
      { displayName: 'Grid', concurrency: 2, jobs: planned },
      {
        state: 'running',
        result: {
          jobs: [
            { name: 'a', status: 'Completed' },
            { name: 'b', status: 'InProgress' },
            { name: 'c', status: 'NotCreated' }
          ]
        }
      } as never,
      [job({ name: 'a', status: 'InProgress' })],
      trans
    );
    expect(rows.map(row => [row.name, row.state, row.label])).toEqual([
      ['a', 'completed', 'Completed'],
      ['b', 'running', 'In progress'],
      ['c', 'to-come', 'To come']
    ]);
  });

  it('is found by its tags alone', async () => {
    const { sweep, jobs, api, watcher } = model();
    jobs.held = ['a', 'b'].map(name =>
      job({
        name,
        status: 'Completed',
        parameters: { rate: name },
        tags: { 'jupyterlab-sagemaker-studio:sweep-name': 'Grid of Ada' }
      })
    );
    await watcher.tick();
    expect(api.asked).toEqual([{ sweep: ID }]);
    expect(sweep.title).toBe('Grid of Ada');
    expect(sweep.hasEnded).toBe(true);
    const actions = {
      openJob: jest.fn(),
      openOutput: jest.fn(),
      compare: jest.fn(),
      stop: jest.fn()
    };
    render(<SweepView model={sweep} actions={actions} trans={trans} />);
    expect(screen.getByText('2 completed')).toBeTruthy();
    expect(screen.getByRole('columnheader', { name: /rate/ })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
    expect(actions.compare).toHaveBeenCalledWith(ID);
    const stop = screen.getByRole('button', { name: 'Stop the whole' });
    expect((stop as HTMLButtonElement).disabled).toBe(true);
    // Nothing more is asked once all have ended.
    await watcher.tick();
    expect(api.asked).toHaveLength(1);
  });

  it('stops by its task, else job by job', async () => {
    const { sweep, jobs, tasks, watcher } = model();
    jobs.held = [job({ name: 'a' }), job({ name: 'b' })];
    await watcher.tick();
    expect(sweep.stopping).toEqual({ running: 2, toCome: 0 });
    await sweep.stop();
    expect([...jobs.calls].sort()).toEqual(['stop a', 'stop b']);

    tasks.put({ id: 't', kind: 'sweep', clientToken: ID });
    await sweep.refresh();
    await sweep.stop();
    expect(tasks.cancelled).toEqual(['t']);
  });

  it('asks nothing while nobody looks', async () => {
    const { api, watcher, sweep } = model();
    sweep.dispose();
    await watcher.tick();
    expect(api.asked).toEqual([]);
  });
});
