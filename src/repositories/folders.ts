import type { JupyterFrontEnd } from '@jupyterlab/application';
import type {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';

/** The folder a person looks at in the file browser, and shows others there. */
export class Folders {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _factory: IFileBrowserFactory | null,
    private readonly _browser: IDefaultFileBrowser | null
  ) {}

  /** The folder that is open, relative to the root, with the names in it. */
  get current(): { path: string; names: string[] } {
    const { contents } = this._app.serviceManager;
    const model = (this._factory?.tracker.currentWidget ?? this._browser)
      ?.model;
    const drive = model ? contents.driveName(model.path) : '';
    // Files of other drives, e.g. of a bucket, are not on this machine; those of RTC are.
    if (!model || (drive && drive !== 'RTC')) {
      return { path: '', names: [] };
    }
    return {
      path: contents.localPath(model.path),
      names: [...model.items()].map(({ name }) => name)
    };
  }

  /** The folder that is selected there, if it is one alone; else the one that is open. */
  get selected(): string {
    const { contents } = this._app.serviceManager;
    const items = [
      ...(this._factory?.tracker.currentWidget?.selectedItems() ?? [])
    ];
    return items.length === 1 && items[0].type === 'directory'
      ? contents.localPath(items[0].path)
      : this.current.path;
  }

  /** Open a folder in the file browser. */
  async open(path: string): Promise<void> {
    const browser = this._browser;
    if (browser) {
      await browser.model.cd(`/${path}`);
      this._app.shell.activateById(browser.id);
    }
  }

  /** Show what is new in the folder that is open. */
  async refresh(): Promise<void> {
    await this._browser?.model.refresh();
  }
}
