import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatBytes } from '../core/format';
import { once } from '../core/once';
import type { StudioStore } from '../core/store';
import type {
  IResourceWatcher,
  ISageMakerGateway,
  ISpaceChanges,
  IStudioContext
} from '../tokens';
import { FileSystemsController } from './controller';
import { LocalFileSystemsApi } from './local';
import { FileSystemsModel } from './model';
import { FileSystemsPanel } from './panel';
import { UsageWarnings } from './usage';
import type { IVolume } from './usage';
import { nameOf } from './words';

/** Percent from which on a volume is nearly full, where the settings don't say. */
const NEARLY_FULL = 90;

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
    this._warnings = new UsageWarnings(
      _options.store,
      () => this._limit(),
      volume => this._warn(volume)
    );
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
    return this._warnings.check(volumes);
  }

  private _warn({ name, usedBytes, totalBytes }: IVolume): void {
    const { trans, locale, show } = this._options;
    Notification.warning(
      trans.__(
        '“%1” is nearly full: %2 % used, %3 left.',
        name,
        Math.floor((usedBytes / totalBytes) * 100),
        formatBytes(totalBytes - usedBytes, locale)
      ),
      {
        autoClose: false,
        actions: [{ label: trans.__('Show the file systems'), callback: show }]
      }
    );
  }

  private async _limit(): Promise<number> {
    const settings = await this._settings().catch(() => null);
    const percent = settings?.composite.usageWarning;
    return (typeof percent === 'number' ? percent : NEARLY_FULL) / 100;
  }

  private readonly _settings = once(
    async () => (await this._options.loadSettings()) ?? null
  );
  private readonly _warnings: UsageWarnings;
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
    store: StudioStore;
    loadSettings: () => Promise<ISettingRegistry.ISettings | undefined>;
    /** Opens the sidebar at the section of file systems. */
    show: () => void;
    trans: TranslationBundle;
    locale?: string;
  }
}
