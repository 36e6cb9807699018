import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** A widget that shows a model and is drawn anew when the model changes. */
export abstract class ModelPanel extends ReactWidget {
  constructor(changed: ISignal<unknown, void>, className: string) {
    super();
    this._modelChanged = changed;
    this.addClass('jp-SageMakerStudio-Panel');
    this.addClass(className);
  }

  protected abstract renderModel(): JSX.Element;

  protected render(): JSX.Element {
    return (
      <UseSignal signal={this._modelChanged}>
        {() => this.renderModel()}
      </UseSignal>
    );
  }

  private readonly _modelChanged: ISignal<unknown, void>;
}
