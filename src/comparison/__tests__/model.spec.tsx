import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { FakeTasks, FakeWatcher, database } from '../../__tests__/fakes';
import { StudioError } from '../../core/errors';
import { StudioStore } from '../../core/store';
import { FakeJobs } from '../../jobs/__tests__/fakes';
import type { JobsOf } from '../../tokens';
import { FakeSweeps, job, settle, trans } from '../../sweeps/__tests__/fakes';
import { ComparisonView } from '../components/ComparisonView';
import { ComparisonModel } from '../model';

const done = (name: string, rate: string) =>
  job({
    name,
    displayName: `Run ${name}`,
    status: 'Completed',
    parameters: { rate, seed: '1' },
    outputNotebookName: `${name}.ipynb`,
    endedAt: new Date()
  });

function make(source: JobsOf, store = new StudioStore(database(), 'c')) {
  const jobs = new FakeJobs();
  const sweeps = new FakeSweeps(jobs);
  const tasks = new FakeTasks();
  const watcher = new FakeWatcher();
  const model = new ComparisonModel({
    source,
    sweeps,
    jobs,
    tasks,
    watcher,
    store,
    trans,
    cost: () => null
  });
  model.addViewer(() => true);
  const actions = {
    openJob: jest.fn(),
    openOutput: jest.fn(),
    openBeside: jest.fn(),
    download: jest.fn()
  };
  return { jobs, sweeps, tasks, watcher, model, actions, store };
}

/** Answer the newest task with what each run printed. */
function answer(tasks: FakeTasks, printed: Record<string, string>): void {
  const [last] = [...tasks.tasks.keys()].slice(-1);
  tasks.move(last, {
    state: 'succeeded',
    result: {
      runs: Object.fromEntries(
        Object.entries(printed).map(([name, text]) => [
          name,
          { values: { score: text.length }, texts: [{ cell: 1, text }] }
        ])
      )
    }
  });
}

function view({ model, actions }: ReturnType<typeof make>) {
  return render(
    <ComparisonView
      model={model}
      actions={actions}
      rendermime={new RenderMimeRegistry()}
      trans={trans}
    />
  );
}

describe('ComparisonModel', () => {
  it('reads each output once, and those of jobs that end later', async () => {
    const made = make({ sweep: 's' });
    const { jobs, tasks, watcher, model } = made;
    jobs.held = [done('a', '0.1'), job({ name: 'b' })];
    await watcher.tick();
    await settle();
    expect(tasks.started[0]).toMatchObject({
      kind: 'results',
      spec: {
        outputs: [
          {
            name: 'a',
            bucket: 'bucket',
            key: 'a/output/output.tar.gz',
            notebook: 'a.ipynb'
          }
        ]
      }
    });
    expect(model.isReading).toBe(true);
    answer(tasks, { a: 'loss = 0.5' });
    await settle();
    expect(model.isReading).toBe(false);
    expect(tasks.forgotten).toHaveLength(1);
    expect(model.columns.map(each => each.id)).toContain('printed:loss');

    jobs.change('b', { status: 'Completed' });
    await watcher.tick();
    await settle();
    expect(tasks.started).toHaveLength(2);
    expect(tasks.started[1].spec.outputs).toMatchObject([{ name: 'b' }]);
    answer(tasks, { b: 'loss = 0.4' });
    await settle();
    await watcher.tick();
    expect(tasks.started).toHaveLength(2);
  });

  it('keeps the runs where values can’t be read, and tries again when asked', async () => {
    const { jobs, tasks, watcher, model } = make({ sweep: 's' });
    jobs.held = [done('a', '0.1')];
    tasks.startFailure = new StudioError({ code: 'Busy', message: 'busy' });
    await watcher.tick();
    await settle();
    expect(model.valuesError?.code).toBe('Busy');
    expect(model.runs).toHaveLength(1);
    tasks.startFailure = null;
    void model.refresh();
    await settle();
    expect(tasks.started).toHaveLength(2);
    expect(model.valuesError).toBeNull();
  });

  it('shows jobs by name that Search lacks, and those that are gone', async () => {
    const { jobs, sweeps, watcher, model } = make({ names: ['a', 'gone'] });
    jobs.held = [done('a', '0.1')];
    sweeps.jobs = async () => [];
    await watcher.tick();
    await settle();
    expect(model.runs.map(run => [run.name, run.note])).toEqual([
      ['a', undefined],
      ['gone', expect.stringContaining('no such job')]
    ]);
  });

  it('keeps the view for the notebook, but no pattern that is wrong', async () => {
    const { jobs, watcher, model, store } = make({ sweep: 's' });
    jobs.held = [done('a', '0.1')];
    await watcher.tick();
    model.update({ pattern: 'loss is (\\S+)' });
    model.update({ pattern: 'loss is (' });
    expect(model.patternProblem).toContain('Correct');
    await settle();

    const again = make({ notebook: 'train.ipynb' }, store);
    again.jobs.held = [done('a', '0.1')];
    await again.watcher.tick();
    await settle();
    expect(again.model.view.pattern).toBe('loss is (\\S+)');
  });

  it('uses a pattern of the person, and says when one takes too long', async () => {
    const { jobs, tasks, watcher, model } = make({ sweep: 's' });
    jobs.held = [done('a', '0.1')];
    await watcher.tick();
    await settle();
    answer(tasks, { a: `loss is 0.5\n${'a'.repeat(60)}!` });
    const changed = (until: () => boolean) =>
      new Promise<void>(resolve =>
        model.changed.connect(() => until() && resolve())
      );
    model.update({ pattern: 'loss is (\\S+)' });
    await changed(() => model.runs[0]?.printed.printed === 0.5);
    expect(model.patternProblem).toBeNull();

    model.update({ pattern: '((?:a+)+)$' });
    await changed(() => model.patternProblem !== null);
    expect(model.patternProblem).toMatch(/takes too long/);
    expect(model.runs[0].printed).toEqual({});
    model.update({ pattern: '' });
    expect(model.patternProblem).toBeNull();
    model.dispose();
  }, 15_000);

  it('asks nothing any more once it is closed', async () => {
    const { jobs, tasks, watcher, model, sweeps } = make({ sweep: 's' });
    jobs.held = [done('a', '0.1')];
    await watcher.tick();
    await settle();
    model.dispose();
    await settle();
    expect(tasks.cancelled).toHaveLength(1);
    await watcher.tick();
    expect(sweeps.asked).toHaveLength(1);
  });
});

describe('ComparisonView', () => {
  async function shown() {
    const made = make({ sweep: 's' });
    made.jobs.held = [
      done('a', '0.1'),
      done('b', '0.2'),
      job({ name: 'c', displayName: 'Run c' })
    ];
    await made.watcher.tick();
    await settle();
    answer(made.tasks, { a: 'loss = 0.5', b: 'loss = 0.25' });
    await settle();
    return { ...made, ...view(made) };
  }

  it('has a row a run, what differs as columns, and why values are missing', async () => {
    await shown();
    const heads = screen
      .getAllByRole('columnheader')
      .map(each => each.textContent);
    expect(heads).toEqual([
      'Name',
      'Status',
      'Duration',
      'rate',
      'seed',
      'score',
      'loss',
      'Output'
    ]);
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(screen.getByText('1 run without all values')).toBeTruthy();
    // jsdom has no Vega, and the page says so.
    expect(screen.getByText(/can’t draw charts/)).toBeTruthy();
  });

  it('opens two chosen outputs beside each other', async () => {
    const { actions } = await shown();
    const button = screen.getByRole('button', {
      name: 'Open two outputs side by side'
    }) as HTMLButtonElement;
    expect(button.disabled).toBe(true);
    fireEvent.click(screen.getByLabelText('Choose “Run b”'));
    fireEvent.click(screen.getByLabelText('Choose “Run a”'));
    fireEvent.click(button);
    expect(actions.openBeside).toHaveBeenCalledWith('a', 'b');
  });

  it('marks the best, hides columns and gives the table as CSV', async () => {
    const { actions, rerender, model } = await shown();
    fireEvent.change(screen.getByLabelText('Best of loss'), {
      target: { value: 'min' }
    });
    fireEvent.click(screen.getAllByRole('checkbox', { name: /Status/ })[0]);
    rerender(
      <ComparisonView
        model={model}
        actions={actions}
        rendermime={new RenderMimeRegistry()}
        trans={trans}
      />
    );
    expect(screen.getByTitle('Lowest: 0.25').textContent).toBe('★ 0.25');
    fireEvent.click(screen.getByRole('button', { name: 'Download CSV' }));
    const [name, csv] = actions.download.mock.calls[0];
    expect(name).toBe('s.csv');
    expect(csv.split('\r\n')[0]).toBe(
      'Job,Name,Duration (s),rate,seed,score,loss'
    );
  });

  it('says what is wrong with a pattern before it is used', async () => {
    await shown();
    fireEvent.change(screen.getByLabelText('Pattern'), {
      target: { value: 'loss (' }
    });
    expect(screen.getByText(/Correct the regular expression/)).toBeTruthy();
    const apply = screen.getByRole('button', { name: 'Apply' });
    expect((apply as HTMLButtonElement).disabled).toBe(true);
  });
});
