import { isThrottling, toStudioError } from '../core/errors';

/** What the SDK tells of a failed attempt (`RetryErrorInfo` of Smithy, the part we need). */
interface IFailedAttempt {
  error?: unknown;
  errorType: string;
  /** From a `Retry-After` header. */
  retryAfterHint?: Date;
}

interface IRetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

const ATTEMPTS = 3;
/** Milliseconds the first pause is drawn from; doubled each time. */
const BASE = { THROTTLING: 1000, TRANSIENT: 400 };
const MAX_DELAY = 10_000;

// The server has waited long enough for these; the person decides whether to wait once more.
const FINAL = new Set([
  'TimeoutError',
  'UpstreamTimeout',
  'UpstreamUnavailable'
]);

/**
 * When a call is sent again: thrice at most, on throttling and passing faults.
 *
 * The SDK's own strategy is made for a short way to AWS and repeats a 5xx within 100 ms; behind a
 * server that may be restarting that helps nobody.
 */
export class GatewayRetryStrategy {
  /** @param pause - factor on all pauses; tests set 0. */
  constructor(private readonly _pause = 1) {}

  async acquireInitialRetryToken(): Promise<IRetryToken> {
    return token(0, 0);
  }

  async refreshRetryTokenForRetry(
    last: IRetryToken,
    attempt: IFailedAttempt
  ): Promise<IRetryToken> {
    const count = last.getRetryCount() + 1;
    const { errorType, error } = attempt;
    const name = error instanceof Error ? error.name : '';
    if (
      count >= ATTEMPTS ||
      FINAL.has(name) ||
      (errorType !== 'THROTTLING' && errorType !== 'TRANSIENT')
    ) {
      throw new Error('No retry');
    }
    // Half of it by chance, so that several tabs don't come back in step.
    const drawn =
      BASE[errorType] *
      2 ** (count - 1) *
      (0.5 + Math.random() / 2) *
      this._pause;
    const hinted = attempt.retryAfterHint
      ? attempt.retryAfterHint.getTime() - Date.now()
      : 0;
    return token(count, Math.min(MAX_DELAY, Math.max(drawn, hinted)));
  }

  recordSuccess(): void {
    return;
  }
}

/**
 * Carry out a call of our own as the SDK carries out its: again where that may help.
 *
 * @throws StudioError - the last attempt's.
 */
export async function retrying<T>(
  retry: GatewayRetryStrategy,
  operation: string,
  send: () => Promise<T>
): Promise<T> {
  let attempt = await retry.acquireInitialRetryToken();
  for (;;) {
    try {
      return await send();
    } catch (thrown) {
      const error = toStudioError(thrown, operation);
      const errorType = isThrottling(error)
        ? 'THROTTLING'
        : (error.status ?? 0) >= 500
          ? 'TRANSIENT'
          : 'CLIENT_ERROR';
      try {
        attempt = await retry.refreshRetryTokenForRetry(attempt, {
          errorType,
          error: Object.assign(new Error(), { name: error.code })
        });
      } catch {
        throw error;
      }
      await new Promise(resolve =>
        setTimeout(resolve, attempt.getRetryDelay())
      );
    }
  }
}

function token(count: number, delay: number): IRetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
