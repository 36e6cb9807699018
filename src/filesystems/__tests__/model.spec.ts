import { settle } from '../../__tests__/fakes';
import { EFS, denied, mount } from './fixtures';
import { contextOf, makeModel } from './fakes';

const NOW = Date.parse('2024-05-01T12:00:00Z');
let now = NOW;
beforeEach(() => {
  now = NOW;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

const states = ({ model }: ReturnType<typeof makeModel>) =>
  model.rows.map(({ id, state }) => [id, state]);

describe('the model of file systems', () => {
  it('asks for nothing while nobody looks', async () => {
    const made = makeModel();
    await made.watcher.tick();
    let isVisible = false;
    made.model.addViewer(() => isVisible);
    await made.watcher.tick();
    made.changes.done.emit('my-space');
    await settle();
    expect(made.local.get).not.toHaveBeenCalled();
    expect(made.spaces.describe).not.toHaveBeenCalled();
    isVisible = true;
    await made.watcher.tick();
    expect(made.local.get).toHaveBeenCalledTimes(1);
  });

  it('shows what is mounted here before AWS has said anything', async () => {
    const made = makeModel();
    made.spaces.describe.mockReturnValue(new Promise(() => undefined));
    void made.model.refresh();
    await settle();
    expect(states(made)).toEqual([
      [null, 'mounted'],
      [EFS, 'mounted']
    ]);
    expect(made.model.isReading).toBe(true);
  });

  it('finds out why one is not mounted, and nothing about those that are', async () => {
    const made = makeModel();
    await made.model.refresh();
    expect(states(made)).toEqual([
      [null, 'mounted'],
      [EFS, 'mounted'],
      ['fs-broken', 'not-mounted'],
      ['fs-free', 'allowed'],
      ['fs-foreign', 'not-allowed']
    ]);
    expect(made.api.network.mock.calls.map(([id]) => id)).toEqual([
      'fs-broken',
      'fs-free'
    ]);
    expect(made.model.find('efs fs-broken')?.findings).toEqual([
      { kind: 'no-mount-target', subnetIds: ['subnet-a', 'subnet-b'] }
    ]);
  });

  it('asks a mount that hangs again and again, and AWS not more often for it', async () => {
    const made = makeModel();
    made.local.get.mockResolvedValue({
      mounts: [mount({ state: 'not-answering' })],
      user: { uid: 1, gid: 1 },
      root: '/'
    });
    const [watch] = made.watcher.watches;
    const viewer = made.model.addViewer(() => true);
    await made.watcher.tick();
    expect(watch.isTracked()).toBe(true);
    expect(made.api.network).toHaveBeenCalledTimes(3);
    now += 6000;
    made.local.get.mockResolvedValue({
      mounts: [mount()],
      user: { uid: 1, gid: 1 },
      root: '/'
    });
    await made.watcher.tick();
    expect(made.local.get).toHaveBeenCalledTimes(2);
    expect(made.spaces.describe).toHaveBeenCalledTimes(1);
    expect(made.model.find(`efs ${EFS}`)?.state).toBe('mounted');
    expect(watch.isTracked()).toBe(false);
    now += 60_000;
    await made.watcher.tick();
    expect(made.spaces.describe).toHaveBeenCalledTimes(2);
    // What administrators set changes seldom.
    expect(made.api.rules).toHaveBeenCalledTimes(1);
    expect(made.api.network).toHaveBeenCalledTimes(3);
    viewer.dispose();
    expect(watch.isVisible()).toBe(false);
  });

  it('shows the rest where parts are denied', async () => {
    const made = makeModel();
    made.api.efs.mockResolvedValue(
      denied('elasticfilesystem:DescribeFileSystems')
    );
    made.api.network.mockResolvedValue({
      targets: denied('elasticfilesystem:DescribeMountTargets'),
      groups: denied('elasticfilesystem:DescribeMountTargets')
    });
    await made.model.refresh();
    expect(states(made)).toEqual([
      [null, 'mounted'],
      [EFS, 'mounted'],
      ['fs-broken', 'not-mounted'],
      ['fs-free', 'allowed']
    ]);
  });

  it('shows what is mounted where there is no AWS at all', async () => {
    const made = makeModel(contextOf('none'));
    await made.model.refresh();
    expect(made.model.unavailable).toBe('No credentials were found.');
    expect(states(made).map(([, state]) => state)).toEqual([
      'mounted',
      'mounted'
    ]);
    expect(made.spaces.describe).not.toHaveBeenCalled();
    expect(made.api.lustre).not.toHaveBeenCalled();
  });

  it('says what keeps this machine from being read', async () => {
    const made = makeModel();
    made.local.get.mockRejectedValue(denied('x:Y').error);
    await made.model.refresh();
    expect(made.model.facts.local).toMatchObject({ value: null });
    expect(made.model.find('efs fs-broken')).toBeDefined();
  });

  it('follows the plan, and reads anew once it was carried out', async () => {
    const made = makeModel();
    made.model.addViewer(() => true);
    await made.model.refresh();
    made.drafts.current = { fileSystems: [{ kind: 'efs', id: 'fs-free' }] };
    made.changes.changed.emit();
    expect(made.model.find('efs fs-free')?.planned).toBe('attach');
    let answer: (() => void) | undefined;
    const mounts = await made.local.get();
    made.local.get.mockReturnValueOnce(
      new Promise(resolve => {
        answer = () => resolve(mounts);
      })
    );
    made.changes.done.emit('my-space');
    await settle();
    expect(made.spaces.describe).toHaveBeenCalledTimes(2);
    // As long as the new app has not said what it has, nothing is called not mounted.
    expect(made.model.find('efs fs-broken')?.state).toBe('attached');
    answer?.();
    await settle();
    expect(made.model.find('efs fs-broken')?.state).toBe('not-mounted');
  });

  it('looks at access points of mounts that can’t be written to', async () => {
    const made = makeModel();
    made.local.get.mockResolvedValue({
      mounts: [mount({ access: 'read-only', accessPointId: 'fsap-1' })],
      user: { uid: 1, gid: 1 },
      root: '/'
    });
    await made.model.refresh();
    expect(made.api.accessPoint.mock.calls.map(([id]) => id)).toEqual([
      'fsap-1'
    ]);
    expect(
      made.model.find(`efs ${EFS} fsap-1`)?.findings.map(({ kind }) => kind)
    ).toContain('access-point-missing');
  });
});
