import type { ServerConnection } from '@jupyterlab/services';

import { openRoute, request } from '../core/request';
import type { ILocalSpace, ILocalSpaceApi } from '../tokens';

const KEEP_AWAKE = 'space/keep-awake';

/** Verbs on this machine, over our own routes; none of them asks AWS. */
export class LocalSpaceApi implements ILocalSpaceApi {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get(signal?: AbortSignal): Promise<ILocalSpace> {
    return request(this._settings, 'space', { signal });
  }

  keepAwake(minutes: number | null): Promise<ILocalSpace> {
    return request(
      this._settings,
      KEEP_AWAKE,
      minutes === null
        ? { method: 'DELETE' }
        : { method: 'POST', body: { minutes } }
    );
  }

  async restartJupyter(): Promise<void> {
    await openRoute(this._settings, 'space/restart-jupyter', {
      method: 'POST',
      body: {}
    });
  }
}
