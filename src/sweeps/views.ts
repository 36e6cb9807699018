import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import { studioIcon } from '../components/icons';
import { showStudioError } from '../components/showStudioError';
import { toStudioError } from '../core/errors';
import { StudioStore } from '../core/store';
import type {
  IJobFormHost,
  IResourceWatcher,
  ISageMakerGateway,
  ITaskClient
} from '../tokens';
import type { ISweepActions } from './components/SweepView';
import { confirmStopSweep } from './confirm';
import { SweepPart } from './formPart';
import { SweepModel } from './model';
import { SweepNotes } from './notes';
import { SweepPanel } from './panel';
import { Sweeps } from './sweeps';

/** Everything of sweeps that is only needed once there is one; loaded on first use. */
export class SweepViews {
  constructor(private readonly _options: SweepViews.IOptions) {
    const { gateway, tasks, trans, locale } = _options;
    this._notes = new SweepNotes(new StudioStore(_options.database, 'sweeps'));
    this.sweeps = new Sweeps({
      api: gateway.sweeps,
      options: gateway.jobOptions,
      instances: gateway.instances,
      tasks,
      notes: this._notes,
      trans,
      locale,
      open: id => this.open(id),
      compare: id => this._actions.compare(id),
      stop: id => this.stop(id)
    });
  }

  readonly sweeps: Sweeps;

  /** The part of a job form. */
  part(host: IJobFormHost): SweepPart {
    const { trans, locale } = this._options;
    return new SweepPart({ host, sweeps: this.sweeps, trans, locale });
  }

  /** Open a sweep, or bring it to the front. */
  open(id: string): void {
    const { app, tabs } = this._options;
    const widget =
      tabs.find(each => each.content.model.id === id) ?? this._add(id);
    app.shell.activateById(widget.id);
  }

  /** Ask, then stop all that is unfinished of a sweep. */
  async stop(id: string): Promise<void> {
    const { tabs, trans } = this._options;
    const open = tabs.find(each => each.content.model.id === id);
    const model = open?.content.model ?? this._model(id);
    try {
      await model.refresh();
      if (await confirmStopSweep(model, trans)) {
        await model.stop();
      }
    } catch (thrown) {
      showStudioError(toStudioError(thrown), trans, {
        title: trans.__('The sweep was not stopped as a whole')
      });
    } finally {
      if (!open) {
        model.dispose();
      }
    }
  }

  private _add(id: string): MainAreaWidget {
    const { app, tabs, trans, locale } = this._options;
    const content = new SweepPanel(this._model(id), {
      actions: this._actions,
      trans,
      locale
    });
    const widget = new MainAreaWidget({ content });
    widget.id = `jp-sagemaker-studio-sweep-${id}`;
    widget.title.icon = studioIcon;
    widget.title.closable = true;
    widget.title.caption = id;
    widget.toolbar.hide();
    const setLabel = () => {
      widget.title.label = content.model.title;
    };
    setLabel();
    content.model.changed.connect(setLabel);
    app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
    void tabs.add(widget);
    return widget;
  }

  private _model(id: string): SweepModel {
    const { gateway, tasks, watcher, trans } = this._options;
    return new SweepModel({
      id,
      sweeps: gateway.sweeps,
      jobs: gateway.jobs,
      tasks,
      notes: this._notes,
      watcher,
      trans
    });
  }

  // Commands of other capabilities by id; they report their failures themselves.
  private readonly _actions: ISweepActions = {
    openJob: name => this._execute('sagemaker-studio:open-job', { name }),
    openOutput: name =>
      this._execute('sagemaker-studio:open-job-output', { name }),
    compare: sweep => this._execute('sagemaker-studio:compare-jobs', { sweep }),
    stop: id => this.stop(id)
  };

  private _execute(id: string, args: Record<string, string>): Promise<unknown> {
    return this._options.app.commands.execute(id, args);
  }

  private readonly _notes: SweepNotes;
}

export namespace SweepViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    gateway: ISageMakerGateway;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    database: IStateDB | null;
    /** Open sweeps, which JupyterLab restores. */
    tabs: WidgetTracker<MainAreaWidget<SweepPanel>>;
    trans: TranslationBundle;
    locale?: string;
  }
}
