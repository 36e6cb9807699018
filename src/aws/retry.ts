import type { StudioError } from '../core/errors';
import { isThrottling, toStudioError } from '../core/errors';

const ATTEMPTS = 3;
/** Milliseconds the first pause is drawn from; doubled each time. */
const BASE = { throttling: 1000, transient: 400 };
const MAX_DELAY = 10_000;

// For these the server has waited long enough, or a hub shows a page; the person decides.
const FINAL = new Set([
  'ServerUnavailable',
  'UpstreamTimeout',
  'UpstreamUnavailable'
]);
// Without any answer nobody knows what was done: only what changes nothing is sent again.
const READS = /^(Describe|Get|Head|List|Search)/;

/** When a call is sent again: thrice at most, on throttling and passing faults. */
export class GatewayRetryStrategy {
  /** @param pause - factor on all pauses; tests set 0. */
  constructor(private readonly _pause = 1) {}

  /**
   * Milliseconds to wait before the next attempt; null where there is to be none.
   *
   * @param attempts - how many were made.
   */
  delay(error: StudioError, attempts: number): number | null {
    const kind = kindOf(error);
    if (attempts >= ATTEMPTS || kind === null) {
      return null;
    }
    // Half of it by chance, so that several tabs don't come back in step.
    const drawn =
      BASE[kind] *
      2 ** (attempts - 1) *
      (0.5 + Math.random() / 2) *
      this._pause;
    return Math.min(MAX_DELAY, drawn);
  }
}

/**
 * Carry out a call, again where that may help.
 *
 * @throws StudioError - the last attempt's.
 */
export async function retrying<T>(
  retry: GatewayRetryStrategy,
  operation: string,
  send: () => Promise<T>
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await send();
    } catch (thrown) {
      const error = toStudioError(thrown, operation);
      const delay = retry.delay(error, attempts);
      if (delay === null) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, delay));
    }
  }
}

function kindOf(error: StudioError): keyof typeof BASE | null {
  if (isThrottling(error)) {
    return 'throttling';
  }
  const isLost =
    error.code === 'ServerUnreachable' && READS.test(error.operation ?? '');
  const isFault = (error.status ?? 0) >= 500 && !FINAL.has(error.code);
  return isLost || isFault ? 'transient' : null;
}
