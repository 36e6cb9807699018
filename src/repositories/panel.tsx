import * as React from 'react';

import { ViewedPanel } from '../components/ViewedPanel';
import { RepositoryList } from './components/RepositoryList';
import type { IRepositoryListProps } from './components/RepositoryList';
import type { RepositoriesModel } from './model';

/** Suggested repositories and their clones, in the sidebar. */
export class RepositoriesPanel extends ViewedPanel<RepositoriesModel> {
  constructor(private readonly _options: IRepositoryListProps) {
    super(_options.model, 'jp-SageMakerStudio-RepositoriesPanel');
  }

  protected renderModel(): JSX.Element {
    return <RepositoryList {...this._options} />;
  }
}
