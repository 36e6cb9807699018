import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { StudioError } from '../../core/errors';
import type { INotebookJob } from '../../tokens';
import { JobDetail } from '../components/JobDetail';
import { JobDetailModel } from '../detailModel';
import { utilisationChart } from '../utilisation';
import { actions, job, makeJobs, settle, trans } from './fakes';

function View(props: {
  model: JobDetailModel;
  done: ReturnType<typeof actions>;
}): JSX.Element {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    props.model.changed.connect(() => draw());
  }, [props.model]);
  return (
    <JobDetail
      model={props.model}
      actions={props.done}
      trans={trans}
      prices={PRICES}
      rendermime={null}
    />
  );
}
const PRICES = async () => ({ value: { 'ml.m5.large': 0.36 } });

async function show(shown: Partial<INotebookJob>, others: INotebookJob[] = []) {
  const made = makeJobs();
  const whole = job({ name: 'a', displayName: 'Alpha', ...shown });
  made.api.held = [whole, ...others];
  const detail = new JobDetailModel({
    name: 'a',
    api: made.api,
    jobs: made.model,
    watcher: made.watcher
  });
  detail.addViewer(() => true);
  await made.watcher.tick();
  const done = actions();
  await act(async () => {
    render(<View model={detail} done={done} />);
    await settle();
  });
  return { ...made, detail, done };
}

/** jsdom knows `details`, but tells nobody that it was unfolded. */
async function unfold(title: string) {
  const details = screen.getByText(title).closest('details');
  await act(async () => {
    (details as HTMLDetailsElement).open = true;
    fireEvent(details as HTMLElement, new Event('toggle'));
    await settle();
  });
}

const ENDED = {
  status: 'Completed' as const,
  secondaryStatus: 'Completed',
  billableSeconds: 100,
  startedAt: new Date(0),
  endedAt: new Date(120_000)
};

describe('The tab of a job', () => {
  it('says what it cost, what spot saved, and where the price is from', async () => {
    await show({
      ...ENDED,
      spot: { maxWaitSeconds: 7200 },
      trainingSeconds: 400
    });
    const cost = within(screen.getByRole('region', { name: 'Cost' }));
    expect(
      cost.getByText(
        /^\$0\.0100: the billed time at \$0\.3600 an hour.*Price List.*saves is in the billed time/
      )
    ).toBeTruthy();
    expect(cost.getByText(/^75 %/)).toBeTruthy();
  });

  it('says so where there is no price', async () => {
    await show({ ...ENDED, instanceType: 'ml.new.large' });
    expect(screen.getByText(/^No price available/)).toBeTruthy();
  });

  it('shows every option', async () => {
    await show({
      volumeSizeInGB: 50,
      subnets: ['subnet-1'],
      volumeKmsKeyId: 'alias/mine',
      initScriptName: 'init.sh',
      userTags: { team: 'red' }
    });
    for (const text of [
      '50 GB',
      'subnet-1',
      'alias/mine',
      'init.sh',
      'team=red'
    ]) {
      expect(screen.getByText(text)).toBeTruthy();
    }
  });

  it('reads what it used only once that is unfolded, and says when there is nothing', async () => {
    const { api, watcher } = await show(ENDED);
    expect(api.calls).not.toContain('metrics a');
    await watcher.tick();
    expect(api.calls).not.toContain('metrics a');
    await unfold('Utilisation of the instance');
    expect(api.calls.filter(call => call === 'metrics a')).toHaveLength(1);
    expect(screen.getByText(/CloudWatch has no metrics/)).toBeTruthy();
    // It ended long ago: there will be no more.
    await watcher.tick();
    expect(api.calls.filter(call => call === 'metrics a')).toHaveLength(1);
  });

  it('draws what it used, with the numbers in a table', async () => {
    const made = makeJobs();
    made.api.metricPoints = [
      {
        name: 'CPUUtilization',
        points: [
          { time: 0, value: 100 },
          { time: 60_000, value: 300 }
        ]
      }
    ];
    const theme = { text: '#111', line: '#222', mark: '#333', isDark: false };
    const chart = utilisationChart(made.api.metricPoints, theme, trans);
    expect(chart.data).toEqual({
      values: [
        { metric: 'CPU', time: 0, value: 100 },
        { metric: 'CPU', time: 60_000, value: 300 }
      ]
    });
    const { api } = await show(ENDED);
    api.metricPoints = made.api.metricPoints;
    await unfold('Utilisation of the instance');
    const row = within(screen.getByRole('row', { name: /CPU/ }));
    expect(row.getByText('200.0 %')).toBeTruthy();
    expect(row.getByText('300.0 %')).toBeTruthy();
  });

  it('shows the differences to another run, values of variables when asked for', async () => {
    const other = job({
      ...ENDED,
      name: 'b',
      displayName: 'Beta',
      parameters: { epochs: '5', label: 'x' },
      environment: { TOKEN: 'hush-two' },
      instanceType: 'ml.g5.xlarge'
    });
    const { api, model } = await show(
      {
        ...ENDED,
        parameters: { epochs: '3', label: 'x' },
        environment: { TOKEN: 'hush-one' }
      },
      [other]
    );
    await model.refresh();
    await unfold('Show differences to another run');
    await act(async () => {
      fireEvent.change(screen.getByLabelText('Other run'), {
        target: { value: 'b' }
      });
      await settle();
    });
    expect(api.calls).toContain('describe b');
    const table = within(screen.getByRole('table'));
    const cells = (name: RegExp) =>
      within(table.getByRole('row', { name }))
        .getAllByRole('cell')
        .map(cell => cell.textContent);
    expect(cells(/^epochs/)).toEqual(['3', '5']);
    expect(cells(/^Instance type/)).toEqual(['ml.m5.large', 'ml.g5.xlarge']);
    expect(cells(/^Cost/)).toEqual(['$0.0100', '–']);
    expect(table.queryByRole('row', { name: /^label/ })).toBeNull();
    expect(cells(/^TOKEN/)).toEqual(['••••••', '••••••']);
    fireEvent.click(
      table.getByRole('button', { name: 'Show the values of TOKEN' })
    );
    expect(cells(/^TOKEN/)).toEqual(['hush-one', 'hush-two']);
    fireEvent.click(screen.getByLabelText(/Show also what is the same/));
    expect(cells(/^label/)).toEqual(['x', 'x']);
  });

  it('says why the other run can’t be read', async () => {
    const { api, model } = await show(ENDED, [job({ name: 'b' })]);
    await model.refresh();
    await unfold('Show differences to another run');
    api.failures.set(
      'describe b',
      new StudioError({ code: 'ThrottlingException', message: 'Rate exceeded' })
    );
    await act(async () => {
      fireEvent.change(screen.getByLabelText('Other run'), {
        target: { value: 'b' }
      });
      await settle();
    });
    expect(screen.getByText('The other run can’t be read')).toBeTruthy();
  });

  it('offers code, the input snapshot and another run', async () => {
    const { done } = await show(ENDED);
    fireEvent.click(
      screen.getByRole('button', { name: 'Open input snapshot' })
    );
    expect(done.openSnapshot).toHaveBeenCalledWith('a');
    fireEvent.click(screen.getByRole('button', { name: /code \(SDK step\)/ }));
    expect(done.insertCode).toHaveBeenCalledWith('a', 'step');
    fireEvent.click(screen.getByRole('button', { name: 'Run again' }));
    expect(done.runAgain).toHaveBeenCalledWith('a');
    expect(
      screen.queryByRole('button', { name: 'Open in Notebook Jobs' })
    ).toBeNull();
  });
});
