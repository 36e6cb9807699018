import { Signal } from '@lumino/signaling';

import type { IJobExpectations } from '../../tokens';
import { JobExpectations } from '../expectations';
import { UnseenFailures } from '../failures';
import { Lookout } from '../lookout';
import { claim } from '../told';
import { JobTracker } from '../tracker';
import { job, makeJobs, settle } from './fakes';

const OPENED = Date.parse('2030-01-01T10:00:00Z');
const later = new Date(OPENED + 60_000);
const earlier = new Date(OPENED - 60_000);

function setHidden(isHidden: boolean): void {
  Object.defineProperty(document, 'hidden', {
    configurable: true,
    value: isHidden
  });
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('JobTracker', () => {
  it('announces, once, jobs of others that end while the page is open', async () => {
    const { store } = makeJobs();
    const tracker = new JobTracker(store, OPENED);
    const ended: string[] = [];
    tracker.ended.connect((_, each) => ended.push(each.name));
    const over = { status: 'Completed' as const };
    tracker.update([
      job({ name: 'old', ...over, endedAt: earlier }),
      job({ name: 'new', ...over, endedAt: later }),
      job({ name: 'running' })
    ]);
    expect(ended).toEqual(['new']);
    tracker.update([
      job({ name: 'new', ...over, endedAt: later }),
      // By a clock that is slow.
      job({ name: 'running', ...over, endedAt: earlier })
    ]);
    expect(ended).toEqual(['new', 'running']);
  });
});

describe('claim', () => {
  beforeEach(() => localStorage.clear());

  it('lets one tab tell of a job, also after a reload', async () => {
    expect(await claim('a')).toBe(true);
    expect(await claim('a')).toBe(false);
    expect(await claim('b')).toBe(true);
  });

  it('waits in a tab nobody sees, so that another may be first', async () => {
    setHidden(true);
    const mine = claim('a');
    await settle();
    localStorage.setItem(
      'jupyterlab-sagemaker-studio:told',
      JSON.stringify(['a'])
    );
    setHidden(false);
    expect(await mine).toBe(false);
  });

  it('tells rather twice than never where the storage is spoilt', async () => {
    localStorage.setItem('jupyterlab-sagemaker-studio:told', '{');
    expect(await claim('a')).toBe(true);
  });
});

describe('UnseenFailures', () => {
  it('counts until the list or the job is looked at, also across reloads', async () => {
    const { store } = makeJobs();
    let isSeen = false;
    const failures = new UnseenFailures(store, () => isSeen);
    await failures.ready;
    failures.add('a');
    failures.add('b');
    failures.add('b');
    await settle();
    const again = new UnseenFailures(store, () => isSeen);
    await again.ready;
    expect([...again.names]).toEqual(['a', 'b']);
    again.see('a');
    expect([...again.names]).toEqual(['b']);
    again.see();
    expect(again.names.size).toBe(0);
    isSeen = true;
    again.add('c');
    expect(again.names.size).toBe(0);
  });
});

describe('Lookout', () => {
  const set = (active: string[], isWanted = true) => {
    const made = makeJobs();
    const expectations = {
      activeDefinitions: new Set(active),
      changed: new Signal({})
    } as unknown as IJobExpectations;
    const lookout = new Lookout({
      jobs: made.model,
      watcher: made.watcher,
      expectations,
      isWanted: () => isWanted
    });
    return { ...made, lookout };
  };

  it('asks nothing while nothing is expected', async () => {
    const { api, watcher } = set([]);
    api.held = [job({ name: 'a', status: 'Completed' })];
    await watcher.tick();
    expect(api.calls).toEqual([]);
  });

  it('looks after an active definition, now and then, unless it is not wanted', async () => {
    const { api, watcher } = set(['d-1']);
    await watcher.tick();
    expect(api.calls).toEqual(['list']);
    await watcher.tick();
    expect(api.calls).toEqual(['list']);
    const off = set(['d-1'], false);
    await off.watcher.tick();
    expect(off.api.calls).toEqual([]);
  });

  it('looks on after jobs it has seen running', async () => {
    const clock = jest.spyOn(Date, 'now');
    try {
      const { api, model, watcher } = set([]);
      api.held = [job({ name: 'a' })];
      clock.mockReturnValue(OPENED);
      await model.refresh();
      await watcher.tick();
      expect(api.calls).toEqual(['list']);
      clock.mockReturnValue(OPENED + 61_000);
      api.change('a', { status: 'Completed', endedAt: later });
      await watcher.tick();
      expect(api.calls).toEqual(['list', 'list']);
      clock.mockReturnValue(OPENED + 200_000);
      await watcher.tick();
      expect(api.calls).toEqual(['list', 'list']);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('JobExpectations', () => {
  it('keeps what is active across reloads', async () => {
    const { store } = makeJobs();
    const first = new JobExpectations(store);
    await first.ready;
    first.setActive('one', true);
    first.setActive('two', true);
    first.setActive('one', false);
    await settle();
    const second = new JobExpectations(store);
    await second.ready;
    expect([...second.activeDefinitions]).toEqual(['two']);
  });
});
