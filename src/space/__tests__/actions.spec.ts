import { Notification } from '@jupyterlab/apputils';

import { fakeServer, json } from '../../__tests__/server';
import { SpaceController } from '../controller';
import { LocalSpaceApi } from '../local';
import { restartJupyter } from '../restartJupyter';
import { fakeLocal, fakeSpaces, localSpace, trans } from './fakes';

describe('LocalSpaceApi', () => {
  it('speaks the server’s routes', async () => {
    const { settings, received } = fakeServer(({ path }) =>
      path.endsWith('restart-jupyter')
        ? new Response(null, { status: 202 })
        : json(localSpace)
    );
    const local = new LocalSpaceApi(settings);
    expect(await local.get()).toEqual(localSpace);
    await local.keepAwake(60);
    await local.keepAwake(null);
    await local.restartJupyter();
    expect(
      received.map(({ method, path, body }) => [method, path, body])
    ).toEqual([
      ['GET', 'space', ''],
      ['POST', 'space/keep-awake', '{"minutes":60}'],
      ['DELETE', 'space/keep-awake', ''],
      ['POST', 'space/restart-jupyter', '{}']
    ]);
  });

  it('hands on why the image can’t restart Jupyter', async () => {
    const { settings } = fakeServer(() =>
      json({ error: { code: 'NotAvailable', message: 'No such command' } }, 501)
    );
    await expect(
      new LocalSpaceApi(settings).restartJupyter()
    ).rejects.toMatchObject({ code: 'NotAvailable', status: 501 });
  });
});

describe('opening another space', () => {
  const open = (spaces = fakeSpaces()) =>
    new SpaceController({
      spaces,
      trans
    } as unknown as SpaceController.IOptions).open('other');
  const tab = () => {
    const made = {
      opener: {} as unknown,
      location: { replace: jest.fn() },
      close: jest.fn()
    };
    jest.spyOn(window, 'open').mockReturnValue(made as unknown as Window);
    return made;
  };
  afterEach(() => {
    jest.restoreAllMocks();
    Notification.dismiss();
  });

  it('gives the signed address to the new tab, and to nothing else', async () => {
    const opened = tab();
    const storing = jest.spyOn(Storage.prototype, 'setItem');
    await open();
    expect(window.open).toHaveBeenCalledWith('about:blank', '_blank');
    expect(opened.location.replace).toHaveBeenCalledWith(
      'https://studio.test/space'
    );
    expect(opened.opener).toBeNull();
    expect(storing).not.toHaveBeenCalled();
    expect(Notification.manager.count).toBe(0);
    expect(document.documentElement.innerHTML).not.toContain('studio.test');
  });

  it.each([
    ['refused', () => Promise.reject(new Error('denied'))],
    ['no address at all', async () => ''],
    ['a script for an address', async () => 'javascript:alert(1)']
  ])('closes the tab again: %s', async (_, answer) => {
    const opened = tab();
    const spaces = fakeSpaces();
    spaces.open.mockImplementation(answer);
    await open(spaces);
    expect(opened.close).toHaveBeenCalled();
    expect(opened.location.replace).not.toHaveBeenCalled();
    expect(
      Notification.manager.notifications.map(({ message }) => message)
    ).toEqual(['The space was not opened']);
  });
});

describe('restartJupyter', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    Notification.dismiss();
  });

  it('loads the page anew once another server answers, and not before', async () => {
    const local = fakeLocal();
    const reload = jest.fn();
    const restarting = restartJupyter(local, trans, reload);
    await jest.advanceTimersByTimeAsync(1000);
    expect(local.restartJupyter).toHaveBeenCalledTimes(1);
    // The old one still answers, then nobody does.
    expect(reload).not.toHaveBeenCalled();
    local.get.mockRejectedValueOnce(new Error('refused'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(reload).not.toHaveBeenCalled();
    local.get.mockResolvedValue({ ...localSpace, bootId: 'boot-2' });
    await jest.advanceTimersByTimeAsync(1000);
    await restarting;
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('leaves the page alone when no other server comes', async () => {
    const reload = jest.fn();
    const restarting = restartJupyter(fakeLocal(), trans, reload);
    await jest.advanceTimersByTimeAsync(130_000);
    await restarting;
    expect(reload).not.toHaveBeenCalled();
    const [note] = Notification.manager.notifications;
    expect(note.message).toBe('Jupyter does not answer yet.');
    expect(note.options.actions).toHaveLength(1);
  });
});
