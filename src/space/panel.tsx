import { UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { ModelPanel } from '../components/ModelPanel';
import type { ISpaceChanges } from '../tokens';
import type { CatalogueModel } from './catalogueModel';
import { Catalogue } from './components/Catalogue';
import { SpaceCard } from './components/SpaceCard';
import { SpacesList } from './components/SpacesList';
import type { ISpaceActions } from './components/actions';
import type { SpaceModel } from './model';
import type { SpacesModel } from './spacesModel';

/** What the panels of spaces need. */
export interface ISpacePanelOptions {
  space: SpaceModel;
  spaces: SpacesModel;
  changes: ISpaceChanges;
  actions: ISpaceActions;
  trans: TranslationBundle;
  locale?: string;
}

/** This space and the others, in the sidebar. */
export class SpacePanel extends ModelPanel {
  constructor(private readonly _options: ISpacePanelOptions) {
    super(_options.space.changed, 'jp-SageMakerStudio-SpacePanel');
    const { space, spaces } = _options;
    this._viewers = [
      space.addViewer(() => this.isVisible),
      spaces.addViewer(() => this.isVisible && this._isListOpen)
    ];
  }

  dispose(): void {
    this._viewers.forEach(viewer => viewer.dispose());
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this._look();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this._look();
    }
  }

  protected renderModel(): JSX.Element {
    const { space, spaces, changes, ...common } = this._options;
    const { actions, trans } = common;
    const refreshSpaces = () => void spaces.refresh();
    return (
      <>
        <UseSignal signal={changes.changed}>
          {() => <SpaceCard model={space} changes={changes} {...common} />}
        </UseSignal>
        {space.unavailable === null && (
          <details
            className="jp-SageMakerStudio-SpacePanel-others"
            onToggle={event => {
              const { currentTarget } = event;
              const show = () => {
                currentTarget.scrollIntoView({ block: 'start' });
              };
              this._isListOpen = currentTarget.open;
              const looking = this._look();
              if (currentTarget.open) {
                show();
                // There is more to be shown once it is there and drawn.
                void looking.then(() => requestAnimationFrame(show));
              }
            }}
          >
            <summary>{trans.__('My spaces')}</summary>
            <UseSignal signal={spaces.changed}>
              {() => (
                <SpacesList
                  model={spaces}
                  actions={actions}
                  onRefresh={refreshSpaces}
                  trans={trans}
                />
              )}
            </UseSignal>
          </details>
        )}
      </>
    );
  }

  private async _look(): Promise<void> {
    const { space, spaces } = this._options;
    await Promise.all([
      space.refreshIfStale(),
      this._isListOpen && spaces.refreshIfStale()
    ]);
  }

  private readonly _viewers: { dispose(): void }[];
  private _isListOpen = false;
}

/** All instance types, in the main area. */
export class CataloguePanel extends ModelPanel {
  constructor(
    private readonly _model: CatalogueModel,
    private readonly _options: Pick<
      ISpacePanelOptions,
      'actions' | 'trans' | 'locale'
    >
  ) {
    super(_model.changed, 'jp-SageMakerStudio-CataloguePanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.trans.__('Instance types'));
    this._viewer = _model.space.addViewer(() => this.isVisible, 'app');
  }

  dispose(): void {
    this._viewer.dispose();
    this._model.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this._model.refreshIfStale();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this._model.refreshIfStale();
    }
  }

  protected renderModel(): JSX.Element {
    return <Catalogue model={this._model} {...this._options} />;
  }

  private readonly _viewer: { dispose(): void };
}
