import { isBack, isOver, probeInterval, watch, watchFrom } from '../progress';
import type { IWatchState, WatchEvent, WatchPhase } from '../progress';
import { progressWords } from '../progressWords';
import type { IChangeRecord } from '../record';
import { record, trans } from './fixtures';

const S = 1_000;
const MINUTE = 60 * S;

/** Where events lead, from a confirmation at time 0. */
function run(
  events: WatchEvent[],
  change: Partial<IChangeRecord> = {}
): IWatchState {
  const expectation = { record: record({ to: 'ml.m5.xlarge', ...change }) };
  return events.reduce(
    (state, event) => watch(state, event, expectation),
    watchFrom(0)
  );
}

const step = (at: number, isHandedOver = false): WatchEvent => ({
  kind: 'step',
  at,
  step: 'Stopping',
  isHandedOver
});
const answer = (at: number, bootId = 'new'): WatchEvent => ({
  kind: 'answer',
  at,
  bootId
});
const silence = (at: number): WatchEvent => ({ kind: 'silence', at });
const tick = (at: number): WatchEvent => ({ kind: 'tick', at });
const app = (
  at: number,
  instanceType?: string,
  bootId = 'new'
): WatchEvent => ({ kind: 'app', at, bootId, instanceType });

const gone = [step(S, true), silence(60 * S)];

type Case = [string, WatchEvent[], WatchPhase, Partial<IChangeRecord>?];

/** Jest would pass a callback in the place of what is left out. */
function withChange(cases: Case[]): Required<Case>[] {
  return cases.map(([name, events, phase, change = {}]) => [
    name,
    events,
    phase,
    change
  ]);
}

describe('the watcher', () => {
  it.each(
    withChange([
      ['nothing yet', [], 'preparing'],
      ['steps', [step(S)], 'preparing'],
      ['the hand-over', [step(S, true)], 'stopping'],
      [
        'the old server answers on',
        [step(S, true), answer(30 * S, 'old')],
        'stopping'
      ],
      [
        'the old server answers too long',
        [step(S, true), answer(91 * S, 'old')],
        'lingering'
      ],
      [
        'time alone after the hand-over',
        [step(S, true), tick(91 * S)],
        'lingering'
      ],
      [
        'one missed answer before the hand-over',
        [step(S), silence(2 * S)],
        'preparing'
      ],
      [
        'missed answers before the hand-over',
        [step(S), silence(2 * S), silence(6 * S)],
        'down'
      ],
      [
        'an answer after missed ones',
        [step(S), silence(2 * S), silence(6 * S), answer(8 * S, 'old')],
        'preparing'
      ],
      ['silence', gone, 'down'],
      ['silence for long', [...gone, tick(3 * MINUTE)], 'starting'],
      ['silence for very long', [...gone, tick(21 * MINUTE)], 'overdue'],
      [
        'booked, not yet due',
        [...gone, tick(3 * MINUTE)],
        'down',
        { executor: 'scheduled' }
      ],
      [
        'booked and due',
        [...gone, tick(5 * MINUTE)],
        'starting',
        { executor: 'scheduled' }
      ],
      [
        'by hand, for hours',
        [...gone, tick(300 * MINUTE)],
        'down',
        { executor: 'hand-off' }
      ],
      [
        'a stop, for hours',
        [...gone, tick(300 * MINUTE)],
        'down',
        { purpose: 'stop', executor: 'direct' }
      ],
      [
        'an answer when overdue',
        [...gone, tick(21 * MINUTE), answer(22 * MINUTE)],
        'checking'
      ],
      ['signed out', [...gone, { kind: 'sign-in', at: MINUTE }], 'signed-out'],
      [
        'signed in again',
        [...gone, { kind: 'sign-in', at: MINUTE }, answer(2 * MINUTE)],
        'checking'
      ],
      ['a new server', [...gone, answer(90 * S)], 'checking'],
      [
        'a new server that is gone again',
        [...gone, answer(90 * S), silence(95 * S)],
        'down'
      ],
      [
        'the wanted type',
        [...gone, answer(90 * S), app(91 * S, 'ml.m5.xlarge')],
        'back'
      ],
      [
        'the former type',
        [...gone, answer(90 * S), app(91 * S, 'ml.t3.medium')],
        'back-former'
      ],
      [
        'a fallback',
        [...gone, answer(90 * S), app(91 * S, 'ml.m6i.xlarge')],
        'back-fallback',
        { fallbacks: ['ml.m6i.xlarge'] }
      ],
      [
        'a type nobody wanted',
        [...gone, answer(90 * S), app(91 * S, 'ml.c5.large')],
        'back-other'
      ],
      [
        'a type nobody can read',
        [...gone, answer(90 * S), app(91 * S)],
        'back-unknown'
      ],
      [
        'a type read before the restart',
        [step(S), app(2 * S, 'ml.m5.xlarge', 'old')],
        'preparing'
      ],
      [
        'a type of a server that is gone',
        [...gone, app(61 * S, 'ml.m5.xlarge')],
        'down'
      ],
      [
        'a server without us',
        [...gone, { kind: 'stranger', at: 90 * S }],
        'back-unknown'
      ],
      [
        'a change that ended before it began',
        [step(S), { kind: 'refused', at: 2 * S }],
        'refused'
      ],
      [
        'a late word of the old server',
        [...gone, answer(90 * S), { kind: 'refused', at: 91 * S }],
        'checking'
      ],
      [
        'a late answer of the old server',
        [...gone, answer(90 * S), answer(91 * S, 'old')],
        'checking'
      ]
    ])
  )('%s', (_, events, phase, change) => {
    const state = run(events, change);
    expect(state.phase).toBe(phase);
    const words = progressWords(state, record(change), { trans });
    expect(words.title).not.toBe('');
    expect(words.sentence).not.toBe('');
  });

  it('remembers when things happened', () => {
    const state = run([...gone, answer(90 * S), app(95 * S, 'ml.m5.xlarge')]);
    expect(state).toMatchObject({
      handedOverAt: S,
      downSince: 60 * S,
      backAt: 90 * S,
      instanceType: 'ml.m5.xlarge'
    });
    const { title } = progressWords(state, record(), { trans });
    expect(title).toBe('Ready on ml.m5.xlarge after 1 min 30 sec');
  });

  it('asks less often when nobody looks, and as it gets late', () => {
    const state = run(gone);
    expect(probeInterval(state, MINUTE, false)).toBe(2_000);
    expect(probeInterval(state, MINUTE, true)).toBe(30_000);
    expect(probeInterval(state, 15 * MINUTE, false)).toBe(10_000);
    expect(probeInterval({ ...state, phase: 'overdue' }, MINUTE, false)).toBe(
      MINUTE
    );
  });

  it('never says it is back without a new server, nor succeeds without the wanted type', () => {
    const random = generator(20260301);
    const pick = <T>(items: readonly T[]) =>
      items[Math.floor(random() * items.length)];
    let successes = 0;
    for (let round = 0; round < 3_000; round++) {
      const expectation = { record: record({ fallbacks: ['ml.m6i.xlarge'] }) };
      let state = watchFrom(0);
      let at = 0;
      let newest: string | null = null;
      let type: string | undefined;
      for (let index = 0; index < 25 && !isOver(state); index++) {
        at += Math.floor(random() * 2 * MINUTE);
        const event = pick<WatchEvent>([
          step(at, random() < 0.5),
          answer(at, 'old'),
          answer(at, pick(['b', 'c'])),
          silence(at),
          tick(at),
          { kind: 'sign-in', at },
          app(
            at,
            pick(['ml.t3.medium', 'ml.m5.xlarge', 'ml.c5.large', undefined]),
            pick(['old', 'b', 'c'])
          ),
          { kind: 'refused', at }
        ]);
        if (event.kind === 'answer' && event.bootId !== 'old') {
          newest = event.bootId;
        } else if (event.kind === 'silence') {
          newest = null;
        }
        type =
          event.kind === 'app' && event.bootId === newest
            ? event.instanceType
            : undefined;
        state = watch(state, event, expectation);
      }
      if (isBack(state)) {
        expect(newest).not.toBeNull();
        expect(state.newBootId).toBe(newest);
      }
      if (state.phase === 'back') {
        successes += 1;
        expect(type).toBe('ml.m5.xlarge');
      }
    }
    // Else the property would hold for want of cases.
    expect(successes).toBeGreaterThan(100);
  });
});

/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
