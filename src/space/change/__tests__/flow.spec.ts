import { Dialog, Notification } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';
import { act, fireEvent, screen } from '@testing-library/react';

import { StudioError } from '../../../core/errors';
import type { ISpaceChangeSpec } from '../../../tokens';
import type { ExecutorKind } from '../api';
import { app, record, space } from './fixtures';
import { World } from './world';

const mockCovers: IDisposable[] = [];
jest.mock('../overlay', () => {
  const { ProgressOverlay } = jest.requireActual('../overlay');
  return {
    reloadPage: jest.fn(),
    ProgressOverlay: class extends ProgressOverlay {
      constructor(options: unknown) {
        super(options);
        mockCovers.push(this as unknown as IDisposable);
      }
    }
  };
});

const pass = (seconds: number) =>
  act(() => jest.advanceTimersByTimeAsync(seconds * 1000));

let world: World;

beforeAll(async () => {
  // Compiling it takes longer than a test may.
  await import('../flow');
}, 60_000);

beforeEach(() => {
  jest.useFakeTimers();
  world = new World();
});

afterEach(async () => {
  await act(async () => {
    mockCovers.splice(0).forEach(cover => cover.dispose());
    Dialog.tracker.forEach(dialog => dialog.reject());
    await jest.runOnlyPendingTimersAsync();
    Notification.dismiss();
    await jest.runOnlyPendingTimersAsync();
  });
  jest.useRealTimers();
});

const button = (name: string | RegExp) =>
  screen.getByRole<HTMLButtonElement>('button', { name, hidden: true });
const shown = () =>
  Notification.manager.notifications.map(each => each.message);
const spec = (index = 0) =>
  world.tasks.started[index].spec as unknown as ISpaceChangeSpec;

/** Open the dialog, and wait until all is looked at. */
async function propose(controller = world.controller()) {
  const done = controller.propose({ instanceType: 'ml.m5.xlarge' });
  await pass(1);
  return { controller, done };
}

async function press(name: string | RegExp): Promise<void> {
  await act(async () => {
    fireEvent.click(button(name));
    await jest.advanceTimersByTimeAsync(100);
  });
}

describe('the dialog', () => {
  it('leads Tab through fields and buttons, in a circle', async () => {
    const { done } = await propose();
    const last = button('Switch to ml.m5.xlarge');
    last.focus();
    fireEvent.keyDown(last, { key: 'Tab', keyCode: 9 });
    const first = document.activeElement as HTMLElement;
    expect(first).not.toBe(last);
    const header = first.closest('.jp-Dialog-header');
    expect(header ?? first).toBe(
      header ?? screen.getByLabelText('Instance type')
    );
    fireEvent.keyDown(first, { key: 'Tab', keyCode: 9, shiftKey: true });
    expect(document.activeElement).toBe(last);
    // Within the circle the browser knows the way.
    const type = screen.getByLabelText('Instance type');
    type.focus();
    expect(fireEvent.keyDown(type, { key: 'Tab', keyCode: 9 })).toBe(true);
    await press('Cancel');
    await done;
  });

  it('gives the focus to the field somebody came for', async () => {
    const controller = world.controller();
    for (let opening = 0; opening < 2; opening += 1) {
      const done = controller.propose(undefined, undefined, 'volumeGb');
      await pass(1);
      expect(document.activeElement).toBe(screen.getByLabelText('Home volume'));
      await press('Cancel');
      await done;
    }
  });

  it('calls file systems by their names, with the id beside', async () => {
    world.efs = {
      value: [
        {
          kind: 'efs',
          id: 'fs-0123456789abcdef0',
          name: 'shared-datasets',
          state: 'available'
        }
      ]
    };
    const done = world
      .controller()
      .propose({ fileSystems: [{ kind: 'efs', id: 'fs-0123456789abcdef0' }] });
    await pass(1);
    const box = screen.getByLabelText<HTMLInputElement>(
      'shared-datasets (fs-0123456789abcdef0)'
    );
    expect(box.checked).toBe(true);
    await press('Cancel');
    await done;
  });

  it('calls file systems by their ids where their names can’t be read', async () => {
    world.efs = { value: null, reason: 'denied' };
    const done = world.controller().propose({});
    await pass(1);
    expect(screen.getByLabelText('fs-0123456789abcdef0')).toBeTruthy();
    await press('Cancel');
    await done;
  });

  it('has the focus on Cancel, and Enter confirms nothing', async () => {
    const { done, controller } = await propose();
    expect(document.activeElement).toBe(button('Cancel'));
    const type = screen.getByLabelText('Instance type');
    fireEvent.keyDown(type, { key: 'Enter', keyCode: 13 });
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(false);
    await press('Cancel');
    await done;
    expect(world.tasks.started).toEqual([]);
    expect(controller.draft()).toEqual({ instanceType: 'ml.m5.xlarge' });
  });

  it('names what stands in the way, and can’t be confirmed then', async () => {
    world.apps['my-space'] = app({ status: 'Pending' });
    const { done } = await propose();
    screen.getByText(/The app of the space is Pending/);
    const accept = button('Switch to ml.m5.xlarge');
    expect(accept.disabled).toBe(true);
    fireEvent.click(accept);
    await pass(1);
    expect(world.tasks.started).toEqual([]);
    await press('Cancel');
    await done;
  });

  it('makes more changes, and keeps them when it is left', async () => {
    const { done, controller } = await propose();
    fireEvent.change(screen.getByLabelText('Home volume'), {
      target: { value: '20' }
    });
    fireEvent.change(screen.getByLabelText('Idle time-out'), {
      target: { value: '20' }
    });
    await pass(1);
    expect(screen.getAllByText(/allows 1 hr to 8 hr/)).not.toHaveLength(0);
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(true);
    fireEvent.change(screen.getByLabelText('Idle time-out'), {
      target: { value: '90' }
    });
    await pass(1);
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(false);
    await press('Cancel');
    await done;
    expect(controller.draft()).toEqual({
      instanceType: 'ml.m5.xlarge',
      volumeGb: 20,
      idleMinutes: 90
    });
  });

  it('forgets what was put back to what it is', async () => {
    const { done, controller } = await propose();
    fireEvent.change(screen.getByLabelText('Instance type'), {
      target: { value: 'ml.t3.medium' }
    });
    await pass(1);
    expect(button('Nothing to change').disabled).toBe(true);
    await press('Cancel');
    await done;
    expect(controller.draft()).toBeNull();
  });

  it('asks for a tick where others work, too', async () => {
    world.spaces['my-space'] = space({ sharing: 'Shared' });
    await propose();
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(true);
    fireEvent.click(screen.getByLabelText(/I have told them/));
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(false);
    await press('Cancel');
  });
});

describe('a change of the own space', () => {
  it('saves, hands over, watches, and loads the page anew', async () => {
    const notebook = world.document('train.ipynb');
    world.kernels = [{ path: 'train.ipynb', state: 'busy' }];
    const { done, controller } = await propose();
    screen.getByText(/1 file is not saved; it is saved first/);
    await press('Save all, accept the losses and switch to ml.m5.xlarge');
    await done;
    expect(notebook.saves).toBe(1);
    expect(controller.draft()).toBeNull();
    expect(spec()).toMatchObject({
      spaceName: 'my-space',
      waitForCells: false,
      plan: {
        from: 'ml.t3.medium',
        to: 'ml.m5.xlarge',
        executor: 'state-machine',
        bootId: 'old',
        kernels: [{ path: 'train.ipynb', kernelName: 'python3' }]
      }
    });
    const { id } = world.tasks.last;
    world.tasks.move(id, { phase: 'Handing over to the state machine' });
    await pass(1);
    screen.getByText('Switching my-space to ml.m5.xlarge');
    screen.getByText(/goes on without this page/);
    expect(world.shell.node.inert).toBe(true);
    expect(document.title).toMatch(/^Switching…/);

    // JupyterLab's own words on the lost connection are closed again.
    const lost = new Dialog({ title: 'Server Connection Error' });
    void lost.launch();
    world.bootId = null;
    await pass(5);
    expect(lost.isDisposed).toBe(true);
    screen.getByText(/JupyterLab has stopped; the space is being changed/);

    const { reloadPage } = jest.requireMock('../overlay');
    world.bootId = 'new';
    world.apps['my-space'] = app({ spec: { instanceType: 'ml.m5.xlarge' } });
    await pass(3);
    screen.getByText(/^Ready on ml\.m5\.xlarge after/);
    expect(reloadPage).not.toHaveBeenCalled();
    await pass(4);
    expect(reloadPage).toHaveBeenCalledTimes(1);
  });

  it('changes nothing if a document can’t be saved', async () => {
    world.document('model.ipynb').failure = new Error('disk full');
    const { done, controller } = await propose();
    await press('Save all and switch to ml.m5.xlarge');
    await done;
    expect(world.tasks.started).toEqual([]);
    expect(shown()).toEqual(['Nothing was changed']);
    expect(controller.draft()).toEqual({ instanceType: 'ml.m5.xlarge' });
  });

  it('says nothing was changed when the hand-over is refused', async () => {
    const { done, controller } = await propose();
    await press('Switch to ml.m5.xlarge');
    await done;
    const { id } = world.tasks.last;
    world.tasks.move(id, { phase: 'Handing over to the state machine' });
    await pass(1);
    world.tasks.move(id, {
      state: 'failed',
      error: { code: 'AccessDeniedException', message: 'no' }
    });
    await pass(2);
    expect(screen.queryByText(/Switching my-space/)).toBeNull();
    expect(world.shell.node.inert).toBe(false);
    expect(shown().join()).toMatch(/nothing was changed/);
    expect(controller.draft()).toEqual({ instanceType: 'ml.m5.xlarge' });
  });

  it('waits for cells in a notification, and can be switched at once', async () => {
    world.kernels = [{ path: 'train.ipynb', state: 'busy' }];
    const { done, controller } = await propose();
    fireEvent.click(screen.getByLabelText('When my running cells finish'));
    await press('Switch to ml.m5.xlarge when cells finish');
    await done;
    expect(spec().waitForCells).toBe(true);
    world.tasks.move(world.tasks.last.id, {
      phase: 'Waiting for running cells: train.ipynb'
    });
    await pass(2);
    expect(screen.queryByText(/Switching my-space/)).toBeNull();
    expect(shown().join()).toMatch(/Waiting for running cells: train\.ipynb/);
    expect(controller.activities).toMatchObject([
      { spaceName: 'my-space', isWaiting: true, canCancel: true }
    ]);
    const switching = controller.switchNow();
    await pass(3);
    await switching;
    expect(world.tasks.cancelled).toHaveLength(1);
    expect(spec(1).waitForCells).toBe(false);
    expect(world.tasks.started[1].clientToken).not.toBe(
      world.tasks.started[0].clientToken
    );
  });

  it('is given up while it waits', async () => {
    world.kernels = [{ path: 'train.ipynb', state: 'busy' }];
    const { done, controller } = await propose();
    fireEvent.click(screen.getByLabelText('When my running cells finish'));
    await press('Switch to ml.m5.xlarge when cells finish');
    await done;
    world.tasks.move(world.tasks.last.id, {
      phase: 'Waiting for running cells: train.ipynb'
    });
    await pass(2);
    await controller.cancel();
    await pass(2);
    expect(controller.activities).toEqual([]);
    expect(controller.draft()).toEqual({ instanceType: 'ml.m5.xlarge' });
  });

  it('by hand shows the steps in Studio, and the type to copy', async () => {
    world.machine = '';
    const { done } = await propose();
    screen.getByText(/You then choose ml\.m5\.xlarge in Studio/);
    await press('Stop my-space');
    await done;
    world.tasks.move(world.tasks.last.id, {
      phase: 'SageMaker is stopping JupyterLab'
    });
    world.bootId = null;
    await pass(5);
    screen.getByText('Choose the instance ml.m5.xlarge.');
    button('Copy ml.m5.xlarge');
    expect(
      screen.getByRole<HTMLAnchorElement>('link', { name: 'Open Studio' }).href
    ).toBe('https://console.example/');
  });
});

describe('the space that is meant', () => {
  it.each<
    [
      string,
      Partial<Pick<World, 'mode' | 'appName'>>,
      string | undefined,
      ExecutorKind,
      string
    ]
  >([
    ['unnamed, in its app', {}, undefined, 'state-machine', 'my-space'],
    ['named, in its app', {}, 'my-space', 'state-machine', 'my-space'],
    ['in Studio', { mode: 'studio' }, undefined, 'state-machine', 'my-space'],
    ['another one', {}, 'second', 'direct', 'second'],
    [
      'unnamed, on a laptop',
      { mode: 'account', appName: null },
      undefined,
      'direct',
      'my-space'
    ],
    [
      'named, on a laptop',
      { mode: 'account', appName: null },
      'my-space',
      'direct',
      'my-space'
    ],
    [
      'another one, on a laptop',
      { mode: 'account', appName: null },
      'second',
      'direct',
      'second'
    ],
    [
      'of a server beside the local Studio',
      { appName: null },
      undefined,
      'direct',
      'my-space'
    ]
  ])('%s', async (_, where, name, executor, spaceName) => {
    Object.assign(world, where);
    world.apps.second = app({ spaceName: 'second' });
    world.document('here.ipynb');
    const controller = world.controller();
    const done = controller.propose({ instanceType: 'ml.m5.xlarge' }, name);
    await pass(1);
    // What is unsaved here is only lost with this JupyterLab's own server.
    const isOwn = executor !== 'direct';
    await press(
      isOwn ? 'Save all and switch to ml.m5.xlarge' : 'Switch to ml.m5.xlarge'
    );
    await done;
    expect(spec()).toMatchObject({ spaceName, plan: { executor, isOwn } });
    expect(spec().recover).toHaveLength(isOwn ? 0 : 2);
    expect(world.documents[0].saves).toBe(isOwn ? 1 : 0);
    world.tasks.move(world.tasks.last.id, { phase: spec().steps[0].title });
    await pass(2);
    expect(!!world.shell.node.inert).toBe(isOwn);
  });

  it('on a laptop has one draft, however it is called', () => {
    Object.assign(world, { mode: 'account', appName: null });
    const controller = world.controller();
    controller.collect({ volumeGb: 9 }, 'my-space');
    expect(controller.draft()).toEqual({ volumeGb: 9 });
    controller.discard('my-space');
    expect(controller.draft()).toBeNull();
  });
});

describe('a change that can’t begin', () => {
  it('because somebody else changes the space says so, and keeps what was wanted', async () => {
    const { done, controller } = await propose();
    world.tasks.start = async () => {
      throw new StudioError({
        code: 'ChangeInProgress',
        message: '“Switch my-space to ml.g5.xlarge” was begun at 12:00.',
        status: 409
      });
    };
    await press('Switch to ml.m5.xlarge');
    await done;
    expect(shown()).toEqual(['Nothing was changed']);
    expect(controller.draft()).toEqual({ instanceType: 'ml.m5.xlarge' });
    expect(world.shell.node.inert).toBeFalsy();
  });

  it('because another change is under way is not offered', async () => {
    world.tasks.put({ id: 'a', clientToken: 'change:my-space:1' });
    const { done } = await propose();
    screen.getByText(/Another change of this space is under way/);
    expect(button('Switch to ml.m5.xlarge').disabled).toBe(true);
    await press('Cancel');
    await done;
  });
});

describe('a change another tab has begun', () => {
  it.each([
    ['this server', {}, true],
    ['another server of the same address', { bootId: 'other' }, false],
    ['another space', { spaceName: 'second' }, false]
  ])('of %s', async (_, change, isShown) => {
    Object.assign(globalThis, { BroadcastChannel: SoleChannel });
    world.controller();
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    const begun = {
      taskId: 'a',
      record: record(change),
      startedAt: Date.now()
    };
    SoleChannel.last.onmessage?.({ data: { kind: 'begun', begun } });
    await pass(2);
    expect(screen.queryAllByText(/Switching my-space/).length > 0).toBe(
      isShown
    );
  });
});

/** What other tabs say is put into its mouth. */
class SoleChannel {
  static last: SoleChannel;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    SoleChannel.last = this;
  }

  postMessage(): void {
    // Nobody listens.
  }
}

describe('another space', () => {
  it('is started at once, and followed in a notification', async () => {
    const controller = world.controller();
    const done: string[] = [];
    controller.done.connect((_, name) => done.push(name));
    const starting = controller.start('second');
    await pass(1);
    await starting;
    expect(spec().steps.map(step => step.call.operation)).toEqual([
      'CreateApp'
    ]);
    expect(spec().plan).toMatchObject({ isOwn: false, purpose: 'start' });
    await pass(2);
    expect(shown().join()).toMatch(/Start second: Checking/);
    const said: string[] = [];
    Notification.manager.changed.connect((_, { notification }) => {
      said.push(notification.message);
    });
    world.tasks.move(world.tasks.last.id, {
      state: 'succeeded',
      phase: 'Done',
      result: {
        spaceName: 'second',
        plan: spec().plan,
        startedAt: '2026-03-01T12:00:00Z',
        endedAt: '2026-03-01T12:01:00Z',
        bootIds: { before: 'old', after: 'old' },
        app: { ResourceSpec: { InstanceType: 'ml.t3.medium' } },
        recovered: false
      }
    });
    await pass(2);
    expect(shown()).toEqual(['second runs on ml.t3.medium']);
    expect(said.join()).not.toMatch(/Done/);
    expect(done).toContain('second');
    expect(document.querySelector('.jp-SageMakerStudio-Overlay')).toBeNull();
  });

  it('is only stopped after asking', async () => {
    world.apps.second = app({ spaceName: 'second' });
    const stopping = world.controller().stop('second');
    await pass(1);
    await press('Stop second');
    await stopping;
    expect(spec().steps.map(step => step.call.operation)).toEqual([
      'DeleteApp'
    ]);
  });
});

describe('a page that is loaded', () => {
  const result = (change = {}) => ({
    spaceName: 'my-space',
    plan: { ...record(change) },
    startedAt: '2026-03-01T12:00:00Z',
    handedOverAt: '2026-03-01T12:00:05Z',
    endedAt: '2026-03-01T12:05:17Z',
    bootIds: { before: 'old', after: 'new' },
    app: { ResourceSpec: { InstanceType: 'ml.m5.xlarge' } },
    recovered: false
  });

  it('tells how a change ended, until that has been seen', async () => {
    world.tasks.put({
      id: 'a',
      clientToken: 'change:my-space:1',
      state: 'succeeded',
      result: result()
    });
    await world.resume(world.controller());
    await pass(1);
    expect(shown()).toEqual([
      'Switched my-space from ml.t3.medium to ml.m5.xlarge in 5 min 12 sec'
    ]);
    expect(world.tasks.forgotten).toEqual([]);
    Notification.dismiss();
    await pass(1);
    expect(world.tasks.forgotten).toEqual(['a']);
  });

  it.each([
    [['setup'], ['Restart kernels', 'Run setup cells', 'Details']],
    [['other'], ['Restart kernels', 'Details']]
  ])('offers what brings kernels back; cells are %s', async (tags, labels) => {
    world.tags = tags;
    world.kernels = [{ path: 'open.ipynb', state: 'idle' }];
    const kernels = ['open.ipynb', 'closed.ipynb'].map(path => ({
      path,
      kernelName: 'python3',
      type: 'notebook'
    }));
    world.tasks.put({
      id: 'a',
      clientToken: 'change:my-space:1',
      state: 'succeeded',
      result: result({ kernels })
    });
    const telling = world.resume(world.controller());
    await pass(5);
    await telling;
    const [{ options }] = Notification.manager.notifications;
    expect(options.actions?.map(({ label }) => label)).toEqual(labels);
  });

  it('offers another type where the wanted one could not be had', async () => {
    world.tasks.put({
      id: 'a',
      clientToken: 'change:my-space:1',
      state: 'succeeded',
      result: {
        ...result({ alternative: 'ml.m6i.xlarge' }),
        app: { ResourceSpec: { InstanceType: 'ml.t3.medium' } }
      }
    });
    const controller = world.controller();
    await world.resume(controller);
    await pass(1);
    const [{ options }] = Notification.manager.notifications;
    expect(options.actions?.[0].label).toBe('Try ml.m6i.xlarge');
    options.actions?.[0].callback(new MouseEvent('click'));
    await pass(1);
    button('Switch to ml.m6i.xlarge');
    await press('Cancel');
  });

  it('goes on watching a change it began itself', async () => {
    const { done } = await propose();
    await press('Switch to ml.m5.xlarge');
    await done;
    act(() => mockCovers.splice(0).forEach(cover => cover.dispose()));
    expect(screen.queryByText(/Switching my-space/)).toBeNull();
    const again = world.controller();
    await world.resume(again);
    world.tasks.move(world.tasks.last.id, {
      phase: 'Handing over to the state machine'
    });
    await pass(1);
    screen.getByText('Switching my-space to ml.m5.xlarge');
  });

  it('says that a change is being finished, then how it ended', async () => {
    world.bootId = 'new';
    world.tasks.put({
      id: 'a',
      clientToken: 'change:my-space:1',
      title: 'Switch my-space to ml.m5.xlarge',
      phase: 'Finding out how the change went'
    });
    await world.resume(world.controller());
    await pass(2);
    expect(shown()).toEqual([
      'Switch my-space to ml.m5.xlarge: Finding out how the change went'
    ]);
    world.tasks.move('a', { state: 'succeeded', result: result() });
    await pass(3);
    expect(shown().join()).toMatch(/^Switched my-space/);
  });

  it('is silent where there is nothing to tell', async () => {
    world.tasks.put({ id: 'a', kind: 'stage', clientToken: 'x' });
    await world.resume(world.controller());
    await pass(2);
    expect(shown()).toEqual([]);
  });
});
