import type { ServerConnection } from '@jupyterlab/services';

import { request } from '../core/request';
import type { ILocalFileSystems, ILocalFileSystemsApi } from '../tokens';

const ROUTE = 'file-systems';

/** Verbs on what is mounted here, over our own routes; none of them asks AWS. */
export class LocalFileSystemsApi implements ILocalFileSystemsApi {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get(isForced = false, signal?: AbortSignal): Promise<ILocalFileSystems> {
    const route = isForced ? `${ROUTE}?refresh=1` : ROUTE;
    return request(this._settings, route, { signal });
  }

  async addShortcut(path: string, name: string): Promise<void> {
    await request(this._settings, `${ROUTE}/shortcut`, {
      method: 'POST',
      body: { path, name }
    });
  }

  async removeShortcut(name: string): Promise<void> {
    await request(this._settings, `${ROUTE}/shortcut`, {
      method: 'DELETE',
      body: { name }
    });
  }
}
