import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { copyText } from '../components/CopyButton';
import { showStudioError } from '../components/showStudioError';
import { requireField } from '../core/context';
import { toStudioError } from '../core/errors';
import type {
  IFileSystemRef,
  ILocalFileSystemsApi,
  ISpaceChanges,
  IStudioContext
} from '../tokens';
import { showAllowDialog } from './allowDialog';
import type { IFileSystemActions } from './components/actions';
import { keyOf } from './facts';
import type { IFileSystemRow } from './facts';
import type { FileSystemsModel } from './model';
import { asCode, asString, shortcutName } from './paths';
import { nameOf } from './words';

/** JupyterLab's own command of the file browser. */
const OPEN_PATH = 'filebrowser:go-to-path';

/** Carries out what is asked for in the views of file systems, and says what went wrong. */
export class FileSystemsController implements IFileSystemActions {
  constructor(private readonly _options: FileSystemsController.IOptions) {}

  readonly refresh = () => this._options.model.refresh();

  readonly attach = async ({ reference }: IFileSystemRow): Promise<void> => {
    const present = this._present();
    if (reference && present) {
      await this._propose([...present, reference]);
    }
  };

  readonly detach = async ({ reference }: IFileSystemRow): Promise<void> => {
    const present = this._present();
    if (reference && present) {
      const key = keyOf(reference);
      await this._propose(present.filter(each => keyOf(each) !== key));
    }
  };

  readonly review = () =>
    this._options.changes.propose(undefined, undefined, 'fileSystems');

  readonly allow = (row: IFileSystemRow): Promise<void> => {
    const { context, model, trans } = this._options;
    return this._try(trans.__('The file system can’t be checked'), async () => {
      const region = requireField(
        await context.get(),
        'region',
        'RegionUnknown',
        trans.__('Set AWS_REGION for the JupyterLab server.')
      );
      await showAllowDialog({ row, model, region, trans });
    });
  };

  readonly browse = (row: IFileSystemRow): Promise<void> => {
    const { app, trans } = this._options;
    return this._try(trans.__('The folder was not opened'), async () => {
      const path = row.mount?.browserPath;
      if (typeof path === 'string') {
        await app.commands.execute(OPEN_PATH, { path: `/${path}` });
      }
    });
  };

  readonly copyPath = async ({ mount }: IFileSystemRow): Promise<void> => {
    const { trans } = this._options;
    if (!mount) {
      return;
    }
    if (await copyText(mount.path)) {
      Notification.success(trans.__('Copied: %1', mount.path), {
        autoClose: 2000
      });
    } else {
      Notification.warning(
        trans.__('The browser does not allow copying here: %1', mount.path)
      );
    }
  };

  readonly insert = async (
    row: IFileSystemRow,
    form: 'string' | 'code'
  ): Promise<void> => {
    const { app, tracker, trans } = this._options;
    const panel = tracker?.currentWidget;
    const editor = panel?.content.activeCell?.editor;
    if (!row.mount || !panel || !editor?.replaceSelection) {
      Notification.warning(
        trans.__('Open a notebook and choose a cell; the path goes there.')
      );
      return;
    }
    const { path } = row.mount;
    editor.replaceSelection(
      form === 'code' ? asCode(path, nameOf(row, trans)) : asString(path)
    );
    app.shell.activateById(panel.id);
    panel.content.mode = 'edit';
    editor.focus();
  };

  readonly addShortcut = (row: IFileSystemRow): Promise<void> => {
    const { local, trans } = this._options;
    return this._try(trans.__('The shortcut was not made'), async () => {
      const { mount } = row;
      if (!mount) {
        return;
      }
      const result = await InputDialog.getText({
        title: trans.__('Shortcut to “%1”', nameOf(row, trans)),
        label: trans.__('Its name in the home folder'),
        text: shortcutName(nameOf(row, trans)),
        okLabel: trans.__('Make the shortcut')
      });
      const name = result.value?.trim();
      if (result.button.accept && name) {
        await local.addShortcut(mount.path, name);
        await this._lookAnew();
      }
    });
  };

  readonly removeShortcut = (name: string): Promise<void> => {
    const { local, trans } = this._options;
    return this._try(trans.__('The shortcut was not removed'), async () => {
      await local.removeShortcut(name);
      await this._lookAnew();
    });
  };

  /** Do something with a mounted file system: the one named, or one the person chooses. */
  async withMount(
    id: string | undefined,
    act: (row: IFileSystemRow) => Promise<void>
  ): Promise<void> {
    const { model, trans } = this._options;
    await this._try(trans.__('The file systems can’t be read'), async () => {
      await model.readLocal();
      const { local } = model.facts;
      if (local && 'reason' in local && local.error) {
        throw local.error;
      }
      const mounted = model.rows.filter(
        ({ mount }) => mount?.state === 'mounted'
      );
      const row =
        id === undefined
          ? await this._choose(mounted)
          : mounted.find(each => each.key === id || each.id === id);
      if (row) {
        await act(row);
      } else if (id !== undefined) {
        Notification.warning(trans.__('“%1” is not mounted here.', id));
      }
    });
  }

  /** Do something with any file system of the space; the plan opens where none is named. */
  async withFileSystem(
    id: string | undefined,
    act: (row: IFileSystemRow) => Promise<void>
  ): Promise<void> {
    const { model, trans } = this._options;
    if (id === undefined) {
      await this.review();
      return;
    }
    await model.refreshIfStale();
    const row = model.rows.find(each => each.key === id || each.id === id);
    if (row) {
      await act(row);
    } else {
      Notification.warning(trans.__('There is no file system “%1”.', id));
    }
  }

  private async _choose(
    rows: IFileSystemRow[]
  ): Promise<IFileSystemRow | undefined> {
    const { trans } = this._options;
    const labels = rows.map(row =>
      trans.__('%1 — %2', nameOf(row, trans), row.mount?.path ?? '')
    );
    const result = await InputDialog.getItem({
      title: trans.__('Which file system?'),
      items: labels
    });
    return result.button.accept
      ? rows[labels.indexOf(result.value ?? '')]
      : undefined;
  }

  /** What the space has, with the plan applied; null where that is not known. */
  private _present(): IFileSystemRef[] | null {
    const { model } = this._options;
    return (
      model.wanted ?? model.facts.space?.value?.settings.fileSystems ?? null
    );
  }

  private _propose(fileSystems: IFileSystemRef[]): Promise<void> {
    return this._options.changes.propose(
      { fileSystems },
      undefined,
      'fileSystems'
    );
  }

  private async _lookAnew(): Promise<void> {
    const { app, model } = this._options;
    await model.readLocal(true);
    if (app.commands.hasCommand('filebrowser:refresh')) {
      await app.commands.execute('filebrowser:refresh');
    }
  }

  private async _try(title: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showStudioError(toStudioError(error), this._options.trans, { title });
    }
  }
}

export namespace FileSystemsController {
  export interface IOptions {
    app: JupyterFrontEnd;
    model: FileSystemsModel;
    local: ILocalFileSystemsApi;
    changes: ISpaceChanges;
    context: IStudioContext;
    tracker: INotebookTracker | null;
    trans: TranslationBundle;
  }
}
