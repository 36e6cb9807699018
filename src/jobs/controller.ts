import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  MainAreaWidget,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';

import { showStudioError } from '../components/showStudioError';
import { toStudioError } from '../core/errors';
import type { IJobFormRequest, IJobsApi, INotebookJob } from '../tokens';
import type { CodeKind } from './code';
import type { IJobActions } from './components/actions';
import { formKey } from './formKey';
import type { IFormOptions } from './formKey';
import type { JobsModel } from './model';
import { NEIGHBOUR } from './neighbour';
import type { IOutputPlace } from './opener';
import type { OutputKind } from './outputs';
import type { JobDetailPanel, JobFormPanel, JobsTablePanel } from './panel';
import type { JobsViews } from './views';

/** Opens the views of notebook jobs and carries out what is asked for in them. */
export class JobsController implements IJobActions {
  constructor(private readonly _options: JobsController.IOptions) {}

  readonly lists = new WidgetTracker<MainAreaWidget<JobsTablePanel>>({
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

  readonly openDefinitions = (): Promise<void> =>
    this._options.app.commands.execute('sagemaker-studio:open-job-definitions');

  readonly openJobs = (): Promise<void> =>
    this._show(
      () => this.lists.find(() => true),
      views => this._addList(views)
    );

  readonly openJob = (name: string): Promise<void> =>
    this._show(
      () => this._detail(name),
      views => this._addDetail(views, name)
    );

  /**
   * Open the form for a notebook, or bring its open form to the front.
   *
   * @param request.job - begins with the options of this job; without a path it is looked for, and
   * the person asked where it is gone.
   */
  readonly openForm = async (request: IJobFormRequest): Promise<void> => {
    const { path, job, definitionId } = request;
    const { trans, views } = this._options;
    let source: Pick<IFormOptions, 'notebookPath' | 'usesCopy'> | null =
      path === undefined ? null : { notebookPath: path };
    if (!source && job) {
      await this._try(trans.__('The form can’t be opened'), async () => {
        source = await (await views()).notebookOf(job);
      });
    }
    if (!source) {
      return;
    }
    const options: IFormOptions = { ...source, job, definitionId };
    const key = formKey(options);
    await this._show(
      () => this.forms.find(each => each.content.model.key === key),
      loaded => this._addForm(loaded, options)
    );
  };

  /** Open the form with everything a job had, to run it again. */
  readonly runAgain = (name: string, path?: string): Promise<void> => {
    const title = this._options.trans.__('The job can’t be run again');
    return this._try(title, async () =>
      this.openForm({ path, job: await this._job(name) })
    );
  };

  readonly openOutput = (
    name: string,
    kind: OutputKind,
    place: IOutputPlace = {}
  ): Promise<void> => {
    const title = this._options.trans.__('The output can’t be opened');
    return this._try(title, async () => {
      const { opener } = await this._options.views();
      await opener.open(await this._job(name), kind, place);
    });
  };

  readonly openSnapshot = (name: string): Promise<void> => {
    const title = this._options.trans.__('The input can’t be opened');
    return this._try(title, async () => {
      const { opener } = await this._options.views();
      await opener.openSnapshot(await this._job(name));
    });
  };

  readonly insertCode = (name: string, kind: CodeKind): Promise<void> => {
    const { trans, views } = this._options;
    return this._try(trans.__('No code was inserted'), async () => {
      const path = await (
        await views()
      ).insertCode(await this._job(name), kind);
      Notification.success(
        path === null
          ? trans.__('The code is on the clipboard: no notebook is open')
          : trans.__('The code is in a new cell of “%1”', path),
        { autoClose: 5000 }
      );
    });
  };

  /** AWS's own list of notebook jobs, where jupyter-scheduler is installed. */
  get openInNeighbour(): (() => unknown) | null {
    const { commands } = this._options.app;
    return commands.hasCommand(NEIGHBOUR.listJobs)
      ? () => commands.execute(NEIGHBOUR.listJobs)
      : null;
  }

  readonly compare = (names: string[]): unknown =>
    this._options.app.commands.execute('sagemaker-studio:compare-jobs', {
      names
    });

  readonly openSweep = (id: string): unknown =>
    this._options.app.commands.execute('sagemaker-studio:open-sweep', { id });

  readonly stop = (name: string): Promise<void> => {
    const { trans, model, views } = this._options;
    return this._try(trans.__('The job was not stopped'), async () => {
      if (await (await views()).confirmStop(await this._job(name))) {
        await model.stop(name);
        await this._detail(name)?.content.model.refresh();
      }
    });
  };

  readonly remove = (name: string): Promise<void> => {
    const { trans, model, views } = this._options;
    return this._try(trans.__('The job was not deleted'), async () => {
      const job = await this._job(name);
      if (await (await views()).confirmRemove(job)) {
        await model.remove(job);
        this._detail(name)?.close();
      }
    });
  };

  readonly cancelSubmission = (name: string): Promise<void> => {
    const { trans, model } = this._options;
    return this._try(trans.__('The submission was not cancelled'), () =>
      model.submissions.cancel(name)
    );
  };

  readonly refresh = async (): Promise<void> => {
    await this._options.model.refresh();
    const detail = this.details.currentWidget;
    if (detail?.isVisible) {
      await detail.content.model.refresh();
    }
  };

  /** Let the person choose a notebook, beginning in a folder, and open its form. */
  chooseNotebook(folder?: string): Promise<void> {
    const { trans, views } = this._options;
    return this._try(trans.__('No notebook could be chosen'), async () => {
      const path = await (await views()).chooseNotebook(folder);
      if (path !== null) {
        await this.openForm({ path });
      }
    });
  }

  /** Tag a cell `parameters`, with undo in a notification. */
  tagCell(path: string, index: number): Promise<void> {
    const { trans, views } = this._options;
    return this._try(trans.__('The cell was not tagged'), async () => {
      const { notebooks } = await views();
      const undo = await notebooks.tagCell(path, index);
      Notification.success(
        trans.__('Cell %1 is tagged “parameters”', index + 1),
        {
          autoClose: 5000,
          actions: [{ label: trans.__('Undo'), callback: () => undo() }]
        }
      );
    });
  }

  private _detail(name: string): MainAreaWidget<JobDetailPanel> | undefined {
    return this.details.find(each => each.content.model.name === name);
  }

  /** Bring what is open to the front, or open it; resolves once it is there. */
  private _show(
    find: () => MainAreaWidget | undefined,
    add: (views: JobsViews) => MainAreaWidget
  ): Promise<void> {
    const { trans, app, views } = this._options;
    return this._try(trans.__('The tab can’t be opened'), async () => {
      const loaded = find() ? null : await views();
      // Looked for again after loading: another call may have been faster.
      const widget = find() ?? (loaded && add(loaded));
      if (widget) {
        app.shell.activateById(widget.id);
      }
    });
  }

  private _addList(views: JobsViews): MainAreaWidget {
    const { trans } = this._options;
    const widget = new MainAreaWidget({ content: views.table() });
    widget.id = 'jp-sagemaker-studio-all-jobs';
    this._add(widget, trans.__('Notebook jobs'));
    void this.lists.add(widget);
    return widget;
  }

  private _addDetail(views: JobsViews, name: string): MainAreaWidget {
    const widget = new MainAreaWidget({ content: views.detail(name) });
    const { model } = widget.content;
    const setLabel = () => {
      widget.title.label =
        model.job?.displayName ?? model.submission?.displayName ?? name;
    };
    widget.id = `jp-sagemaker-studio-job-${name}`;
    widget.title.caption = name;
    this._add(widget, name);
    setLabel();
    model.changed.connect(setLabel);
    void this.details.add(widget);
    return widget;
  }

  private _addForm(views: JobsViews, options: IFormOptions): MainAreaWidget {
    const { trans } = this._options;
    const { notebookPath } = options;
    const widget = new MainAreaWidget({ content: views.form(options) });
    const { model } = widget.content;
    widget.id = `jp-sagemaker-studio-job-form-${model.key}`;
    widget.title.caption = trans.__('Run %1 as a job', notebookPath);
    this._add(widget, trans.__('Run %1', PathExt.basename(notebookPath)));
    model.submitted.connect((_, name) => {
      if (name === null) {
        widget.dispose();
      } else {
        void this.openJob(name).then(() => widget.dispose());
      }
    });
    void this.forms.add(widget);
    return widget;
  }

  private _add(widget: MainAreaWidget, label: string): void {
    widget.title.label = label;
    widget.title.icon = notebookIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    this._options.app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
  }

  /** A job by name, read from AWS if the list doesn't hold it. */
  private async _job(name: string): Promise<INotebookJob> {
    const { api, model } = this._options;
    return model.find(name) ?? (await api.describe(name));
  }

  private async _try(title: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showStudioError(toStudioError(error), this._options.trans, { title });
    }
  }
}

export namespace JobsController {
  export interface IOptions {
    app: JupyterFrontEnd;
    api: IJobsApi;
    model: JobsModel;
    trans: TranslationBundle;
    /** Loads the views, once. */
    views: () => Promise<JobsViews>;
  }
}
