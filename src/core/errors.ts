import { ServerConnection } from '@jupyterlab/services';

export { explain } from './explain';
export type { IExplanation } from './explain';
export { missingAction } from './permissions';
export type { IMissingAction } from './permissions';

/** What is known of a failure, ready to be shown. */
export interface IStudioErrorOptions {
  /** AWS's code (`AccessDeniedException`) or one of ours (`ServerPartMissing`). */
  code: string;
  /** The reason in full, as AWS or we word it. */
  message: string;
  operation?: string;
  requestId?: string;
  /** HTTP status, where there was an answer. */
  status?: number;
  /** What to do, where whoever raised it knows better than our table. */
  hint?: string;
  cause?: unknown;
}

/** The one error of this extension: code, full reason, operation, request id. */
export class StudioError extends Error {
  constructor(options: IStudioErrorOptions) {
    super(options.message);
    this.name = 'StudioError';
    this.code = options.code;
    this.operation = options.operation;
    this.requestId = options.requestId;
    this.status = options.status;
    this.hint = options.hint;
    this.cause = options.cause;
  }

  readonly code: string;
  readonly operation?: string;
  readonly requestId?: string;
  readonly status?: number;
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Any thrown value as a {@link StudioError}.
 *
 * @param operation - the AWS operation or our own verb that failed, e.g. `Search`.
 */
export function toStudioError(
  thrown: unknown,
  operation?: string
): StudioError {
  if (thrown instanceof StudioError) {
    return thrown.operation || !operation
      ? thrown
      : new StudioError({ ...fieldsOf(thrown), operation });
  }
  if (!(thrown instanceof Error)) {
    return new StudioError({
      code: 'UnexpectedError',
      message: String(thrown),
      operation,
      cause: thrown
    });
  }
  const common = { message: thrown.message, operation, cause: thrown };
  if (thrown.name === 'AbortError') {
    return new StudioError({ ...common, code: 'Aborted' });
  }
  if (thrown.name === 'TimeoutError') {
    return new StudioError({ ...common, code: 'UpstreamTimeout' });
  }
  if (isNetworkError(thrown)) {
    return new StudioError({ ...common, code: 'ServerUnreachable' });
  }
  if (thrown instanceof ServerConnection.ResponseError) {
    return foreignAnswer(thrown.response, operation, thrown.message);
  }
  // A lazy chunk that does not load: offline, or the extension was updated meanwhile.
  if (thrown.name === 'ChunkLoadError') {
    return new StudioError({ ...common, code: 'ServerUnreachable' });
  }
  return new StudioError({ ...common, code: 'UnexpectedError' });
}

/** Whether this only says that somebody gave up waiting; such an error is not shown. */
export function isAborted(error: unknown): boolean {
  return error instanceof StudioError
    ? error.code === 'Aborted'
    : error instanceof Error && error.name === 'AbortError';
}

/** Whether AWS knows no such training job (any more). */
export function isJobMissing(error: StudioError): boolean {
  return (
    error.code === 'ResourceNotFound' ||
    (error.code.startsWith('Validation') &&
      /not found|does not exist/i.test(error.message))
  );
}

/** Whether AWS asked us to slow down. */
export function isThrottling(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    (error.status === 429 ||
      /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestThrottled|ProvisionedThroughputExceeded)/.test(
        error.code
      ))
  );
}

/**
 * The error for an answer that is neither AWS's nor our server part's: Jupyter's own, a login
 * page, a proxy in between.
 *
 * @param message - what the answer says, where it says anything.
 */
export function foreignAnswer(
  response: { status: number; url?: string },
  operation?: string,
  message = ''
): StudioError {
  const { status } = response;
  const error = (code: string, words: string) =>
    new StudioError({ code, message: words, operation, status });
  if (status === 404) {
    return error(
      'ServerPartMissing',
      'The JupyterLab server does not know this extension (404 Not Found).'
    );
  }
  if (status === 401 || status === 403 || status < 400) {
    return error(
      'SignedOut',
      message || 'The JupyterLab server asks to sign in again.'
    );
  }
  return error(
    status === 429 ? 'TooManyRequests' : 'ServerUnavailable',
    message || `The JupyterLab server answered with status ${status}.`
  );
}

function fieldsOf(error: StudioError): IStudioErrorOptions {
  const { code, message, operation, requestId, status, hint, cause } = error;
  return { code, message, operation, requestId, status, hint, cause };
}

function isNetworkError(error: Error): boolean {
  return (
    error instanceof ServerConnection.NetworkError ||
    (error instanceof TypeError &&
      /failed to fetch|fetch failed|networkerror|load failed/i.test(
        error.message
      ))
  );
}
