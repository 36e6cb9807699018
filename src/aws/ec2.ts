import type { ServerConnection } from '@jupyterlab/services';

import { StudioError } from '../core/errors';
import { encode, SigningHandler } from './handler';
import type { IAwsResponse } from './handler';
import { GatewayRetryStrategy, retrying } from './retry';

const VERSION = '2016-11-15';
const MAX_PAGES = 20;

/** Calls of EC2, whose protocol is its own: a form in, XML out. */
export class Ec2Client {
  constructor(
    settings: ServerConnection.ISettings,
    private readonly _retry = new GatewayRetryStrategy()
  ) {
    this._handler = new SigningHandler('ec2', settings);
  }

  /**
   * All rows of a Describe operation that match filters, of at most 20 pages.
   *
   * @param operation - e.g. `DescribeSubnets`.
   * @param filters - by name; each has one of its values. A filter finds what there is, where
   * naming ids would fail if one of them is gone.
   * @param set - the element whose `item`s are the rows.
   * @throws StudioError - with AWS's code, message and request id.
   */
  async describe(
    operation: string,
    filters: Record<string, string[]>,
    set: string,
    abortSignal?: AbortSignal
  ): Promise<Element[]> {
    const form: Record<string, string> = {};
    Object.entries(filters).forEach(([name, values], at) => {
      form[`Filter.${at + 1}.Name`] = name;
      values.forEach((value, index) => {
        form[`Filter.${at + 1}.Value.${index + 1}`] = value;
      });
    });
    const rows: Element[] = [];
    let token = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await retrying(this._retry, operation, () =>
        this._send(
          operation,
          { ...form, ...(token && { NextToken: token }) },
          abortSignal
        )
      );
      rows.push(...items(answer, set));
      token = text(answer, 'nextToken') ?? '';
      if (!token) {
        break;
      }
    }
    return rows;
  }

  private async _send(
    operation: string,
    form: Record<string, string>,
    abortSignal?: AbortSignal
  ): Promise<Element> {
    const fields = { Action: operation, Version: VERSION, ...form };
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

/** The members of a list: EC2 wraps each in `item`. */
export function items(parent: Element, name: string): Element[] {
  const found = child(parent, name);
  return found
    ? [...found.children].filter(({ localName }) => localName === 'item')
    : [];
}

function child(parent: Element, name: string): Element | undefined {
  return [...parent.children].find(({ localName }) => localName === name);
}

async function readXml(
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
