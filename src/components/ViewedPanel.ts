import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';

import { ModelPanel } from './ModelPanel';

/** A model that is read only while a view of it can be seen. */
export interface IViewedModel {
  readonly changed: ISignal<unknown, void>;
  /** Register a view. */
  addViewer(isVisible: () => boolean): IDisposable;
  /** Read unless that was just done. */
  refreshIfStale(): Promise<void>;
}

/** A widget that shows a model and keeps it fresh while it can be seen. */
export abstract class ViewedPanel<T extends IViewedModel> extends ModelPanel {
  constructor(
    protected readonly model: T,
    className: string
  ) {
    super(model.changed, className);
    this._viewer = model.addViewer(() => this.isVisible);
  }

  dispose(): void {
    this._viewer.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.model.refreshIfStale();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this.model.refreshIfStale();
    }
  }

  private readonly _viewer: IDisposable;
}
