import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showStudioError } from '../components/showStudioError';
import { toStudioError } from '../core/errors';
import type { IJobsApi, INotebookJob, IResourceWatcher } from '../tokens';
import type { IJobActions } from './components/actions';
import { confirmRemove, confirmStop, confirmUnsaved } from './confirm';
import { JobDetailModel } from './detailModel';
import { folderOf } from './files';
import { JobFormModel } from './formModel';
import type { IJobDefaults } from './formState';
import type { JobsModel } from './model';
import { suggestName } from './names';
import type { INotebookSource } from './notebook';
import type { OutputOpener } from './opener';
import type { OutputKind } from './outputs';
import { JobDetailPanel, JobFormPanel, JobsPanel } from './panel';
import type { IPanelOptions } from './panel';
import type { JobsStore } from './store';
import type { IKernelChoice } from './validation';

/** Opens the views of notebook jobs and carries out what is asked for in them. */
export class JobsController implements IJobActions {
  constructor(private readonly _options: JobsController.IOptions) {
    this._panelOptions = {
      actions: this,
      trans: _options.trans,
      locale: _options.locale
    };
  }

  readonly lists = new WidgetTracker<MainAreaWidget<JobsPanel>>({
    namespace: 'sagemaker-studio-jobs'
  });
  readonly details = new WidgetTracker<MainAreaWidget<JobDetailPanel>>({
    namespace: 'sagemaker-studio-job'
  });
  readonly forms = new WidgetTracker<MainAreaWidget<JobFormPanel>>({
    namespace: 'sagemaker-studio-job-form'
  });

  /** The job whose tab is in front, if one is. */
  get currentJob(): INotebookJob | undefined {
    const current = this.details.currentWidget;
    return current && current === this._options.app.shell.currentWidget
      ? current.content.model.job
      : undefined;
  }

  readonly openJobs = (): void => {
    const open = this.lists.find(() => true);
    const widget = open ?? this._addList();
    this._options.app.shell.activateById(widget.id);
  };

  readonly openJob = (name: string): void => {
    const open = this.details.find(each => each.content.model.name === name);
    const widget = open ?? this._addDetail(name);
    this._options.app.shell.activateById(widget.id);
  };

  /** Open the form for a notebook, or bring its open form to the front. */
  openForm(path: string): void {
    const open = this.forms.find(
      each => each.content.model.notebookPath === path
    );
    const widget = open ?? this._addForm(path);
    this._options.app.shell.activateById(widget.id);
  }

  readonly openOutput = (name: string, kind: OutputKind): void => {
    const { trans } = this._options;
    void this._try(trans.__('The output can’t be opened'), async () => {
      await this._options.opener.open(await this._job(name), kind);
    });
  };

  readonly stop = (name: string): void => {
    const { trans, model } = this._options;
    void this._try(trans.__('The job was not stopped'), async () => {
      if (await confirmStop(await this._job(name), trans)) {
        await model.stop(name);
        this._refreshDetail(name);
      }
    });
  };

  readonly remove = (name: string): void => {
    const { trans, model } = this._options;
    void this._try(trans.__('The job was not deleted'), async () => {
      const job = await this._job(name);
      if (await confirmRemove(job, trans)) {
        await model.remove(job);
        this.details.find(each => each.content.model.name === name)?.close();
      }
    });
  };

  readonly cancelSubmission = (name: string): void => {
    const { trans, model } = this._options;
    void this._try(trans.__('The submission was not cancelled'), () =>
      model.submissions.cancel(name)
    );
  };

  readonly refresh = (): void => {
    void this._options.model.refresh();
    const detail = this.details.currentWidget;
    if (detail?.isVisible) {
      void detail.content.model.refresh();
    }
  };

  /** Let the person choose a notebook; null if they don't. */
  async chooseNotebook(): Promise<string | null> {
    const { documents, trans } = this._options;
    const result = await FileDialog.getOpenFiles({
      manager: documents,
      title: trans.__('Choose a notebook to run as a job'),
      filter: item =>
        item.type === 'directory' || item.path.endsWith('.ipynb') ? {} : null
    });
    const chosen = result.value?.find(item => item.path.endsWith('.ipynb'));
    return result.button.accept && chosen ? chosen.path : null;
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

  private _addList(): MainAreaWidget<JobsPanel> {
    const { model, trans } = this._options;
    const widget = new MainAreaWidget({
      content: new JobsPanel(model, this._panelOptions)
    });
    widget.id = 'jp-sagemaker-studio-all-jobs';
    this._add(widget, trans.__('Notebook jobs'));
    void this.lists.add(widget);
    return widget;
  }

  private _addDetail(name: string): MainAreaWidget<JobDetailPanel> {
    const { api, model, watcher } = this._options;
    const detail = new JobDetailModel({
      name,
      api,
      jobs: model,
      watcher,
      isVisible: () => content.isVisible
    });
    const content: JobDetailPanel = new JobDetailPanel(
      detail,
      this._panelOptions
    );
    const widget = new MainAreaWidget({ content });
    widget.id = `jp-sagemaker-studio-job-${name}`;
    const label = () =>
      detail.job?.displayName ?? detail.submission?.displayName ?? name;
    detail.changed.connect(() => {
      widget.title.label = label();
    });
    this._add(widget, label());
    widget.title.caption = name;
    void this.details.add(widget);
    return widget;
  }

  private _addForm(path: string): MainAreaWidget<JobFormPanel> {
    const { trans, locale, model, store } = this._options;
    const form = new JobFormModel({
      notebookPath: path,
      api: this._options.api,
      submissions: model.submissions,
      notebooks: this._options.notebooks,
      store,
      trans,
      defaults: this._options.defaults(),
      kernels: this._options.kernels,
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
    const content = new JobFormPanel(form, {
      trans,
      locale,
      chooseFiles: () => this._chooseFiles(path),
      cancel: () =>
        void this._try(trans.__('The submission was not cancelled'), () =>
          form.cancel()
        )
    });
    const widget = new MainAreaWidget({ content });
    widget.id = `jp-sagemaker-studio-job-form-${path}`;
    form.submitted.connect((_, name) => {
      this.openJob(name);
      widget.dispose();
    });
    this._add(widget, trans.__('Run %1', PathExt.basename(path)));
    widget.title.caption = trans.__('Run %1 as a job', path);
    void this.forms.add(widget);
    return widget;
  }

  private _add(widget: MainAreaWidget, label: string): void {
    widget.title.label = label;
    widget.title.icon = this._options.icon;
    widget.title.closable = true;
    this._options.app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
  }

  private _refreshDetail(name: string): void {
    const open = this.details.find(each => each.content.model.name === name);
    void open?.content.model.refresh();
  }

  /** A job by name, read from AWS if the list doesn't hold it. */
  private async _job(name: string): Promise<INotebookJob> {
    return (
      this._options.model.find(name) ?? (await this._options.api.describe(name))
    );
  }

  private async _try(title: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showStudioError(toStudioError(error), this._options.trans, { title });
    }
  }

  private readonly _panelOptions: IPanelOptions;
}

export namespace JobsController {
  export interface IOptions {
    app: JupyterFrontEnd;
    api: IJobsApi;
    documents: IDocumentManager;
    model: JobsModel;
    notebooks: INotebookSource;
    opener: OutputOpener;
    store: JobsStore;
    watcher: IResourceWatcher;
    trans: TranslationBundle;
    locale?: string;
    /** Of the tabs. */
    icon: MainAreaWidget['title']['icon'];
    /** Values a new form starts with, as the settings have them now. */
    defaults: () => IJobDefaults;
    kernels: () => Promise<ReadonlyArray<IKernelChoice>>;
  }
}
