import type { ServerConnection } from '@jupyterlab/services';

import { encode, SigningHandler } from './handler';
import { readJson } from './json';
import { GatewayRetryStrategy, retrying } from './retry';

/** What of a REST call is not its path. */
export interface IRestOptions {
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
}

/** Calls of a service of the REST-JSON protocol. */
export class RestJsonClient {
  /** @param service - its name in the signing endpoint. */
  constructor(
    service: string,
    settings: ServerConnection.ISettings,
    private readonly _retry = new GatewayRetryStrategy()
  ) {
    this._handler = new SigningHandler(service, settings);
  }

  /**
   * Read one resource; throttling and passing faults are tried again.
   *
   * @param operation - what errors name; the path is what tells the service.
   * @param path - its parts, each escaped here.
   * @throws StudioError - with AWS's code, message and request id.
   */
  get<T>(
    operation: string,
    path: string[],
    query: Record<string, string>,
    abortSignal?: AbortSignal
  ): Promise<T> {
    return this.send<T>('GET', operation, path, { query }, abortSignal);
  }

  /**
   * Make one call; throttling and passing faults are tried again.
   *
   * @param path - its parts, each escaped here.
   * @throws StudioError - with AWS's code, message and request id.
   */
  send<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    operation: string,
    path: string[],
    { query, body }: IRestOptions,
    abortSignal?: AbortSignal
  ): Promise<T> {
    return retrying(this._retry, operation, async () => {
      const { response } = await this._handler.handle(
        {
          method,
          path: `/${path.map(encode).join('/')}`,
          query,
          headers: body ? { 'content-type': 'application/json' } : {},
          body: body && JSON.stringify(body)
        },
        { abortSignal }
      );
      return readJson<T>(response, operation);
    });
  }

  private readonly _handler: SigningHandler;
}
