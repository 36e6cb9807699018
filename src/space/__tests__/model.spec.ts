import { StudioError } from '../../core/errors';
import { idleLeft, idleOf, isKnown, uptimeOf } from '../facts';
import { SpacesModel } from '../spacesModel';
import {
  FakeWatcher,
  NOW,
  app,
  fakeSpaces,
  localSpace,
  makeSpace,
  rules,
  space,
  studioContext,
  summary
} from './fakes';

const denied = (operation: string) =>
  new StudioError({
    code: 'AccessDeniedException',
    message: `not authorized to perform: sagemaker:${operation}`,
    operation
  });

describe('SpaceModel', () => {
  it('asks for nothing as long as nobody looks', async () => {
    const { model, spaces, local, watcher } = makeSpace();
    model.addViewer(() => false);
    await watcher.tick();
    expect(spaces.describe).not.toHaveBeenCalled();
    expect(local.get).not.toHaveBeenCalled();
  });

  it('shows what AWS tells, though one part is denied', async () => {
    const { model, spaces, watcher } = makeSpace();
    spaces.describe.mockRejectedValue(denied('DescribeSpace'));
    model.addViewer(() => true);
    await watcher.tick();
    const { facts } = model;
    expect(facts?.space).toMatchObject({
      value: null,
      error: { code: 'AccessDeniedException' }
    });
    expect(facts?.rules).toMatchObject({ value: null });
    expect(facts?.app).toMatchObject({ value: { status: 'InService' } });
    expect(facts?.instance).toMatchObject({ value: { vcpus: 2 } });
    expect(model.state.phase).toBe('ready');
  });

  it('asks for little while only the status bar looks', async () => {
    const { model, spaces, local, watcher, instances } = makeSpace();
    model.addViewer(() => true, 'app');
    await watcher.tick();
    await watcher.tick();
    await watcher.tick();
    expect(spaces.app).toHaveBeenCalledTimes(3);
    expect(local.get).toHaveBeenCalledTimes(3);
    expect(spaces.describe).toHaveBeenCalledTimes(1);
    expect(spaces.rules).toHaveBeenCalledTimes(1);
    expect(instances.prices).toHaveBeenCalledTimes(1);
    expect(model.facts?.instance).toMatchObject({ value: null });
    model.addViewer(() => true);
    await model.refreshIfStale();
    expect(model.facts?.instance).toMatchObject({ value: { vcpus: 2 } });
    expect(spaces.describe).toHaveBeenCalledTimes(2);
    expect(spaces.rules).toHaveBeenCalledTimes(1);
    await model.refresh();
    expect(spaces.rules).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['none', 'my-space', 'No credentials were found.'],
    ['account', null, 'SAGEMAKER_SPACE_NAME is not set.']
  ] as const)('says why there is no space (%s)', async (mode, name, reason) => {
    const { model, spaces } = makeSpace(studioContext(mode, name));
    await model.refresh();
    expect(model.unavailable).toBe(reason);
    expect(spaces.describe).not.toHaveBeenCalled();
  });

  it('on a laptop takes none of its facts for the space’s', async () => {
    const { model, local } = makeSpace(studioContext('account'));
    await model.refresh();
    expect(local.get).not.toHaveBeenCalled();
    expect(model.facts?.local).toMatchObject({ value: null });
    expect(model.facts?.app).toMatchObject({ value: { status: 'InService' } });
  });

  it('watches a start closely, while somebody looks', async () => {
    const { model, spaces, watcher } = makeSpace();
    let isVisible = true;
    model.addViewer(() => isVisible, 'app');
    spaces.app.mockResolvedValue(app({ status: 'Pending' }));
    await model.refresh();
    const [watch] = watcher.watches;
    expect(watch.isTracked()).toBe(true);
    isVisible = false;
    expect(watch.isTracked()).toBe(false);
    isVisible = true;
    spaces.app.mockResolvedValue(app());
    await model.refresh();
    expect(watch.isTracked()).toBe(false);
  });

  it('shows at once that it is kept awake', async () => {
    const { model, local } = makeSpace();
    await model.refresh();
    const keepAwakeUntil = new Date(NOW + 3_600_000).toISOString();
    local.keepAwake.mockResolvedValue({
      ...localSpace,
      idle: { ...localSpace.idle, keepAwakeUntil }
    });
    await model.keepAwake(60);
    expect(local.keepAwake).toHaveBeenCalledWith(60);
    expect(model.facts && idleLeft(model.facts, NOW)).toBe(2 * 3_600_000);
  });
});

describe('what follows from the facts', () => {
  const factsOf = async (change: () => Partial<Record<string, unknown>>) => {
    const { model } = makeSpace();
    await model.refresh();
    return { ...model.facts!, ...change() };
  };

  it('is the time left until idle shutdown', async () => {
    const facts = await factsOf(() => ({}));
    expect(idleLeft(facts, NOW)).toBe(5 * 60_000);
    const own = space();
    own.settings.idleMinutes = 90;
    const longer = await factsOf(() => ({ space: { value: own } }));
    expect(idleLeft(longer, NOW)).toBe(35 * 60_000);
  });

  it('is that nothing is stopped where administrators say so', async () => {
    const off = { ...rules, idle: { ...rules.idle, isEnabled: false } };
    const facts = await factsOf(() => ({ rules: { value: off } }));
    expect(idleOf(facts)).toEqual({ value: { kind: 'off' } });
    expect(idleLeft(facts, NOW)).toBeUndefined();
  });

  it('is unknown with the reason of what it depends on', async () => {
    const facts = await factsOf(() => ({
      rules: { value: null, reason: 'denied' }
    }));
    const idle = idleOf(facts);
    expect(isKnown(idle)).toBe(false);
    expect(idle).toMatchObject({ reason: 'denied' });
  });

  it('is how long it has been running, by the server where AWS is silent', async () => {
    const facts = await factsOf(() => ({}));
    expect(uptimeOf(facts, NOW)).toEqual({ value: 120 * 60_000 });
    const silent = await factsOf(() => ({
      app: { value: null, reason: 'denied' }
    }));
    expect(uptimeOf(silent, NOW)).toEqual({ value: 119 * 60_000 });
    const stopped = await factsOf(() => ({ app: { value: null } }));
    expect(uptimeOf(stopped, NOW)).toEqual({ value: null });
  });
});

describe('SpacesModel', () => {
  const make = (context = studioContext()) => {
    const api = fakeSpaces();
    const watcher = new FakeWatcher();
    const model = new SpacesModel({ context, api, watcher });
    return { api, watcher, model };
  };

  it('has this space first, then what runs, and nobody else’s private ones', async () => {
    const { api, model } = make();
    api.list.mockResolvedValue([
      summary('a-stopped'),
      summary('foreign', { owner: 'bob' }),
      summary('team', { owner: 'bob', sharing: 'Shared' }),
      summary('z-running', { app: app({ spaceName: 'z-running' }) }),
      summary('my-space', { app: app() })
    ]);
    await model.refresh();
    expect(model.spaces.map(({ name }) => name)).toEqual([
      'my-space',
      'z-running',
      'a-stopped',
      'team'
    ]);
    expect(model.isMine(model.find('team')!)).toBe(false);
  });

  it('knows whose spaces a laptop works with, and that it runs in none', async () => {
    const { api, model } = make(studioContext('account'));
    api.list.mockResolvedValue([
      summary('my-space', { owner: 'ann' }),
      summary('foreign', { owner: 'bob' })
    ]);
    await model.refresh();
    expect(model.spaces.map(({ name }) => name)).toEqual(['my-space']);
    expect(model.ownName).toBeUndefined();
  });

  it('keeps the list and says so when reading fails', async () => {
    const { api, model } = make();
    await model.refresh();
    api.list.mockRejectedValue(denied('ListApps'));
    await model.refresh();
    expect(model.state).toMatchObject({
      phase: 'failed',
      error: { operation: 'ListApps' }
    });
    expect(model.spaces).toHaveLength(1);
  });

  it('looks closely while one starts, and not at all when hidden', async () => {
    const { api, model, watcher } = make();
    let isVisible = false;
    model.addViewer(() => isVisible);
    await watcher.tick();
    expect(api.list).not.toHaveBeenCalled();
    isVisible = true;
    api.list.mockResolvedValue([
      summary('other', { app: app({ status: 'Pending' }) })
    ]);
    await watcher.tick();
    expect(watcher.watches[0].isTracked()).toBe(true);
  });

  it('lists a new space at once, and hands refusals on', async () => {
    const { api, model } = make();
    await model.create({ name: 'new', spec: {} });
    expect(api.list).toHaveBeenCalledTimes(1);
    api.remove.mockRejectedValue(denied('DeleteSpace'));
    await expect(model.remove('new')).rejects.toMatchObject({
      operation: 'DeleteSpace'
    });
  });
});
