import type { ServerConnection } from '@jupyterlab/services';

import { QueryClient, members, text } from './query';
import type { GatewayRetryStrategy } from './retry';

export { text } from './query';

const VERSION = '2016-11-15';
const MAX_PAGES = 20;

/** Calls of EC2, whose protocol is its own: a form in, XML out. */
export class Ec2Client {
  constructor(
    settings: ServerConnection.ISettings,
    retry?: GatewayRetryStrategy
  ) {
    this._client = new QueryClient('ec2', VERSION, settings, retry);
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
      const answer = await this._client.call(
        operation,
        { ...form, ...(token && { NextToken: token }) },
        abortSignal
      );
      rows.push(...items(answer, set));
      token = text(answer, 'nextToken') ?? '';
      if (!token) {
        break;
      }
    }
    return rows;
  }

  private readonly _client: QueryClient;
}

/** The members of a list: EC2 wraps each in `item`. */
export function items(parent: Element, name: string): Element[] {
  return members(parent, name, 'item');
}
