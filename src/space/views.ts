import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';

import { studioIcon } from '../components/icons';
import type {
  ILocalSpaceApi,
  ISpaceChanges,
  ISpacesApi,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { CatalogueModel } from './catalogueModel';
import { LabFacts } from './change/facts';
import { SpaceController } from './controller';
import type { CachedInstances } from './instances';
import { loadInstanceFacts } from './instanceTypes';
import type { SpaceModel } from './model';
import { CataloguePanel, SpacePanel } from './panel';
import type { ISpacePanelOptions } from './panel';
import type { SpaceSettings } from './settings';
import type { SpacesModel } from './spacesModel';

/** Views and dialogs of spaces, and what is done in them; loaded on first use. */
export class SpaceViews {
  constructor(private readonly _options: SpaceViews.IOptions) {
    const { changes, list, model, trans, locale } = _options;
    this.actions = new SpaceController({
      ..._options,
      instanceFacts: loadInstanceFacts,
      lab: new LabFacts(_options),
      openCatalogue: () => this._openCatalogue()
    });
    this._panel = {
      space: model,
      spaces: list,
      changes,
      actions: this.actions,
      trans,
      locale
    };
  }

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
      space: this._options.model,
      instances,
      instanceFacts: loadInstanceFacts
    });
    const widget = new MainAreaWidget({
      content: new CataloguePanel(model, this._panel)
    });
    widget.id = 'jp-sagemaker-studio-instance-catalogue';
    widget.title.label = trans.__('Instance catalogue');
    widget.title.icon = studioIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
    await catalogues.add(widget);
    app.shell.activateById(widget.id);
  }

  private readonly _panel: ISpacePanelOptions;
}

export namespace SpaceViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    spaces: ISpacesApi;
    context: IStudioContext;
    tasks: ITaskClient;
    model: SpaceModel;
    list: SpacesModel;
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
