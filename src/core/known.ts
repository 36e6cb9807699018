import { isAborted, toStudioError } from './errors';
import type { Known } from '../tokens';

/**
 * What a reading yields, or why it is not known: one thing AWS denies must not hide the others.
 *
 * Rejects only where nobody waits for the answer any more.
 */
export async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { value: await read() };
  } catch (thrown) {
    const error = toStudioError(thrown);
    if (isAborted(error)) {
      throw error;
    }
    return { value: null, reason: error.message || error.code, error };
  }
}

/** What is known, or undefined. */
export function valueOf<T>(known: Known<T> | undefined): T | undefined {
  return known && !('reason' in known) ? known.value : undefined;
}
