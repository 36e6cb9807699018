import * as React from 'react';

import { ViewedPanel } from '../components/ViewedPanel';
import { FileSystemsList } from './components/FileSystemsList';
import type { IFileSystemsListProps } from './components/FileSystemsList';
import type { FileSystemsModel } from './model';

/** The section of the sidebar. */
export class FileSystemsPanel extends ViewedPanel<FileSystemsModel> {
  constructor(private readonly _options: IFileSystemsListProps) {
    super(_options.model, 'jp-SageMakerStudio-FileSystemsPanel');
  }

  protected renderModel(): JSX.Element {
    return <FileSystemsList {...this._options} />;
  }
}
