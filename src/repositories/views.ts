import type { JupyterFrontEnd } from '@jupyterlab/application';
import type {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IRepositoriesApi,
  IResourceWatcher,
  ISpaceChanges,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { RepositoriesController } from './controller';
import { Folders } from './folders';
import { GitTasks } from './gitTasks';
import { LocalRepositoriesApi } from './local';
import { RepositoriesModel } from './model';
import { RepositoriesPanel } from './panel';
import { QuestionDesk } from './questions';

/** All of repositories that is loaded when it is first needed, tied together. */
export class RepositoriesViews {
  constructor(options: RepositoriesViews.IOptions) {
    const { app, api, context, tasks, watcher, trans, locale } = options;
    const local = new LocalRepositoriesApi(app.serviceManager.serverSettings);
    this.folders = new Folders(app, options.browsers, options.browser);
    this._model = new RepositoriesModel({ api, context, local, watcher });
    this.git = new GitTasks({
      app,
      tasks,
      desk: new QuestionDesk({ tasks, trans }),
      folders: this.folders,
      model: this._model,
      announce: options.announce,
      trans,
      locale
    });
    this.actions = new RepositoriesController({
      api,
      changes: options.changes,
      context,
      folders: this.folders,
      git: this.git,
      model: this._model,
      trans
    });
    // What is attached to a space is known anew when its plan was carried out.
    options.changes.done.connect(() => void this._model.refreshIfSeen());
    this._trans = trans;
  }

  readonly actions: RepositoriesController;
  readonly folders: Folders;
  readonly git: GitTasks;

  /** The section of the sidebar. */
  section(): RepositoriesPanel {
    return new RepositoriesPanel({
      model: this._model,
      actions: this.actions,
      trans: this._trans
    });
  }

  private readonly _model: RepositoriesModel;
  private readonly _trans: TranslationBundle;
}

export namespace RepositoriesViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    api: IRepositoriesApi;
    changes: ISpaceChanges;
    context: IStudioContext;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    browsers: IFileBrowserFactory | null;
    browser: IDefaultFileBrowser | null;
    /** Tells the other tabs of a task. */
    announce: (taskId: string) => void;
    trans: TranslationBundle;
    locale?: string;
  }
}
