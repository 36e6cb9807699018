import { StudioError } from '../errors';
import { ResourceWatcher } from '../watcher';

let hidden = false;
Object.defineProperty(document, 'hidden', { get: () => hidden });

describe('ResourceWatcher', () => {
  let watcher: ResourceWatcher;
  const make = (options: {
    visible?: boolean;
    tracked?: boolean;
    fail?: () => unknown;
    key?: string;
  }) => {
    const state = { visible: false, tracked: false, ...options, polls: 0 };
    const handle = watcher.subscribe({
      key: options.key ?? 'jobs',
      poll: async () => {
        state.polls += 1;
        const error = state.fail?.();
        if (error) {
          throw error;
        }
      },
      isVisible: () => state.visible,
      isTracked: () => state.tracked
    });
    return { state, handle };
  };
  const pass = (seconds: number) =>
    jest.advanceTimersByTimeAsync(seconds * 1000);

  beforeEach(() => {
    hidden = false;
    jest.useFakeTimers();
    watcher = new ResourceWatcher();
  });
  afterEach(() => {
    watcher.dispose();
    jest.useRealTimers();
  });

  it('polls nothing that is neither seen nor awaited', async () => {
    const { state } = make({});
    await pass(300);
    expect(state.polls).toBe(0);
  });

  it('polls what is seen now and each minute', async () => {
    const { state } = make({ visible: true });
    await pass(2);
    expect(state.polls).toBe(1);
    await pass(180);
    expect(state.polls).toBe(4);
  });

  it('polls nothing while it is paused, but what it is asked to', async () => {
    const { state, handle } = make({ visible: true, tracked: true });
    const first = watcher.pause();
    const second = watcher.pause();
    await pass(300);
    expect(state.polls).toBe(0);
    await handle.refresh();
    expect(state.polls).toBe(1);
    first.dispose();
    first.dispose();
    await pass(300);
    expect(state.polls).toBe(1);
    second.dispose();
    await pass(10);
    expect(state.polls).toBeGreaterThan(1);
  });

  it('notices by itself that a panel is shown', async () => {
    const { state } = make({});
    await pass(10);
    state.visible = true;
    await pass(2);
    expect(state.polls).toBe(1);
  });

  it('polls what is awaited each five seconds', async () => {
    const { state } = make({ tracked: true });
    await pass(31);
    expect(state.polls).toBeGreaterThanOrEqual(5);
    expect(state.polls).toBeLessThanOrEqual(7);
  });

  it('stands by while the tab is hidden, except for what is awaited', async () => {
    hidden = true;
    const seen = make({ visible: true, key: 'a' });
    await pass(120);
    expect(seen.state.polls).toBe(0);
    const awaited = make({ tracked: true, key: 'b' });
    await pass(61);
    expect(seen.state.polls).toBe(0);
    expect(awaited.state.polls).toBeGreaterThanOrEqual(2);
    expect(awaited.state.polls).toBeLessThanOrEqual(4);
  });

  it('slows down when throttled, and recovers', async () => {
    let failing = true;
    const { state, handle } = make({
      tracked: true,
      fail: () =>
        failing &&
        new StudioError({
          code: 'ThrottlingException',
          message: 'Rate exceeded'
        })
    });
    await pass(62);
    // At 0, 20 (5 x 4) s; the next one only after 80 s.
    expect(state.polls).toBe(2);
    failing = false;
    await handle.refresh();
    const before = state.polls;
    await pass(21);
    expect(state.polls - before).toBeGreaterThanOrEqual(3);
  });

  it('makes one call for several watches of one key', async () => {
    const first = make({ visible: true });
    const second = make({ visible: true });
    await pass(2);
    expect(first.state.polls + second.state.polls).toBe(1);
    first.handle.dispose();
    await pass(61);
    expect(second.state.polls).toBe(1);
  });

  it('does not start a poll while the last one runs', async () => {
    let finish: () => void = () => undefined;
    let polls = 0;
    watcher.subscribe({
      key: 'slow',
      poll: () => {
        polls += 1;
        return new Promise<void>(resolve => (finish = resolve));
      },
      isVisible: () => true,
      isTracked: () => true
    });
    await pass(60);
    expect(polls).toBe(1);
    finish();
    await pass(7);
    expect(polls).toBe(2);
  });

  it('does nothing any more once disposed', async () => {
    const { state, handle } = make({ tracked: true });
    await pass(2);
    handle.dispose();
    await handle.refresh();
    await pass(60);
    expect(state.polls).toBe(1);
    expect(handle.isDisposed).toBe(true);
  });
});
