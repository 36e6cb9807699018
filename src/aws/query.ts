import type { ServerConnection } from '@jupyterlab/services';

import { StudioError } from '../core/errors';
import { encode, SigningHandler } from './handler';
import type { IAwsResponse } from './handler';
import { GatewayRetryStrategy, retrying } from './retry';

/** Calls of a service of the query protocol: a form in, XML out. */
export class QueryClient {
  /**
   * @param service - its name in the signing endpoint.
   * @param _version - of its API, e.g. `2016-11-15`.
   */
  constructor(
    service: string,
    private readonly _version: string,
    settings: ServerConnection.ISettings,
    private readonly _retry = new GatewayRetryStrategy()
  ) {
    this._handler = new SigningHandler(service, settings);
  }

  /**
   * Make one call; throttling and passing faults are tried again.
   *
   * @returns the root of the answer.
   * @throws StudioError - with AWS's code, message and request id.
   */
  call(
    operation: string,
    form: Record<string, string>,
    abortSignal?: AbortSignal
  ): Promise<Element> {
    return retrying(this._retry, operation, () =>
      this._send(operation, form, abortSignal)
    );
  }

  private async _send(
    operation: string,
    form: Record<string, string>,
    abortSignal?: AbortSignal
  ): Promise<Element> {
    const fields = { Action: operation, Version: this._version, ...form };
    const { response } = await this._handler.handle(
      {
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8'
        },
        body: Object.entries(fields)
          .map(([name, value]) => `${encode(name)}=${encode(value)}`)
          .join('&')
      },
      { abortSignal }
    );
    return readXml(response, operation);
  }

  private readonly _handler: SigningHandler;
}

/** The text of a child element; undefined where there is none or it is empty. */
export function text(parent: Element, name: string): string | undefined {
  return child(parent, name)?.textContent?.trim() || undefined;
}

/** The elements of a list, each in a `member`, or whatever the service calls it. */
export function members(
  parent: Element,
  name: string,
  each = 'member'
): Element[] {
  const found = child(parent, name);
  return found
    ? [...found.children].filter(({ localName }) => localName === each)
    : [];
}

/** The first child element of a name. */
export function child(parent: Element, name: string): Element | undefined {
  return [...parent.children].find(({ localName }) => localName === name);
}

/**
 * What a service that speaks XML answers.
 *
 * @throws StudioError - with AWS's code, message and request id.
 */
export async function readXml(
  response: IAwsResponse,
  operation: string
): Promise<Element> {
  const { statusCode, headers } = response;
  const body = await new Response(response.body as BodyInit).text();
  const page = new DOMParser().parseFromString(body, 'application/xml');
  const root = page.documentElement;
  const isReadable = page.getElementsByTagName('parsererror').length === 0;
  if (isReadable && statusCode < 400) {
    return root;
  }
  const anywhere = (...names: string[]) =>
    names
      .map(name => root.getElementsByTagName(name)[0]?.textContent?.trim())
      .find(Boolean);
  throw new StudioError({
    code:
      (isReadable && anywhere('Code')) ||
      (statusCode < 400 ? 'UnreadableAnswer' : 'UnexpectedError'),
    message: (isReadable && anywhere('Message')) || '',
    operation,
    requestId:
      headers['x-amzn-requestid'] ?? anywhere('RequestID', 'RequestId'),
    status: statusCode
  });
}
