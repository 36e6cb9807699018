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
    this.cause = options.cause;
  }

  readonly code: string;
  readonly operation?: string;
  readonly requestId?: string;
  readonly status?: number;
  readonly cause?: unknown;
}
