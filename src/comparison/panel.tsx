import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { OwningPanel } from '../components/ViewedPanel';
import { ComparisonView } from './components/ComparisonView';
import type { IComparisonActions } from './components/actions';
import type { ComparisonModel } from './model';

/** What a {@link ComparisonPanel} needs beside its model. */
export interface IComparisonPanelOptions {
  actions: IComparisonActions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** A comparison in the main area. */
export class ComparisonPanel extends OwningPanel<ComparisonModel> {
  constructor(
    model: ComparisonModel,
    private readonly _options: IComparisonPanelOptions
  ) {
    super(model, 'jp-SageMakerStudio-RunComparisonPanel');
  }

  protected renderModel(): JSX.Element {
    return <ComparisonView model={this.model} {...this._options} />;
  }
}
