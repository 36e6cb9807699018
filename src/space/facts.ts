/** What is known of spaces, and what follows from it. Pure. */
import type {
  IContext,
  ILocalSpace,
  IResourceSpec,
  ISpace,
  ISpaceApp,
  ISpaceRules,
  ISpaceSummary,
  Known
} from '../tokens';
import type { IInstanceFacts } from './instanceTypes';

/** Milliseconds before idle shutdown from which on it is said loudly. */
export const IDLE_WARNING = 10 * 60_000;

/** Everything the views show of this space; each part may be unknown by itself. */
export interface ISpaceFacts {
  context: IContext;
  space: Known<ISpace>;
  /** Its app; none while it is stopped. */
  app: Known<ISpaceApp | null>;
  rules: Known<ISpaceRules>;
  local: Known<ILocalSpace>;
  /** US dollars an hour by instance type. */
  prices: Known<Record<string, number>>;
  /** What the instance is made of. */
  instance: Known<IInstanceFacts>;
}

/** Whether something is known. */
export function isKnown<T>(
  known: Known<T>
): known is { value: T; source?: string } {
  return !('reason' in known);
}

/** What follows from something that may not be known. */
export function map<T, R>(
  known: Known<T>,
  follow: (value: T) => Known<R>
): Known<R> {
  return isKnown(known) ? follow(known.value) : known;
}

/** What the space runs on: the app's own specification before the space's default. */
export function specOf(
  facts: Pick<ISpaceFacts, 'app' | 'space'>
): Known<IResourceSpec> {
  const { app, space } = facts;
  const own = isKnown(app) ? app.value?.spec : undefined;
  if (isKnown(space)) {
    return { value: { ...space.value.settings.spec, ...own } };
  }
  return own ? { value: own } : isKnown(app) ? space : app;
}

/** The price of an hour. */
export function priceOf(
  prices: Known<Record<string, number>>,
  type: string | undefined,
  noPrice: string
): Known<number> {
  return map(prices, (all): Known<number> => {
    const price = type === undefined ? undefined : all[type];
    return price === undefined
      ? { value: null, reason: noPrice }
      : { value: price };
  });
}

/** Idle shutdown of this space. */
export type IdleState =
  /** SageMaker does not stop idle apps here. */
  | { kind: 'off' }
  | {
      kind: 'on';
      timeoutMinutes: number;
      /** When SageMaker stops the app if nothing happens, milliseconds since the epoch. */
      endsAt: Known<number>;
    };

/** After how long SageMaker stops the app, and when that will be. */
export function idleOf(facts: ISpaceFacts): Known<IdleState> {
  const { space, rules, local } = facts;
  return map(rules, ({ idle }) =>
    map(space, ({ settings }): Known<IdleState> => {
      const timeoutMinutes = settings.idleMinutes ?? idle.defaultMinutes;
      if (!idle.isEnabled || timeoutMinutes === undefined) {
        return { value: { kind: 'off' } };
      }
      const endsAt = map(local, found =>
        map(found.idle.lastActiveAt, at => ({
          value: idleEnd(at, found.idle.keepAwakeUntil, timeoutMinutes)
        }))
      );
      return { value: { kind: 'on', timeoutMinutes, endsAt } };
    })
  );
}

/** Keep-awake counts as activity until its end. */
function idleEnd(
  lastActiveAt: string,
  keepAwakeUntil: string | null,
  minutes: number
): number {
  const last = Math.max(
    Date.parse(lastActiveAt),
    keepAwakeUntil ? Date.parse(keepAwakeUntil) : 0
  );
  return last + minutes * 60_000;
}

/** Milliseconds until idle shutdown, if that is known and switched on. */
export function idleLeft(facts: ISpaceFacts, now: number): number | undefined {
  const idle = idleOf(facts);
  return isKnown(idle) && idle.value.kind === 'on' && isKnown(idle.value.endsAt)
    ? Math.max(0, idle.value.endsAt.value - now)
    : undefined;
}

/** Milliseconds the app has been running; none while it isn't. */
export function uptimeOf(
  { app, local }: ISpaceFacts,
  now: number
): Known<number | null> {
  if (isKnown(app)) {
    const { status, createdAt } = app.value ?? {};
    return status === 'InService' && createdAt
      ? { value: Math.max(0, now - createdAt.getTime()) }
      : { value: null };
  }
  // The server runs on the app's instance, so it can't have started before.
  return isKnown(local)
    ? { value: Math.max(0, now - Date.parse(local.value.startedAt)) }
    : app;
}

/** E.g. `sagemaker-distribution-gpu` and its version or alias. */
export function imageOf(spec: IResourceSpec): {
  arn: string;
  name: string;
  version?: string;
} | null {
  const arn = spec.imageVersionArn ?? spec.imageArn;
  const found = /:image(?:-version)?\/([^/]+)(?:\/(\d+))?$/.exec(arn ?? '');
  return arn && found
    ? {
        arn,
        name: found[1],
        version: spec.imageVersionAlias ?? found[2]
      }
    : null;
}

/** Whether it will be different in a moment. */
export function isMoving({ status, app }: ISpaceSummary): boolean {
  return (
    status === 'Pending' ||
    status === 'Updating' ||
    status === 'Deleting' ||
    app?.status === 'Pending' ||
    app?.status === 'Deleting'
  );
}

/** Whether it has an app that runs, or is about to. */
export function isRunning({ app }: ISpaceSummary): boolean {
  return app?.status === 'InService' || app?.status === 'Pending';
}
