import { fakeServer, json, page } from '../../../__tests__/server';
import type { Answer } from '../../../__tests__/server';
import { ChangeChannel } from '../channel';
import { probe } from '../probe';
import { ChangeWatcher } from '../watcher';
import { record } from './fixtures';

/** All tabs of a browser: a channel between them, and locks they share. */
class FakeBrowser {
  readonly channels = new Set<FakeChannel>();
  readonly waiting = new Map<string, (() => void)[]>();

  readonly request = async (
    name: string,
    { signal }: { signal: AbortSignal },
    act: () => Promise<void>
  ) => {
    const queue = this.waiting.get(name) ?? [];
    this.waiting.set(name, queue);
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      queue.push(resolve);
      if (queue.length === 1) {
        resolve();
      }
    });
    try {
      await act();
    } finally {
      queue.shift();
      queue[0]?.();
    }
  };
}

let browser: FakeBrowser;

class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    browser.channels.add(this);
  }
  postMessage(data: unknown) {
    for (const other of browser.channels) {
      if (other !== this) {
        other.onmessage?.({ data: structuredClone(data) });
      }
    }
  }
  close() {
    browser.channels.delete(this);
  }
}

let hidden = false;
Object.defineProperty(document, 'hidden', { get: () => hidden });

const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);

function tab(answer: Answer, instanceType = 'ml.m5.xlarge') {
  const { settings, received } = fakeServer(answer);
  const channel = new ChangeChannel('test');
  const watcher = new ChangeWatcher({
    taskId: 'task-1',
    record: record(),
    startedAt: Date.now(),
    settings,
    spaces: {
      app: async () => ({
        spaceName: 'my-space',
        name: 'default',
        type: 'JupyterLab',
        status: 'InService',
        spec: { instanceType }
      })
    },
    channel
  });
  return { watcher, channel, received };
}

describe('tabs', () => {
  let bootId: string | null;
  const answer: Answer = () => {
    if (bootId === null) {
      throw new TypeError('Failed to fetch');
    }
    return json({ bootId });
  };

  beforeEach(() => {
    jest.useFakeTimers();
    browser = new FakeBrowser();
    hidden = false;
    bootId = 'old';
    Object.assign(globalThis, { BroadcastChannel: FakeChannel });
    Object.assign(navigator, { locks: browser });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    Reflect.deleteProperty(navigator, 'locks');
    jest.useRealTimers();
  });

  it('ask once for all, and all know', async () => {
    const tabs = [tab(answer), tab(answer), tab(answer)];
    tabs[1].watcher.tell({
      kind: 'step',
      at: Date.now(),
      step: 'Stopping',
      isHandedOver: true
    });
    await pass(5);
    bootId = null;
    await pass(10);
    expect(tabs.map(({ watcher }) => watcher.state.phase)).toEqual([
      'down',
      'down',
      'down'
    ]);
    bootId = 'new';
    await pass(5);
    expect(tabs.map(({ watcher }) => watcher.state.phase)).toEqual([
      'back',
      'back',
      'back'
    ]);
    expect(tabs.map(({ received }) => received.length > 0)).toEqual([
      true,
      false,
      false
    ]);
    tabs.forEach(({ watcher }) => watcher.dispose());
  });

  it('go on asking when the one that did is closed', async () => {
    const [first, second] = [tab(answer), tab(answer)];
    await pass(3);
    expect(second.received).toHaveLength(0);
    first.watcher.dispose();
    await pass(5);
    expect(second.received.length).toBeGreaterThan(0);
    second.watcher.dispose();
  });

  it('let the one that is seen ask', async () => {
    const first = tab(answer);
    await pass(1);
    hidden = true;
    const second = tab(answer);
    await pass(1);
    expect(second.received).toHaveLength(0);
    // The first is hidden; the second is shown, and says so.
    const posted = first.received.length;
    const channel = [...browser.channels][1];
    channel.postMessage({ kind: 'yield', taskId: 'task-1' });
    await pass(31);
    expect(second.received.length).toBeGreaterThan(0);
    expect(first.received.length).toBeLessThan(posted + 3);
    first.watcher.dispose();
    second.watcher.dispose();
  });

  it('hear of a change that another one began', () => {
    const first = new ChangeChannel('x');
    const second = new ChangeChannel('x');
    const heard = jest.fn();
    second.begun.connect((_, begun) => heard(begun));
    const begun = { taskId: 'a', record: record(), startedAt: 1 };
    first.announce(begun);
    expect(heard).toHaveBeenCalledWith(JSON.parse(JSON.stringify(begun)));
    first.dispose();
    second.dispose();
  });

  it('ask each for itself where there are no locks', async () => {
    Reflect.deleteProperty(navigator, 'locks');
    const tabs = [tab(answer), tab(answer)];
    await pass(3);
    expect(tabs.every(({ received }) => received.length > 0)).toBe(true);
    tabs.forEach(({ watcher }) => watcher.dispose());
  });
});

describe('a probe', () => {
  it.each<[string, Answer, string]>([
    ['our answer', () => json({ bootId: 'a' }), 'answer'],
    ['a redirect', () => new Response(null, { status: 302 }), 'sign-in'],
    ['signed out', () => page(403), 'sign-in'],
    ['a proxy without a server', () => page(502), 'silence'],
    ['Studio’s page for a stopped app', () => page(404), 'silence'],
    ['a page', () => page(200), 'silence'],
    [
      'nobody',
      () => {
        throw new TypeError('Failed to fetch');
      },
      'silence'
    ]
  ])('takes %s for what it is', async (_, answer, kind) => {
    expect((await probe(fakeServer(answer).settings)).kind).toBe(kind);
  });

  it('knows a Jupyter server without this extension', async () => {
    const { settings } = fakeServer(() => page(404));
    const fetch = settings.fetch;
    const event = await probe({
      ...settings,
      fetch: async (input: RequestInfo | URL, init?: RequestInit) =>
        (input as Request).url.endsWith('api/status')
          ? json({ started: '2026-03-01T12:00:00Z' })
          : fetch(input as Request, init)
    });
    expect(event.kind).toBe('stranger');
  });
});
