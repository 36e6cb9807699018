import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { StudioError } from '../../core/errors';
import { EmptyState } from '../EmptyState';
import { ErrorCard } from '../ErrorCard';
import { LogView } from '../LogView';
import { ProgressBar } from '../ProgressBar';
import { StatusChip } from '../StatusChip';
import type { IColumn } from '../VirtualTable';
import { VirtualTable } from '../VirtualTable';
import { showStudioError } from '../showStudioError';

const trans = nullTranslator.load('jupyterlab_sagemaker_studio');
const copied: string[] = [];
Object.defineProperty(navigator, 'clipboard', {
  value: { writeText: async (text: string) => void copied.push(text) }
});

const denied = new StudioError({
  code: 'AccessDeniedException',
  message:
    'User: arn:aws:sts::1:assumed-role/R/S is not authorized to perform: sagemaker:Search on resource: * because no identity-based policy allows the sagemaker:Search action',
  operation: 'Search',
  requestId: 'id-42',
  status: 400
});

describe('ErrorCard', () => {
  it('shows the whole reason, the call, and the missing permission', async () => {
    const retry = jest.fn();
    render(
      <ErrorCard
        error={denied}
        trans={trans}
        title="The jobs were not listed"
        onRetry={retry}
      />
    );
    const card = within(screen.getByRole('alert'));
    card.getByRole('heading', { name: 'The jobs were not listed' });
    card.getByText(denied.message);
    card.getByText('You are not allowed to do this');
    card.getByText(/Ask your administrator to allow sagemaker:Search/);
    card.getByText('AccessDeniedException (HTTP 400)');
    card.getByText('Search');
    fireEvent.click(card.getByRole('button', { name: 'Copy the request id' }));
    fireEvent.click(
      card.getByRole('button', { name: 'Copy the missing permission' })
    );
    await waitFor(() => expect(copied).toEqual(['id-42', 'sagemaker:Search']));
    fireEvent.click(card.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledTimes(1);
  });

  it('offers no second try where that can’t help', () => {
    render(
      <ErrorCard
        error={
          new StudioError({ code: 'ValidationException', message: 'Too long' })
        }
        trans={trans}
        onRetry={() => undefined}
      />
    );
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});

describe('showStudioError', () => {
  afterEach(() => Notification.dismiss());

  it('announces it, and its details open the card', async () => {
    const retry = jest.fn();
    showStudioError(denied, trans, { title: 'x'.repeat(200), onRetry: retry });
    const [shown] = Notification.manager.notifications;
    expect(shown.type).toBe('error');
    expect(shown.message.length).toBeLessThanOrEqual(140);
    const [details] = shown.options.actions ?? [];
    const event = new MouseEvent('click', { cancelable: true });
    await act(async () => details.callback(event));
    expect(event.defaultPrevented).toBe(true);
    // jsdom knows no open dialogs and takes all of them for hidden.
    const card = await screen.findByRole('alert', { hidden: true });
    within(card).getByText(denied.message);
    fireEvent.click(within(card).getByText('Try again'));
    expect(retry).toHaveBeenCalled();
    await waitFor(() => expect(screen.queryByText(denied.message)).toBeNull());
    Dialog.flush();
  });

  it('says nothing of what was aborted', () => {
    showStudioError(new StudioError({ code: 'Aborted', message: '' }), trans, {
      title: 'Stopped'
    });
    expect(Notification.manager.count).toBe(0);
  });
});

describe('small views', () => {
  it('tell a state by words', () => {
    render(<StatusChip tone="failure" label="Failed" title="Out of memory" />);
    expect(screen.getByTitle('Out of memory').textContent).toBe('Failed');
  });

  it('tell progress by number and words', () => {
    const { rerender } = render(
      <ProgressBar label="Cells" value={0.25} text="1 of 4" />
    );
    const bar = screen.getByRole('progressbar', { name: 'Cells' });
    expect(bar.getAttribute('value')).toBe('0.25');
    expect(bar.getAttribute('aria-valuetext')).toBe('1 of 4');
    rerender(<ProgressBar label="Cells" />);
    expect(screen.getByRole('progressbar').hasAttribute('value')).toBe(false);
  });

  it('say what to do where nothing is', () => {
    const onClick = jest.fn();
    render(
      <EmptyState title="No jobs yet" action={{ label: 'Run one', onClick }} />
    );
    fireEvent.click(screen.getByRole('button', { name: 'Run one' }));
    expect(onClick).toHaveBeenCalled();
  });
});

interface IThing {
  id: string;
  size: number;
}
const things = (count: number): IThing[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `thing-${at}`,
    size: (at * 7919) % count
  }));
const columns: IColumn<IThing>[] = [
  { id: 'name', label: 'Name', render: ({ id }) => id },
  {
    id: 'size',
    label: 'Size',
    render: ({ size }) => size,
    compare: (a, b) => a.size - b.size
  }
];

describe('VirtualTable', () => {
  const show = (rows: IThing[], more = {}) =>
    render(
      <VirtualTable
        label="Things"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        trans={trans}
        {...more}
      />
    );
  const bodyRows = () => screen.getAllByRole('row').slice(1);
  const selected = () =>
    bodyRows().find(row => row.getAttribute('aria-selected') === 'true')
      ?.textContent;

  it('builds only the rows in view, and says how many there are', () => {
    show(things(10_000));
    const grid = screen.getByRole('grid', { name: 'Things' });
    expect(grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(bodyRows().length).toBeLessThan(60);
    Object.defineProperty(grid, 'clientHeight', { value: 600 });
    grid.scrollTop = 5000 * 32;
    fireEvent.scroll(grid);
    screen.getByText('thing-5000');
    expect(bodyRows().length).toBeLessThan(60);
    expect(bodyRows()[0].getAttribute('aria-rowindex')).toBe('4998');
  });

  it('builds rows that fly past in the nodes of those gone by, whole once they rest', async () => {
    show(things(10_000));
    const grid = screen.getByRole('grid', { name: 'Things' });
    Object.defineProperty(grid, 'clientHeight', { value: 600 });
    const scroll = (row: number) => {
      grid.scrollTop = row * 32;
      fireEvent.scroll(grid);
    };
    scroll(100);
    const nodes = new Set(bodyRows());
    const cells = () => bodyRows().map(row => row.childElementCount);
    expect(new Set(cells())).toEqual(new Set([columns.length]));
    // So far that it flies, however slow the machine is.
    scroll(5021);
    expect(bodyRows().every(row => nodes.has(row))).toBe(true);
    expect(new Set(cells())).toEqual(new Set([1]));
    screen.getByText('thing-5021');
    const indices = () =>
      bodyRows().map(row => Number(row.getAttribute('aria-rowindex')));
    const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);
    expect(indices()).not.toEqual(sorted(indices()));
    await waitFor(() =>
      expect(new Set(cells())).toEqual(new Set([columns.length]))
    );
    expect(indices()).toEqual(sorted(indices()));
    expect(bodyRows().every(row => nodes.has(row))).toBe(true);
  });

  it('is sorted by its headers', () => {
    show(things(100));
    fireEvent.click(screen.getByRole('button', { name: 'Size' }));
    const header = screen.getByRole('columnheader', { name: 'Size' });
    expect(header.getAttribute('aria-sort')).toBe('ascending');
    expect(bodyRows()[0].textContent).toBe('thing-00');
    fireEvent.click(screen.getByRole('button', { name: 'Size' }));
    expect(header.getAttribute('aria-sort')).toBe('descending');
    expect(within(bodyRows()[0]).getAllByRole('gridcell')[1].textContent).toBe(
      '99'
    );
  });

  it('is worked by keyboard alone', () => {
    const onActivate = jest.fn();
    show(things(1000), { onActivate });
    const grid = screen.getByRole('grid');
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(selected()).toBe(`thing-1${7919 % 1000}`);
    expect(
      document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')
        ?.textContent
    ).toBe(selected());
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(onActivate).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'thing-1' })
    );
    fireEvent.keyDown(grid, { key: 'End' });
    expect(selected()).toMatch(/^thing-999/);
    fireEvent.keyDown(grid, { key: 'PageUp' });
    fireEvent.keyDown(grid, { key: 'Home' });
    expect(selected()).toMatch(/^thing-0/);
  });

  it('is worked by mouse, and leaves buttons in cells alone', () => {
    const onSelect = jest.fn();
    const press = jest.fn();
    show(things(3), {
      onSelect,
      columns: [
        ...columns,
        {
          id: 'do',
          label: 'Do',
          render: () => <button onClick={press}>Go</button>
        }
      ]
    });
    fireEvent.click(bodyRows()[1]);
    expect(onSelect).toHaveBeenLastCalledWith(
      expect.objectContaining({ id: 'thing-1' })
    );
    const button = within(bodyRows()[0]).getByRole('button');
    fireEvent.keyDown(button, { key: 'ArrowDown' });
    expect(selected()).toMatch(/^thing-1/);
  });

  it('asks for more at its end', () => {
    const onEndReached = jest.fn();
    const { rerender } = show(things(5), { onEndReached });
    expect(onEndReached).toHaveBeenCalledTimes(1);
    rerender(
      <VirtualTable
        label="Things"
        columns={columns}
        rows={things(1000)}
        rowKey={({ id }) => id}
        trans={trans}
        onEndReached={onEndReached}
      />
    );
    expect(onEndReached).toHaveBeenCalledTimes(1);
  });
});

describe('LogView', () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      timestamp: at,
      message: `line ${at}`
    }));
  const show = (count: number) => (
    <LogView
      label="Log"
      lines={lines(count)}
      trans={trans}
      fileName="a.log"
      emptyText="Nothing yet"
    />
  );
  const layOut = (log: HTMLElement, count: number) => {
    Object.defineProperty(log, 'clientHeight', {
      value: 360,
      configurable: true
    });
    Object.defineProperty(log, 'scrollHeight', {
      value: count * 18,
      configurable: true
    });
  };

  it('follows the end of a long log until the reader scrolls up', () => {
    const { rerender } = render(show(0));
    screen.getByText('Nothing yet');
    const log = screen.getByRole('log', { name: 'Log' });
    expect(log.getAttribute('aria-live')).toBe('off');
    layOut(log, 100_000);
    rerender(show(100_000));
    expect(log.textContent).toContain('line 99999');
    expect(log.textContent?.length).toBeLessThan(2000);

    // The browser tells of scrolling by script, too.
    fireEvent.scroll(log);
    log.scrollTop = 500;
    fireEvent.scroll(log);
    const follow = screen.getByRole('checkbox', {
      name: 'Follow the end'
    }) as HTMLInputElement;
    expect(follow.checked).toBe(false);
    layOut(log, 100_010);
    rerender(show(100_010));
    expect(log.scrollTop).toBe(500);
    expect(log.textContent).toContain('line 30');

    fireEvent.click(follow);
    expect(log.textContent).toContain('line 100009');
  });

  it('copies all of it', async () => {
    copied.length = 0;
    render(show(300));
    fireEvent.click(screen.getByRole('button', { name: 'Copy the log' }));
    await waitFor(() => expect(copied[0]?.split('\n')).toHaveLength(301));
  });

  it('sets off what a regular expression finds', async () => {
    render(show(3));
    layOut(screen.getByRole('log'), 3);
    fireEvent.click(
      screen.getByRole('button', { name: 'Use a regular expression' })
    );
    fireEvent.change(screen.getByLabelText('Text to look for in the log'), {
      target: { value: 'LINE [12]$' }
    });
    await waitFor(() =>
      expect(
        [...document.querySelectorAll('mark')].map(mark => mark.textContent)
      ).toEqual(['line 1', 'line 2'])
    );
    screen.getByText('2 lines found');
    // Half an expression is no reason to break.
    const search = screen.getByLabelText('Text to look for in the log');
    fireEvent.change(search, { target: { value: 'line [12' } });
    screen.getByText(/^Invalid regular expression/);
    fireEvent.change(search, { target: { value: 'line [12]$' } });
    await screen.findByText('2 lines found');
    expect(screen.getByRole('log').textContent).toBe(
      'line 0\nline 1\nline 2\n'
    );
  });

  it('shows the last state of what was redrawn', () => {
    render(
      <LogView
        label="Log"
        lines={[{ timestamp: 0, message: 'a 10%\ra 20%\r' }]}
        trans={trans}
        fileName="a.log"
        emptyText=""
      />
    );
    expect(screen.getByRole('log').textContent).toBe('a 20%\n');
  });
});
