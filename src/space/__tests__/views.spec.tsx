import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import {
  act,
  cleanup,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { FakeTasks } from '../../__tests__/fakes';
import { fakeServer } from '../../__tests__/server';
import { StudioError } from '../../core/errors';
import { CommandIDs, addSpaceCommands } from '../commands';
import { Comparison } from '../components/Comparison';
import { SpaceCard } from '../components/SpaceCard';
import { SpacesList } from '../components/SpacesList';
import { makeRows } from '../catalogue';
import { problemOf } from '../newSpace';
import { spacePlugin } from '../plugin';
import { RunningSpaces } from '../running';
import { SpacesModel } from '../spacesModel';
import { StatusItem } from '../statusItem';
import {
  FACTS,
  FakeWatcher,
  NOW,
  app,
  fakeChanges,
  fakeSpaces,
  localSpace,
  makeSpace,
  settle,
  spaceActions,
  studioContext,
  summary,
  trans
} from './fakes';

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  cleanup();
  jest.restoreAllMocks();
});

describe('SpaceCard', () => {
  const show = async (
    prepare: (made: ReturnType<typeof makeSpace>) => void
  ) => {
    const made = makeSpace();
    prepare(made);
    await made.model.refresh();
    const actions = spaceActions();
    const changes = fakeChanges();
    const redraw = () => (
      <SpaceCard
        model={made.model}
        changes={changes}
        actions={actions}
        trans={trans}
      />
    );
    const { rerender } = render(redraw());
    return { ...made, actions, changes, redraw: () => rerender(redraw()) };
  };
  const value = (name: string) =>
    screen.getByText(name, { selector: 'dt' }).nextElementSibling?.textContent;

  it('tells where one is and what it costs', async () => {
    await show(() => undefined);
    expect(screen.getByRole('heading').textContent).toContain('My space');
    expect(screen.getByRole('heading').textContent).toContain('Running');
    expect(screen.getByText('2 vCPU, 4 GiB')).toBeTruthy();
    expect(value('Image')).toBe('sagemaker-distribution-cpu, newest version');
    expect(value('Volume')).toBe('5 GB; 1 GB of 5 GB used');
    expect(value('Idle time-out')).toBe('1 hr; 5 min left');
    expect(value('Running for')).toBe('2 hr');
    expect(value('Price')).toBe('$0.05/h');
    expect(value('Cost so far')).toBe('about $0.10');
    expect(value('User profile')).toBe('ann');
    expect(value('Region')).toBe('us-west-2');
  });

  it('says that it was started in recovery mode', async () => {
    const words = /^Recovery mode:/;
    const { model, redraw } = await show(() => undefined);
    expect(screen.queryByText(words)).toBeNull();
    Object.assign(model.facts!.context, { isRecoveryMode: true });
    redraw();
    expect(screen.getByText(words)).toBeTruthy();
  });

  it('says of each unknown why, and shows the rest', async () => {
    const denied = new StudioError({
      code: 'AccessDeniedException',
      message: 'not authorized to perform: pricing:GetProducts'
    });
    await show(({ instances, local }) => {
      instances.prices.mockResolvedValue({
        value: null,
        reason: denied.message,
        error: denied
      });
      local.get.mockResolvedValue({
        ...localSpace,
        idle: {
          ...localSpace.idle,
          canKeepAwake: { value: null, reason: 'No extension reads the file.' },
          lastActiveAt: { value: null, reason: 'nothing tells' }
        }
      });
    });
    const why = screen.getByRole('button', {
      name: 'Why it is not known: Price'
    });
    expect(why.title).toBe(denied.message);
    expect(value('Idle time-out')).toContain('nothing tells');
    expect(
      screen.getByRole<HTMLButtonElement>('button', { name: 'Keep awake…' })
    ).toMatchObject({ disabled: true, title: 'No extension reads the file.' });
    expect(value('Volume')).toContain('5 GB');
  });

  it('leads to the plan, at the row that was asked for', async () => {
    const { actions } = await show(() => undefined);
    fireEvent.click(screen.getByRole('button', { name: 'Change: Volume…' }));
    expect(actions.change).toHaveBeenCalledWith('volumeGb');
    fireEvent.click(screen.getByRole('button', { name: 'Change instance…' }));
    expect(actions.change).toHaveBeenCalledWith('instanceType');
  });

  it('shows what is collected and what is under way', async () => {
    const { actions, changes, redraw } = await show(() => undefined);
    changes.draft.mockReturnValue({ volumeGb: 10, idleMinutes: 90 });
    Object.assign(changes, {
      activities: [
        {
          spaceName: 'my-space',
          title: 'Switch my-space to ml.m5.xlarge',
          phase: 'Waiting for running cells: train.ipynb',
          isWaiting: true,
          canCancel: true
        }
      ]
    });
    redraw();
    expect(screen.getByText('2 changes are not applied yet.')).toBeTruthy();
    expect(screen.getByText(/train.ipynb/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Don’t wait' }));
    expect(actions.switchNow).toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(actions.discardChanges).toHaveBeenCalled();
  });

  it('says what to do where there is no space', async () => {
    const made = makeSpace(studioContext('none'));
    await made.model.refresh();
    render(
      <SpaceCard
        model={made.model}
        changes={fakeChanges()}
        actions={spaceActions()}
        trans={trans}
      />
    );
    expect(screen.getByText('No credentials were found.')).toBeTruthy();
  });
});

describe('SpacesList', () => {
  const make = async () => {
    const api = fakeSpaces();
    api.list.mockResolvedValue([
      summary('my-space', { app: app() }),
      summary('other', { app: app({ spaceName: 'other' }) }),
      summary('idle'),
      summary('team', { owner: 'bob', sharing: 'Shared' })
    ]);
    const model = new SpacesModel({
      context: studioContext(),
      api,
      watcher: new FakeWatcher()
    });
    await model.refresh();
    return model;
  };

  it('offers what is possible with each', async () => {
    const model = await make();
    const actions = spaceActions();
    render(
      <SpacesList
        model={model}
        actions={actions}
        onRefresh={() => undefined}
        trans={trans}
      />
    );
    const press = (name: string) =>
      fireEvent.click(screen.getByRole('button', { name }));
    press('Stop “my-space”');
    expect(actions.stop).toHaveBeenLastCalledWith(undefined);
    press('Stop “other”');
    expect(actions.stop).toHaveBeenLastCalledWith('other');
    press('Open “other” in a new tab');
    expect(actions.open).toHaveBeenCalledWith('other');
    press('Start “idle”');
    expect(actions.start).toHaveBeenCalledWith('idle');
    press('Change “idle”');
    expect(actions.change).toHaveBeenCalledWith('instanceType', 'idle');
    press('Delete “idle”');
    expect(actions.remove).toHaveBeenCalledWith('idle');
    press('Delete “other”: it has to be stopped first');
    expect(actions.remove).toHaveBeenCalledTimes(1);
    expect(
      screen.queryByRole('button', { name: /Delete “(my|team)/ })
    ).toBeNull();
  });

  it('is shown among what runs, and stops only the others at once', async () => {
    const model = await make();
    const actions = spaceActions();
    const running = new RunningSpaces({
      panel: null,
      load: async () => undefined,
      actions: async () => actions,
      trans
    });
    expect(running.running()).toEqual([]);
    running.connect(model);
    const items = running.running();
    expect(items.map(item => item.label())).toEqual([
      'my-space (this space)',
      'other'
    ]);
    expect(items[1].detail?.()).toBe('ml.t3.medium');
    items[0].shutdown?.();
    await settle();
    expect(actions.stop).toHaveBeenLastCalledWith(undefined);
    actions.stop.mockClear();
    running.shutdownAll();
    await settle();
    expect(actions.stop.mock.calls).toEqual([['other']]);
  });

  it('is read when somebody looks at what runs, and not before', async () => {
    jest.useFakeTimers({ now: NOW });
    const api = fakeSpaces();
    const model = new SpacesModel({
      context: studioContext(),
      api,
      watcher: new FakeWatcher()
    });
    const panel = new Widget();
    const running: RunningSpaces = new RunningSpaces({
      panel,
      load: async () => running.connect(model),
      actions: async () => spaceActions(),
      trans
    });
    panel.hide();
    Widget.attach(panel, document.body);
    await jest.advanceTimersByTimeAsync(2000);
    expect(api.list).not.toHaveBeenCalled();
    panel.show();
    await jest.advanceTimersByTimeAsync(2000);
    expect(api.list).toHaveBeenCalledTimes(1);
    panel.dispose();
    jest.useRealTimers();
  });
});

describe('Comparison', () => {
  it('says by how much a type differs, and leads to the switch', () => {
    const [current, , row] = makeRows({
      types: [...FACTS.keys()],
      facts: FACTS,
      prices: { 'ml.t3.medium': 0.05, 'ml.g5.xlarge': 1.41 },
      processor: 'cpu',
      current: 'ml.t3.medium',
      hidden: []
    });
    const actions = spaceActions();
    render(
      <Comparison row={row} current={current} actions={actions} trans={trans} />
    );
    expect(
      screen.getByText('ml.g5.xlarge instead of ml.t3.medium')
    ).toBeTruthy();
    const items = screen.getAllByRole('listitem').map(each => each.textContent);
    expect(items).toEqual([
      'vCPU 4 (+2)',
      'Memory 16 GiB (+12)',
      'GPUs 1 (+1)',
      'GPU memory 22.4 GiB (+22.4)',
      '$1.41/h (+$1.36)'
    ]);
    fireEvent.click(screen.getByRole('button'));
    expect(actions.switchTo).toHaveBeenCalledWith('ml.g5.xlarge');
  });
});

describe('StatusItem', () => {
  it('shows instance, state and price, and turns amber before idle shutdown', async () => {
    const { model, local } = makeSpace();
    const item = new StatusItem({
      commands: new CommandRegistry(),
      isWanted: () => true,
      trans
    });
    item.connect(model, fakeChanges());
    expect(item.isActive).toBe(false);
    await model.refresh();
    expect(item.isActive).toBe(true);
    const { rerender } = render(item['render']());
    const button = () => screen.getByRole('button');
    expect(button().textContent).toBe(
      'ml.t3.medium · Running · $0.05/h · stops in 5 min'
    );
    expect(button().className).toContain('jp-mod-near');
    local.get.mockResolvedValue({
      ...localSpace,
      idle: {
        ...localSpace.idle,
        lastActiveAt: { value: new Date(NOW).toISOString() }
      }
    });
    await act(() => model.refresh());
    rerender(item['render']());
    expect(button().textContent).toBe('ml.t3.medium · Running · $0.05/h');
    expect(button().className).not.toContain('jp-mod-near');
    item.dispose();
  });
});

describe('a new space', () => {
  const limits = { taken: ['mine'], types: [], maximumGb: 50 };
  const choice = { name: 'new-1', instanceType: 'ml.t3.medium', volumeGb: 5 };
  it.each([
    [{}, undefined],
    [{ name: '' }, /1 to 63/],
    [{ name: '-a' }, /1 to 63/],
    [{ name: 'a'.repeat(64) }, /1 to 63/],
    [{ name: 'mine' }, /There is a space/],
    [{ instanceType: 't3.medium' }, /instance type/],
    [{ volumeGb: 4 }, /5 to 50/],
    [{ volumeGb: 51 }, /5 to 50/],
    [{ volumeGb: 5.5 }, /5 to 50/]
  ])('%j is checked before AWS is asked', (change, problem) => {
    const found = problemOf({ ...choice, ...change }, limits, trans);
    if (problem) {
      expect(found).toMatch(problem);
    } else {
      expect(found).toBeUndefined();
    }
  });
});

describe('the commands', () => {
  it('act on this space by default, on others by name', async () => {
    const commands = new CommandRegistry();
    const actions = spaceActions();
    addSpaceCommands({
      commands,
      actions: async () => actions,
      showSpace: jest.fn(),
      palette: null,
      trans
    });
    await commands.execute(CommandIDs.stopSpace);
    expect(actions.stop).toHaveBeenLastCalledWith(undefined);
    await commands.execute(CommandIDs.stopSpace, { name: 'other' });
    expect(actions.stop).toHaveBeenLastCalledWith('other');
    await commands.execute(CommandIDs.changeInstance, {
      instanceType: 'ml.m5.xlarge'
    });
    expect(actions.switchTo).toHaveBeenCalledWith('ml.m5.xlarge');
    expect(commands.isEnabled(CommandIDs.startSpace)).toBe(false);
    expect(commands.isEnabled(CommandIDs.startSpace, { name: 'x' })).toBe(true);
    for (const id of Object.values(CommandIDs)) {
      expect(commands.label(id)).not.toBe('');
    }
  });
});

describe('the plugin', () => {
  it('asks for nothing when it is activated', async () => {
    const { settings, received } = fakeServer(() => new Response());
    const shell = { currentChanged: new Signal({}), widgets: () => [] };
    const frontend = {
      commands: new CommandRegistry(),
      serviceManager: { serverSettings: settings },
      restored: new Promise(() => undefined),
      shell
    } as unknown as JupyterFrontEnd;
    const addSection = jest.fn();
    const gateway = { spaces: {}, instances: {}, stateMachines: {} };
    void spacePlugin.activate(
      frontend,
      gateway,
      studioContext(),
      { addSection, reveal: jest.fn() },
      new FakeTasks(),
      new FakeWatcher(),
      {},
      ...(spacePlugin.optional ?? []).map(token =>
        token.name.includes('ITranslator') ? nullTranslator : null
      )
    );
    await new Promise(resolve => setTimeout(resolve));
    expect(received).toHaveLength(0);
    expect(addSection).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'jp-sagemaker-studio-space' }),
      { rank: 100 }
    );
  });
});
