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
    readonly model: T,
    className: string
  ) {
    super(model.changed, className);
    this._viewer = model.addViewer(() => this.isVisible);
  }

  dispose(): void {
    this._viewer.dispose();
    super.dispose();
  }

  /** It has come into view. */
  protected onSeen(): void {
    void this.model.refreshIfStale();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.onSeen();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this.onSeen();
    }
  }

  private readonly _viewer: IDisposable;
}

/** A widget with a model of its own, which ends with it. */
export abstract class OwningPanel<
  T extends IViewedModel & IDisposable
> extends ViewedPanel<T> {
  dispose(): void {
    this.model.dispose();
    super.dispose();
  }
}
