import type { StudioError } from './errors';

/** A value that is fetched: what is shown while it comes, and when it can't. */
export type Loadable<T> =
  | { phase: 'idle' }
  | { phase: 'loading'; previous?: T }
  | { phase: 'ready'; value: T; at: number }
  | { phase: 'failed'; error: StudioError; previous?: T };

/** The newest value at hand, if any. */
export function latest<T>(loadable: Loadable<T>): T | undefined {
  switch (loadable.phase) {
    case 'ready':
      return loadable.value;
    case 'loading':
    case 'failed':
      return loadable.previous;
    case 'idle':
      return undefined;
  }
}

/**
 * Whether a value is on its way, or was read so lately that reading it again can wait.
 *
 * @param milliseconds - how long a value counts as new.
 * @param since - when it was read; by default when it came.
 */
export function isFresh(
  loadable: Loadable<unknown>,
  milliseconds: number,
  since?: number
): boolean {
  return (
    loadable.phase === 'loading' ||
    (loadable.phase === 'ready' &&
      Date.now() - (since ?? loadable.at) < milliseconds)
  );
}
