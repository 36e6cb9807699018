import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import { once } from '../core/once';
import type { StudioStore } from '../core/store';
import type {
  IJobOptionsApi,
  IInstancesApi,
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  IStudioContext,
  ITask,
  ITaskClient
} from '../tokens';
import { copyText } from '../components/CopyButton';
import { boto3Code, stepCode } from './code';
import type { CodeKind } from './code';
import type { IJobActions } from './components/actions';
import {
  confirmChoose,
  confirmBulk,
  confirmRemove,
  confirmStop,
  confirmUnsaved
} from './confirm';
import { JobDetailModel } from './detailModel';
import { folderOf } from './files';
import { JobFormModel } from './formModel';
import type { IFormOptions } from './formKey';
import type { FormPartFactories } from './formParts';
import { listKernels } from './kernels';
import type { JobsModel } from './model';
import { suggestName } from './names';
import { NarrowedJobs } from './narrowed';
import { NotebookSource } from './notebook';
import { OutputOpener } from './opener';
import {
  JobDetailPanel,
  JobFormPanel,
  JobsListPanel,
  JobsTablePanel
} from './panel';
import type { IPanelOptions } from './panel';
import type { JobsSettings } from './settings';
import { JobsTableModel } from './tableModel';

/**
 * Everything that is only needed once somebody looks at notebook jobs: panels,
 * form, dialogs, reading notebooks, opening outputs. Loaded on first use.
 */
export class JobsViews {
  constructor(private readonly _options: JobsViews.IOptions) {
    const { app, documents, tasks, tracker, trans } = _options;
    const { contents } = app.serviceManager;
    this.notebooks = new NotebookSource({
      contents,
      readObject: uri => _options.choices.document(uri),
      documents,
      shell: app.shell,
      tracker,
      trans
    });
    this.opener = new OutputOpener({
      contents,
      documents,
      tasks,
      trans,
      folder: () => _options.settings.outputFolder,
      exists: async job => (await _options.api.output(job)) !== null,
      follow: _options.followDownload
    });
    this._panelOptions = {
      actions: _options.actions,
      trans,
      locale: _options.locale,
      onLooked: _options.onLooked
    };
  }

  readonly notebooks: NotebookSource;
  readonly opener: OutputOpener;

  /** The short list for the sidebar. */
  list(): JobsListPanel {
    return new JobsListPanel(this._options.model, this._panelOptions);
  }

  /** The table of all jobs. */
  table(): JobsTablePanel {
    const { api, context, model, store, trans, watcher } = this._options;
    const { removed, submissions, tracker } = model;
    const table = new JobsTableModel({
      jobs: model,
      narrow: query =>
        new NarrowedJobs(model, {
          api,
          context,
          watcher,
          submissions,
          tracker,
          removed,
          query
        }),
      context,
      store,
      confirm: (verb, jobs) => confirmBulk(verb, jobs, trans)
    });
    return new JobsTablePanel(table, this._panelOptions);
  }

  /** One job by the name of its training job. */
  detail(name: string): JobDetailPanel {
    const { api, model, watcher } = this._options;
    const detail = new JobDetailModel({
      name,
      api,
      jobs: model,
      watcher
    });
    return new JobDetailPanel(detail, {
      ...this._panelOptions,
      prices: this._prices,
      rendermime: this._options.rendermime
    });
  }

  /** A form. */
  form(options: IFormOptions): JobFormPanel {
    const { actions, api, app, locale, model, settings, store, trans } =
      this._options;
    const path = options.notebookPath;
    const form = new JobFormModel({
      ...options,
      parts: this._options.parts,
      choices: this._options.choices,
      cancel: name => void actions.cancelSubmission(name),
      api,
      submissions: model.submissions,
      notebooks: this.notebooks,
      store,
      trans,
      defaults: settings.defaults,
      kernels: () => listKernels(app.serviceManager.kernelspecs),
      suggestName: () =>
        suggestName(
          path,
          model.jobs.map(job => job.displayName)
        ),
      newJobName: async (displayName, notebookName) => {
        const { newJobName } = await import('../aws/wire');
        return newJobName(displayName, notebookName);
      },
      confirmUnsaved: notebook => confirmUnsaved(notebook, trans)
    });
    return new JobFormPanel(form, {
      trans,
      locale,
      chooseFiles: () => this._chooseFiles(path)
    });
  }

  /**
   * Let the person choose a notebook, beginning in a folder; null if they don't.
   *
   * @throws Error if a folder was chosen.
   */
  async chooseNotebook(folder?: string): Promise<string | null> {
    const { documents, trans } = this._options;
    const result = await FileDialog.getOpenFiles({
      manager: documents,
      title: trans.__('Choose a notebook to run as a job'),
      defaultPath: folder,
      filter: item =>
        item.type === 'directory' || item.path.endsWith('.ipynb') ? {} : null
    });
    if (!result.button.accept) {
      return null;
    }
    const chosen = result.value?.find(item => item.path.endsWith('.ipynb'));
    if (!chosen) {
      throw new Error(
        trans.__('“%1” is a folder.', result.value?.[0]?.path || '/')
      );
    }
    return chosen.path;
  }

  /**
   * Which notebook a job is run again with: where it lies, or the job's own copy; asked for where
   * it is gone, null if that is cancelled.
   */
  async notebookOf(
    job: INotebookJob
  ): Promise<Pick<IFormOptions, 'notebookPath' | 'usesCopy'> | null> {
    const { notebookPath, notebookName } = job;
    if (notebookPath && (await this.notebooks.exists(notebookPath))) {
      return { notebookPath };
    }
    switch (await confirmChoose(job, this._options.trans)) {
      case 'copy':
        return { notebookPath: notebookName, usesCopy: true };
      case 'choose': {
        const chosen = await this.chooseNotebook();
        return chosen === null ? null : { notebookPath: chosen };
      }
      default:
        return null;
    }
  }

  /**
   * Put a cell that runs a job again below the active cell of the notebook used last; on the
   * clipboard where no notebook is open.
   *
   * @returns the notebook's path, or null if it is on the clipboard.
   * @throws StudioError - AWS's; Error if the browser allows no copying.
   */
  async insertCode(job: INotebookJob, kind: CodeKind): Promise<string | null> {
    const { api, tracker, trans } = this._options;
    const source =
      kind === 'boto3'
        ? boto3Code(job, await api.request(job.name))
        : stepCode(job);
    const panel = tracker?.currentWidget;
    const cells = panel?.content.model?.sharedModel;
    if (!panel || !cells) {
      if (!(await copyText(source))) {
        throw new Error(trans.__('The browser does not allow copying here.'));
      }
      return null;
    }
    const at = panel.content.activeCellIndex + 1;
    cells.insertCell(at, { cell_type: 'code', source });
    panel.content.activeCellIndex = at;
    return panel.context.path;
  }

  confirmStop(job: INotebookJob): Promise<boolean> {
    return confirmStop(job, this._options.trans);
  }

  confirmRemove(job: INotebookJob): Promise<boolean> {
    return confirmRemove(job, this._options.trans);
  }

  private async _chooseFiles(notebookPath: string): Promise<string[]> {
    const { documents, trans, app } = this._options;
    const result = await FileDialog.getOpenFiles({
      manager: documents,
      title: trans.__('Choose files the job needs'),
      defaultPath: folderOf(app.serviceManager.contents, notebookPath)
    });
    return result.button.accept
      ? (result.value ?? [])
          .filter(item => item.type !== 'directory')
          .map(item => item.path)
      : [];
  }

  private readonly _prices = once(() =>
    this._options.instances.trainingPrices()
  );
  private readonly _panelOptions: IPanelOptions;
}

export namespace JobsViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    actions: IJobActions;
    api: IJobsApi;
    context: IStudioContext;
    documents: IDocumentManager;
    instances: IInstancesApi;
    /** Called when a list of jobs comes into view. */
    onLooked: () => void;
    rendermime: IRenderMimeRegistry | null;
    model: JobsModel;
    settings: JobsSettings;
    store: StudioStore;
    tasks: ITaskClient;
    tracker: INotebookTracker | null;
    watcher: IResourceWatcher;
    trans: TranslationBundle;
    locale?: string;
    /** What there is to choose from in a form. */
    choices: IJobOptionsApi;
    /** What other capabilities add to the form. */
    parts: FormPartFactories;
    /** Follows a download in a notification, see {@link OutputOpener}. */
    followDownload: (task: ITask, job: INotebookJob) => Promise<ITask>;
  }
}
