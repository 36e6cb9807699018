import { Notification } from '@jupyterlab/apputils';

import { fakeServer, json } from '../../__tests__/server';
import { LocalSpaceApi } from '../local';
import { restartJupyter } from '../restartJupyter';
import { fakeLocal, localSpace, trans } from './fakes';

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
