import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IResourceWatcher,
  ISageMakerGateway,
  ISpaceChanges,
  IStudioContext,
  IVolume,
  IVolumeWarnings
} from '../tokens';
import { FileSystemsController } from './controller';
import { LocalFileSystemsApi } from './local';
import { FileSystemsModel } from './model';
import { FileSystemsPanel } from './panel';
import { nameOf } from './words';

/** Model, views and actions of file systems; loaded on first use. */
export class FileSystemsViews {
  constructor(private readonly _options: FileSystemsViews.IOptions) {
    const { app, gateway } = _options;
    const local = new LocalFileSystemsApi(app.serviceManager.serverSettings);
    this.model = new FileSystemsModel({
      ..._options,
      local,
      api: gateway.fileSystems,
      spaces: gateway.spaces
    });
    this.actions = new FileSystemsController({
      ..._options,
      local,
      model: this.model
    });
    this.model.changed.connect(() => void this._checkUsage());
  }

  readonly model: FileSystemsModel;
  readonly actions: FileSystemsController;

  /** The section of the sidebar. */
  section(): FileSystemsPanel {
    const { model, actions } = this;
    const { trans, locale } = this._options;
    return new FileSystemsPanel({ model, actions, trans, locale });
  }

  private _checkUsage(): Promise<void> {
    const { local } = this.model.facts;
    if (local === this._checked) {
      return Promise.resolve();
    }
    this._checked = local;
    const volumes = this.model.rows.flatMap((row): IVolume[] => {
      const { usedBytes, totalBytes } = row.mount ?? {};
      const name = nameOf(row, this._options.trans);
      return typeof usedBytes === 'number' && totalBytes
        ? [{ key: row.key, name, usedBytes, totalBytes }]
        : [];
    });
    return this._options.warnings.check(volumes);
  }

  private _checked: FileSystemsModel['facts']['local'];
}

export namespace FileSystemsViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    gateway: ISageMakerGateway;
    context: IStudioContext;
    changes: ISpaceChanges;
    watcher: IResourceWatcher;
    tracker: INotebookTracker | null;
    warnings: IVolumeWarnings;
    trans: TranslationBundle;
    locale?: string;
  }
}
