import type { ServerConnection } from '@jupyterlab/services';

import { request } from '../core/request';
import type { ILocalClones } from '../tokens';

/** What only this machine knows of repositories. */
export interface ILocalRepositoriesApi {
  /** Git working trees below the folder JupyterLab was started in. */
  clones(signal?: AbortSignal): Promise<ILocalClones>;
}

/** The routes of our server part on repositories. */
export class LocalRepositoriesApi implements ILocalRepositoriesApi {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  clones(signal?: AbortSignal): Promise<ILocalClones> {
    return request(this._settings, 'repositories/clones', { signal });
  }
}
