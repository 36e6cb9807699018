import type { ServerConnection } from '@jupyterlab/services';

import { encode, SigningHandler } from './handler';
import { readJson } from './json';
import { GatewayRetryStrategy, retrying } from './retry';

/** Reading calls of a service of the REST-JSON protocol. */
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
    return retrying(this._retry, operation, async () => {
      const { response } = await this._handler.handle(
        {
          method: 'GET',
          path: `/${path.map(encode).join('/')}`,
          query,
          headers: {}
        },
        { abortSignal }
      );
      return readJson<T>(response, operation);
    });
  }

  private readonly _handler: SigningHandler;
}
