import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ViewedPanel } from '../components/ViewedPanel';
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
export class ComparisonPanel extends ViewedPanel<ComparisonModel> {
  constructor(
    readonly comparison: ComparisonModel,
    private readonly _options: IComparisonPanelOptions
  ) {
    super(comparison, 'jp-SageMakerStudio-RunComparisonPanel');
  }

  dispose(): void {
    this.comparison.dispose();
    super.dispose();
  }

  protected renderModel(): JSX.Element {
    return <ComparisonView model={this.comparison} {...this._options} />;
  }
}
