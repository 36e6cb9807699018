import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { StudioError } from '../../core/errors';
import { JobsTable } from '../components/JobsTable';
import type { JobsTableModel } from '../tableModel';
import { actions, job, makeTable, settle, trans } from './fakes';

function View(props: {
  model: JobsTableModel;
  done: ReturnType<typeof actions>;
}): JSX.Element {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    props.model.changed.connect(() => draw());
  }, [props.model]);
  return <JobsTable model={props.model} actions={props.done} trans={trans} />;
}

/** The table of these jobs, drawn anew at each change. */
async function show(names: string[], change = (_: string) => ({})) {
  const made = makeTable();
  made.api.held = names.map(name =>
    job({ name, displayName: name.toUpperCase(), ...change(name) })
  );
  await made.table.ready;
  await made.model.refresh();
  const done = actions();
  render(<View model={made.table} done={done} />);
  return { ...made, done };
}

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const row = (name: string) =>
  screen.getByRole('row', { name: new RegExp(name) });
const shown = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map(each => within(each).getAllByRole('gridcell')[0].textContent);

describe('The table of jobs', () => {
  it('filters rows and offers what fits their status', async () => {
    const { done } = await show(['alpha', 'beta'], name => ({
      status: name === 'beta' ? 'Completed' : 'InProgress'
    }));
    const stop = { name: 'Stop “ALPHA”' };
    expect(screen.queryByRole('button', stop)).toBeNull();
    fireEvent.pointerOver(row('ALPHA'));
    fireEvent.click(screen.getByRole('button', stop));
    expect(done.stop).toHaveBeenCalledWith('alpha');
    fireEvent.click(row('BETA'));
    fireEvent.click(
      screen.getByRole('button', { name: 'Open the output of “BETA”' })
    );
    expect(done.openOutput).toHaveBeenCalledWith('beta', 'notebook');
    type('Filter the notebook jobs', 'completed');
    expect(shown()).toEqual(['BETA']);
    expect(screen.getByText('1 of 2')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'BETA' }));
    expect(done.openJob).toHaveBeenCalledWith('beta');
  });

  it('lets AWS narrow what it can, and comes back to all without asking again', async () => {
    const { api, table } = await show(['a', 'b', 'c'], name => ({
      status: name === 'a' ? 'Stopped' : 'Completed',
      secondaryStatus: name === 'a' ? 'MaxRuntimeExceeded' : 'Completed'
    }));
    table.addViewer(() => true);
    await act(async () => {
      type('Filter by status', 'Failed');
      await settle();
    });
    expect(api.queries.at(-1)).toMatchObject({ status: 'Failed' });
    expect(shown()).toEqual(['A']);
    await act(async () => {
      type('Whose jobs', 'domain');
      await settle();
    });
    expect(api.queries.at(-1)).toMatchObject({
      scope: 'domain',
      status: 'Failed'
    });
    const before = api.queries.length;
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Clear the filters' })
      );
      await settle();
    });
    expect(shown()).toEqual(['C', 'B', 'A']);
    expect(api.queries).toHaveLength(before);
  });

  it('tells of the ends of one’s own jobs only, whatever is listed', async () => {
    const { api, table, tracker } = await show(['mine']);
    const ended: string[] = [];
    tracker.ended.connect((_, each) => ended.push(each.name));
    table.addViewer(() => true);
    api.held.push(
      job({
        name: 'theirs',
        status: 'Completed',
        endedAt: new Date(Date.now() + 60_000)
      })
    );
    await act(async () => {
      type('Whose jobs', 'domain');
      await settle();
    });
    expect(shown()).toHaveLength(2);
    expect(ended).toEqual([]);
  });

  it('says so when nothing matches, and searches names beyond what was read', async () => {
    const { api } = await show(['one', 'two']);
    api.held.push(
      job({ name: 'three', displayName: 'Third', createdAt: new Date(0) })
    );
    api.pageSize = 2;
    await act(async () => {
      type('Filter by origin', 'sweep');
      await settle();
    });
    expect(
      screen.getByText('No notebook job matches the filters')
    ).toBeTruthy();
    await act(async () => {
      type('Filter by origin', '');
      await settle();
    });
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Refresh the notebook jobs' })
      );
      await settle();
    });
    type('Filter the notebook jobs', 'Third');
    expect(screen.getByText(/there are older ones/)).toBeTruthy();
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Search all names for “Third”' })
      );
      await settle();
    });
    expect(shown()).toEqual(['Third']);
  });

  it('selects with keys and clicks, also many at once', async () => {
    const { table } = await show(['aa', 'bb', 'cc', 'dd']);
    const names = () => [...table.selected].sort();
    fireEvent.click(row('AA'));
    fireEvent.click(row('CC'), { shiftKey: true });
    expect(names()).toEqual(['aa', 'bb', 'cc']);
    fireEvent.click(row('BB'), { ctrlKey: true });
    expect(names()).toEqual(['aa', 'cc']);
    const grid = screen.getByRole('grid');
    expect(grid.getAttribute('aria-multiselectable')).toBe('true');
    fireEvent.keyDown(grid, { key: 'a', ctrlKey: true });
    expect(names()).toHaveLength(4);
    fireEvent.keyDown(grid, { key: 'Escape' });
    expect(names()).toEqual([]);
    // Newest first: d, c, b, a.
    fireEvent.keyDown(grid, { key: 'Home' });
    fireEvent.keyDown(grid, { key: 'ArrowDown', shiftKey: true });
    expect(names()).toEqual(['cc', 'dd']);
    fireEvent.keyDown(grid, { key: ' ' });
    expect(names()).toEqual(['dd']);
    type('Filter the notebook jobs', 'aa');
    fireEvent.click(screen.getByRole('button', { name: 'Select all' }));
    expect(names()).toEqual(['aa']);
  });

  it('stops and deletes several with one question, and tells what failed', async () => {
    const { api, table, asked, answer, done } = await show(
      ['a', 'b', 'c'],
      name => ({
        status: name === 'c' ? 'Completed' : 'InProgress'
      })
    );
    act(() => table.select(new Set(['a', 'b', 'c'])));
    expect(screen.getByText('3 jobs selected')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Compare 3' }));
    expect(done.compare).toHaveBeenCalledWith(['c', 'b', 'a']);
    answer.yes = false;
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Stop 2' }));
      await settle();
    });
    expect(asked).toEqual([{ verb: 'stop', names: ['b', 'a'] }]);
    expect(api.calls.filter(call => /^stop/.test(call))).toEqual([]);

    answer.yes = true;
    api.failures.set(
      'remove b',
      new StudioError({
        code: 'ThrottlingException',
        message: 'Rate exceeded',
        requestId: 'REQ7'
      })
    );
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Delete 3' }));
      await settle();
    });
    expect(shown()).toEqual(['B']);
    expect(screen.getByText(/2 of 3 deleted/)).toBeTruthy();
    const card = screen.getByRole('alert');
    expect(within(card).getByText('“B” was not deleted')).toBeTruthy();
    expect(within(card).getByText('REQ7')).toBeTruthy();
    expect([...table.selected]).toEqual(['b']);
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('keeps the columns and the order chosen', async () => {
    const { store } = await show(['a', 'b'], name => ({
      tags: {
        'sagemaker:notebook-job-origin': name === 'a' ? 'PIPELINE_STEP' : ''
      }
    }));
    fireEvent.click(
      screen.getByLabelText('Origin', { selector: '[type=checkbox]' })
    );
    expect(screen.getByRole('columnheader', { name: 'Origin' })).toBeTruthy();
    expect(
      screen.getByText('Pipeline step', { selector: '[role=gridcell]' })
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await settle();
    const again = makeTable();
    expect(await store.load('table')).toMatchObject({
      sort: { column: 'name', descending: false }
    });
    await again.store.save('table', await store.load('table'));
    again.table.setColumns(['name', 'origin']);
    expect(again.table.columns).toEqual(['name', 'origin']);
    again.table.setColumns();
    expect(again.table.columns).toContain('notebook');
  });
});
