import type { IChangeRecord } from './record';
import { BOOKED_START } from './executors';

/** Where a change of this JupyterLab's own space stands, as its page sees it. */
export type WatchPhase =
  /** The old server carries out steps that can be taken back. */
  | 'preparing'
  /** Handed over; the old server still answers. */
  | 'stopping'
  /** The old server answers longer than it should. */
  | 'lingering'
  /** No server answers. */
  | 'down'
  /** No server answers, but one should be starting by now. */
  | 'starting'
  /** A new server answers; what it runs on is being read. */
  | 'checking'
  /** A new server runs on the wanted type. */
  | 'back'
  | 'back-fallback'
  | 'back-former'
  /** A new server runs on a type nobody asked for here. */
  | 'back-other'
  /** A new server answers, but what it runs on can't be read. */
  | 'back-unknown'
  | 'overdue'
  | 'signed-out'
  /** It ended before it began: nothing was changed. */
  | 'refused';

/** What a watcher waits for. */
export interface IExpectation {
  record: IChangeRecord;
  /** When it was confirmed, in milliseconds since the epoch. */
  startedAt: number;
}

/** What a watcher knows. Times are milliseconds since the epoch. */
export interface IWatchState {
  phase: WatchPhase;
  startedAt: number;
  handedOverAt?: number;
  /** When the old server answered last. */
  answeredAt: number;
  /** When it was first found not to answer. */
  downSince?: number;
  newBootId?: string;
  /** When the new server answered first. */
  backAt?: number;
  /** What the new server's app runs on. */
  instanceType?: string;
  /** What the server says it does, as long as it answers. */
  step?: string;
}

/** What a watcher learns. */
export type WatchEvent =
  /** The task on the old server moved on. */
  | { kind: 'step'; at: number; step: string; isHandedOver: boolean }
  /** The task ended on the old server, so nothing was handed over for good. */
  | { kind: 'refused'; at: number }
  /** A server answered. */
  | { kind: 'answer'; at: number; bootId: string }
  /** Nobody answered, or a proxy said that nobody does. */
  | { kind: 'silence'; at: number }
  /** The answer was a redirect or a demand to sign in. */
  | { kind: 'sign-in'; at: number }
  /** A Jupyter server answered that does not have this extension. */
  | { kind: 'stranger'; at: number }
  /** What the app of a server runs on; undefined where it can't be read. */
  | { kind: 'app'; at: number; bootId: string; instanceType?: string }
  | { kind: 'tick'; at: number };

const MINUTE = 60_000;
const BLIP = 3_000;
/** A server that was told to stop answers this long at most, as others have seen it. */
const LINGERING = 90_000;
/** From here on a start is assumed where no time is booked. */
const ASSUMED_START = 2 * MINUTE;
/** Later than the safety net of any executor. */
const OVERDUE = 20 * MINUTE;

/** A watcher at the moment of confirmation. */
export function watchFrom(startedAt: number): IWatchState {
  return { phase: 'preparing', startedAt, answeredAt: startedAt };
}

/** Whether a new server runs, and the page should be loaded anew. */
export function isBack(state: IWatchState): boolean {
  return state.phase.startsWith('back');
}

/** Whether there is nothing more to watch. */
export function isOver(state: IWatchState): boolean {
  return isBack(state) || state.phase === 'refused';
}

/**
 * What is known after an event.
 *
 * #### Notes
 * Only a new boot id brings JupyterLab back, and only the type its app was read to have decides
 * how; no time-out is taken for success.
 */
export function watch(
  state: IWatchState,
  event: WatchEvent,
  { record }: Pick<IExpectation, 'record'>
): IWatchState {
  if (isOver(state)) {
    return state;
  }
  switch (event.kind) {
    case 'step':
      return state.newBootId ? state : onStep(state, event);
    case 'refused':
      return state.newBootId ? state : { ...state, phase: 'refused' };
    case 'answer':
      return event.bootId === record.bootId
        ? onOldAnswer(state, event.at)
        : onNewAnswer(state, event);
    case 'app':
      return onApp(state, event, record);
    case 'silence':
      return onSilence(state, event.at, record);
    case 'sign-in':
      return { ...state, phase: 'signed-out' };
    case 'stranger':
      // The old server has the extension, so this is another one.
      return { ...state, phase: 'back-unknown', backAt: event.at };
    case 'tick':
      return onTick(state, event.at, record);
  }
}

function onStep(
  state: IWatchState,
  event: WatchEvent & { kind: 'step' }
): IWatchState {
  const { at, step, isHandedOver } = event;
  const next: IWatchState = { ...state, step, answeredAt: at };
  if (isHandedOver) {
    next.handedOverAt ??= at;
  }
  return { ...next, phase: aliveFor(next, at), downSince: undefined };
}

function onOldAnswer(state: IWatchState, at: number): IWatchState {
  // An answer that was on its way when the new server's came.
  if (state.newBootId) {
    return state;
  }
  const next = { ...state, answeredAt: at, downSince: undefined };
  return { ...next, phase: aliveFor(next, at) };
}

function aliveFor(state: IWatchState, at: number): WatchPhase {
  const { handedOverAt } = state;
  return handedOverAt === undefined
    ? 'preparing'
    : at - handedOverAt >= LINGERING
      ? 'lingering'
      : 'stopping';
}

function onNewAnswer(
  state: IWatchState,
  { at, bootId }: { at: number; bootId: string }
): IWatchState {
  return {
    ...state,
    phase: 'checking',
    newBootId: bootId,
    backAt: state.newBootId === bootId ? state.backAt : at
  };
}

function onApp(
  state: IWatchState,
  event: WatchEvent & { kind: 'app' },
  record: IChangeRecord
): IWatchState {
  const { bootId, instanceType } = event;
  if (bootId !== state.newBootId || bootId === record.bootId) {
    return state; // Read before the restart, or by a server that is gone again.
  }
  return { ...state, instanceType, phase: outcomeOf(instanceType, record) };
}

function outcomeOf(
  instanceType: string | undefined,
  record: IChangeRecord
): WatchPhase {
  if (instanceType === undefined) {
    return 'back-unknown';
  }
  return instanceType === record.to
    ? 'back'
    : record.fallbacks.includes(instanceType)
      ? 'back-fallback'
      : instanceType === record.from
        ? 'back-former'
        : 'back-other';
}

function onSilence(
  state: IWatchState,
  at: number,
  record: IChangeRecord
): IWatchState {
  const next: IWatchState = {
    ...state,
    newBootId: undefined,
    backAt: undefined,
    step: undefined,
    downSince: state.downSince ?? at
  };
  // One missed answer of a server that nobody has told to stop is no news yet.
  const isBlip =
    state.phase === 'preparing' && at - (next.downSince ?? at) < BLIP;
  return isBlip ? next : { ...next, phase: goneFor(next, at, record) };
}

function onTick(
  state: IWatchState,
  at: number,
  record: IChangeRecord
): IWatchState {
  switch (state.phase) {
    case 'down':
    case 'starting':
      return { ...state, phase: goneFor(state, at, record) };
    case 'stopping':
      return { ...state, phase: aliveFor(state, at) };
    case 'preparing':
    case 'lingering':
    case 'checking':
    case 'overdue':
    case 'signed-out':
    case 'back':
    case 'back-fallback':
    case 'back-former':
    case 'back-other':
    case 'back-unknown':
    case 'refused':
      return state;
  }
}

function goneFor(
  state: IWatchState,
  at: number,
  record: IChangeRecord
): WatchPhase {
  // Somebody has to press Run, or nobody wants it to run: as long as it takes.
  if (record.purpose === 'stop' || record.executor === 'hand-off') {
    return 'down';
  }
  const since = at - (state.handedOverAt ?? state.startedAt);
  const start =
    record.executor === 'scheduled' ? BOOKED_START * MINUTE : ASSUMED_START;
  return since >= OVERDUE ? 'overdue' : since >= start ? 'starting' : 'down';
}

/**
 * Milliseconds until the next probe.
 *
 * @param isHidden - whether nobody looks at the page.
 */
export function probeInterval(
  state: IWatchState,
  now: number,
  isHidden: boolean
): number {
  if (state.phase === 'overdue' || state.phase === 'signed-out') {
    return MINUTE;
  }
  if (isHidden) {
    return 30_000;
  }
  const since = now - (state.handedOverAt ?? state.startedAt);
  return since < 10 * MINUTE ? 2_000 : 10_000;
}
