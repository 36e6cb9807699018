import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { ModelPanel } from '../components/ModelPanel';
import { FileSystemsList } from './components/FileSystemsList';
import type { IFileSystemActions } from './components/actions';
import type { FileSystemsModel } from './model';

/** The section of the sidebar. */
export class FileSystemsPanel extends ModelPanel {
  constructor(
    private readonly _options: {
      model: FileSystemsModel;
      actions: IFileSystemActions;
      trans: TranslationBundle;
      locale?: string;
    }
  ) {
    super(_options.model.changed, 'jp-SageMakerStudio-FileSystemsPanel');
    this._viewer = _options.model.addViewer(() => this.isVisible);
  }

  dispose(): void {
    this._viewer.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this._options.model.refreshIfStale();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this._options.model.refreshIfStale();
    }
  }

  protected renderModel(): JSX.Element {
    return <FileSystemsList {...this._options} />;
  }

  private readonly _viewer: { dispose(): void };
}
