import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { ModelPanel } from '../components/ModelPanel';
import { RepositoryList } from './components/RepositoryList';
import type { IRepositoryListProps } from './components/RepositoryList';

/** Suggested repositories and their clones, in the sidebar. */
export class RepositoriesPanel extends ModelPanel {
  constructor(private readonly _options: IRepositoryListProps) {
    super(_options.model.changed, 'jp-SageMakerStudio-RepositoriesPanel');
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
    return <RepositoryList {...this._options} />;
  }

  private readonly _viewer: { dispose(): void };
}
