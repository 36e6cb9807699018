import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ViewedPanel } from '../components/ViewedPanel';
import { SweepView } from './components/SweepView';
import type { ISweepActions } from './components/SweepView';
import type { SweepModel } from './model';

/** One sweep in the main area. */
export class SweepPanel extends ViewedPanel<SweepModel> {
  constructor(
    readonly sweep: SweepModel,
    private readonly _options: {
      actions: ISweepActions;
      trans: TranslationBundle;
      locale?: string;
    }
  ) {
    super(sweep, 'jp-SageMakerStudio-SweepPanel');
  }

  dispose(): void {
    this.sweep.dispose();
    super.dispose();
  }

  protected renderModel(): JSX.Element {
    return <SweepView model={this.sweep} {...this._options} />;
  }
}
