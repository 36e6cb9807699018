import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { OwningPanel, ViewedPanel } from '../components/ViewedPanel';
import { DefinitionDetail } from './components/DefinitionDetail';
import { DefinitionsTable } from './components/DefinitionsTable';
import type { IDefinitionActions } from './components/actions';
import type { DefinitionModel } from './detailModel';
import type { DefinitionsModel } from './model';

/** What every panel of job definitions needs. */
export interface IPanelOptions {
  actions: IDefinitionActions;
  trans: TranslationBundle;
  locale?: string;
}

/** All job definitions, in the main area. */
export class DefinitionsPanel extends ViewedPanel<DefinitionsModel> {
  constructor(
    model: DefinitionsModel,
    private readonly _options: IPanelOptions
  ) {
    super(model, 'jp-SageMakerStudio-DefinitionsPanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.trans.__('Job definitions'));
  }

  protected renderModel(): JSX.Element {
    return <DefinitionsTable model={this.model} {...this._options} />;
  }
}

/** One job definition, in the main area. */
export class DefinitionPanel extends OwningPanel<DefinitionModel> {
  constructor(
    model: DefinitionModel,
    private readonly _options: IPanelOptions
  ) {
    super(model, 'jp-SageMakerStudio-DefinitionPanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.trans.__('Job definition'));
  }

  protected renderModel(): JSX.Element {
    return <DefinitionDetail model={this.model} {...this._options} />;
  }
}
