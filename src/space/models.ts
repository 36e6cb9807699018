import type {
  ILocalSpaceApi,
  IResourceWatcher,
  ISpacesApi,
  IStudioContext
} from '../tokens';
import type { ISpaceChanges } from './change/api';
import type { CachedInstances } from './instances';
import { loadInstanceFacts } from './instanceTypes';
import { SpaceModel } from './model';
import { SpacesModel } from './spacesModel';

/** What is known of spaces; loaded once the page is shown and idle, or on first use. */
export class SpaceModels {
  constructor(private readonly _options: SpaceModels.IOptions) {
    const { changes, context, spaces, watcher } = _options;
    this.space = new SpaceModel({
      ..._options,
      instanceFacts: loadInstanceFacts
    });
    this.list = new SpacesModel({ context, api: spaces, watcher });
    changes.done.connect(this._onChange, this);
  }

  /** The space this JupyterLab runs in. */
  readonly space: SpaceModel;
  /** The person's spaces. */
  readonly list: SpacesModel;

  /** A space was started, stopped or changed. */
  private _onChange(): void {
    this._options.instances.forget();
    void this.space.refreshIfSeen();
    void this.list.refreshIfSeen();
  }
}

export namespace SpaceModels {
  export interface IOptions {
    context: IStudioContext;
    spaces: ISpacesApi;
    local: ILocalSpaceApi;
    instances: CachedInstances;
    changes: ISpaceChanges;
    watcher: IResourceWatcher;
  }
}
