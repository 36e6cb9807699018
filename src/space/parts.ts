import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';

import { studioIcon } from '../components/icons';
import type {
  ILocalSpaceApi,
  IResourceWatcher,
  ISpacesApi,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { CatalogueModel } from './catalogueModel';
import type { ISpaceChanges } from './change/api';
import { LabFacts } from './change/facts';
import { SpaceController } from './controller';
import type { CachedInstances } from './instances';
import { loadInstanceFacts } from './instanceTypes';
import { SpaceModel } from './model';
import { CataloguePanel, SpacePanel } from './panel';
import type { ISpacePanelOptions } from './panel';
import type { SpaceSettings } from './settings';
import { SpacesModel } from './spacesModel';

/** Models, views and dialogs of spaces; loaded once the page is shown and idle, or on first use. */
export class SpaceParts {
  constructor(private readonly _options: SpaceParts.IOptions) {
    const { changes, context, instances, local, spaces, watcher } = _options;
    this.space = new SpaceModel({
      context,
      spaces,
      local,
      instances,
      instanceFacts: loadInstanceFacts,
      watcher
    });
    this.list = new SpacesModel({ context, api: spaces, watcher });
    this.actions = new SpaceController({
      ..._options,
      model: this.space,
      list: this.list,
      instanceFacts: loadInstanceFacts,
      lab: new LabFacts(_options),
      openCatalogue: () => this._openCatalogue()
    });
    this._panel = {
      space: this.space,
      spaces: this.list,
      changes,
      actions: this.actions,
      trans: _options.trans,
      locale: _options.locale
    };
    changes.done.connect(() => this._onChange());
  }

  /** The space this JupyterLab runs in. */
  readonly space: SpaceModel;
  /** The person's spaces. */
  readonly list: SpacesModel;
  readonly actions: SpaceController;

  /** The section of the sidebar. */
  section(): SpacePanel {
    return new SpacePanel(this._panel);
  }

  private async _openCatalogue(): Promise<void> {
    const { app, catalogues, instances, trans } = this._options;
    const open = catalogues.find(() => true);
    if (open) {
      app.shell.activateById(open.id);
      return;
    }
    const model = new CatalogueModel({
      space: this.space,
      instances,
      instanceFacts: loadInstanceFacts
    });
    const widget = new MainAreaWidget({
      content: new CataloguePanel(model, this._panel)
    });
    widget.id = 'jp-sagemaker-studio-instance-catalogue';
    widget.title.label = trans.__('Instance types');
    widget.title.icon = studioIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
    await catalogues.add(widget);
    app.shell.activateById(widget.id);
  }

  /** A space was started, stopped or changed. */
  private _onChange(): void {
    this._options.instances.forget();
    void this.space.refreshIfSeen();
    void this.list.refreshIfSeen();
  }

  private readonly _panel: ISpacePanelOptions;
}

export namespace SpaceParts {
  export interface IOptions {
    app: JupyterFrontEnd;
    spaces: ISpacesApi;
    context: IStudioContext;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    documents: IDocumentManager;
    local: ILocalSpaceApi;
    instances: CachedInstances;
    settings: SpaceSettings;
    changes: ISpaceChanges;
    catalogues: WidgetTracker<MainAreaWidget<CataloguePanel>>;
    trans: TranslationBundle;
    locale?: string;
  }
}
