import type { ServerConnection } from '@jupyterlab/services';

import { StudioError } from '../core/errors';
import { SigningHandler } from './handler';
import type { IAwsResponse } from './handler';
import { GatewayRetryStrategy, retrying } from './retry';

/** An account has some 2,300 SageMaker quotas. */
const MAX_PAGES = 60;
const PAGE_SIZE = 100;

/** An SDK type as it is on the wire of the JSON protocol: times are seconds since the epoch. */
export type Wire<T> = T extends Date
  ? number
  : T extends object
    ? { [Key in keyof T]: Wire<T[Key]> }
    : T;

/** How a service of the JSON protocol is spoken to. */
export interface IJsonService {
  /** Its name in the signing endpoint. */
  service: string;
  /** Before the dot in `X-Amz-Target`. */
  target: string;
  version: '1.0' | '1.1';
}

/**
 * Calls of a JSON service. Without the SDK, of which only types are used: its clients are larger
 * than all the rest of a page's part of this extension.
 */
export class JsonClient {
  constructor(
    private readonly _service: IJsonService,
    settings: ServerConnection.ISettings,
    private readonly _retry = new GatewayRetryStrategy()
  ) {
    this._handler = new SigningHandler(_service.service, settings);
  }

  /**
   * Make one call; throttling and passing faults are tried again.
   *
   * @throws StudioError - with AWS's code, message and request id.
   */
  call<T>(
    operation: string,
    input: object,
    abortSignal?: AbortSignal
  ): Promise<T> {
    return retrying(this._retry, operation, () =>
      this._send<T>(operation, input, abortSignal)
    );
  }

  /** All rows of all pages; at most 60 pages are read. */
  async collect<Page extends { NextToken?: string }, Row>(
    operation: string,
    input: object,
    rowsOf: (page: Page) => Row[] | undefined,
    abortSignal?: AbortSignal
  ): Promise<Row[]> {
    const rows: Row[] = [];
    let NextToken: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page: Page = await this.call<Page>(
        operation,
        { ...input, MaxResults: PAGE_SIZE, ...(NextToken && { NextToken }) },
        abortSignal
      );
      rows.push(...(rowsOf(page) ?? []));
      NextToken = page.NextToken;
      if (!NextToken) {
        break;
      }
    }
    return rows;
  }

  private async _send<T>(
    operation: string,
    input: object,
    abortSignal?: AbortSignal
  ): Promise<T> {
    const { target, version } = this._service;
    const { response } = await this._handler.handle(
      {
        method: 'POST',
        path: '/',
        headers: {
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': `${target}.${operation}`
        },
        body: JSON.stringify(input)
      },
      { abortSignal }
    );
    return readJson<T>(response, operation);
  }

  private readonly _handler: SigningHandler;
}

/**
 * What a service of one of the JSON protocols answers.
 *
 * @throws StudioError - with AWS's code, message and request id.
 */
export async function readJson<T>(
  response: IAwsResponse,
  operation: string
): Promise<T> {
  const { statusCode, headers } = response;
  const text = await new Response(response.body as BodyInit).text();
  const data = parse(text);
  if (data && statusCode < 400) {
    return data as T;
  }
  throw new StudioError({
    code: codeOf(
      headers['x-amzn-errortype'] ?? data?.__type ?? data?.ErrorCode,
      statusCode
    ),
    message: words(data?.message) || words(data?.Message),
    operation,
    requestId: headers['x-amzn-requestid'],
    status: statusCode
  });
}

/** Seconds since the epoch, as AWS's JSON protocols write times. */
export function toDate(seconds: number | undefined): Date | undefined {
  return seconds === undefined
    ? undefined
    : new Date(Math.round(seconds * 1000));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text || '{}');
    return typeof data === 'object' && data !== null
      ? (data as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `com.amazonaws.x#ThrottlingException:http://…` without what surrounds the code. */
function codeOf(type: unknown, status: number): string {
  const code = words(type).split(':')[0].split('#').pop();
  return code || (status < 400 ? 'UnreadableAnswer' : 'UnexpectedError');
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
