import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { OwningPanel } from '../components/ViewedPanel';
import { SweepView } from './components/SweepView';
import type { ISweepActions } from './components/SweepView';
import type { SweepModel } from './model';

/** One sweep in the main area. */
export class SweepPanel extends OwningPanel<SweepModel> {
  constructor(
    model: SweepModel,
    private readonly _options: {
      actions: ISweepActions;
      trans: TranslationBundle;
      locale?: string;
    }
  ) {
    super(model, 'jp-SageMakerStudio-SweepPanel');
  }

  protected renderModel(): JSX.Element {
    return <SweepView model={this.model} {...this._options} />;
  }
}
