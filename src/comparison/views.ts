import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import { studioIcon } from '../components/icons';
import { once } from '../core/once';
import { StudioStore } from '../core/store';
import { costOf } from '../jobs/cost';
import type { TrainingPrices } from '../jobs/cost';
import type {
  INotebookJob,
  IResourceWatcher,
  ISageMakerGateway,
  ITaskClient,
  JobsOf
} from '../tokens';
import type { IComparisonActions } from './components/actions';
import { ComparisonModel } from './model';
import { ComparisonPanel } from './panel';

// Commands of notebook jobs, by id: what they open is theirs.
const OPEN_JOB = 'sagemaker-studio:open-job';
const OPEN_OUTPUT = 'sagemaker-studio:open-job-output';

/** Opens comparisons; loaded with the first of them. */
export class ComparisonViews {
  constructor(private readonly _options: ComparisonViews.IOptions) {
    const { gateway, database } = _options;
    this._store = new StudioStore(database, 'comparison');
    // Where AWS tells no prices the column of costs is left out.
    this._readPrices = once(async () => {
      this._prices = (await gateway.instances.trainingPrices()).value ?? {};
    });
  }

  /** Open a comparison, or bring it to the front. */
  open(source: JobsOf): void {
    const { app, tabs } = this._options;
    const id = `jp-sagemaker-studio-comparison-${keyOf(source)}`;
    const widget = tabs.find(each => each.id === id) ?? this._add(source, id);
    app.shell.activateById(widget.id);
  }

  private _add(source: JobsOf, id: string): MainAreaWidget {
    const { app, gateway, rendermime, tabs, trans, ...rest } = this._options;
    const model = new ComparisonModel({
      ...rest,
      source,
      sweeps: gateway.sweeps,
      jobs: gateway.jobs,
      store: this._store,
      trans,
      cost: (job: INotebookJob) => costOf(job, this._prices)
    });
    const content = new ComparisonPanel(model, {
      actions: this._actions,
      rendermime,
      trans
    });
    const widget = new MainAreaWidget({ content });
    widget.id = id;
    widget.title.icon = studioIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    const setLabel = () => {
      widget.title.label = trans.__('Compare %1', model.title);
    };
    setLabel();
    model.changed.connect(setLabel);
    this._readPrices().then(
      () => model.recompute(),
      () => undefined
    );
    app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
    void tabs.add(widget);
    return widget;
  }

  private readonly _actions: IComparisonActions = {
    openJob: name => this._execute(OPEN_JOB, { name }),
    openOutput: name => this._execute(OPEN_OUTPUT, { name }),
    openBeside: async (one, other) => {
      const { app } = this._options;
      await this._execute(OPEN_OUTPUT, { name: one });
      const first = app.shell.currentWidget?.id;
      await this._execute(OPEN_OUTPUT, {
        name: other,
        mode: 'split-right',
        ...(first && { ref: first })
      });
    },
    download: (fileName, text) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
      link.download = fileName;
      link.click();
      URL.revokeObjectURL(link.href);
    }
  };

  /** They report their failures themselves. */
  private _execute(id: string, args: Record<string, string>): Promise<unknown> {
    return this._options.app.commands.execute(id, args);
  }

  private readonly _store: StudioStore;
  private readonly _readPrices: () => Promise<void>;
  private _prices: TrainingPrices = {};
}

export namespace ComparisonViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    gateway: ISageMakerGateway;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    rendermime: IRenderMimeRegistry;
    database: IStateDB | null;
    /** Open comparisons, which JupyterLab restores. */
    tabs: WidgetTracker<MainAreaWidget<ComparisonPanel>>;
    trans: TranslationBundle;
    locale?: string;
  }
}

function keyOf(source: JobsOf): string {
  return 'sweep' in source
    ? `sweep-${source.sweep}`
    : 'notebook' in source
      ? `notebook-${source.notebook}`
      : `jobs-${[...source.names].sort().join('-')}`;
}
