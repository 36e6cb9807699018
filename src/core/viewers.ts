import type { IDisposable } from '@lumino/disposable';

/** A view that shows what a model reads. */
export interface IViewer {
  isVisible: () => boolean;
  /** What it shows of it, where views differ. */
  detail?: string;
}

/** The views of a model, which only reads while one of them is visible. */
export class Viewers {
  /** Those that are visible now. */
  get visible(): IViewer[] {
    return [...this._viewers].filter(({ isVisible }) => isVisible());
  }

  /** Register a view until it is disposed. */
  add(viewer: IViewer): IDisposable {
    const viewers = this._viewers;
    viewers.add(viewer);
    return {
      get isDisposed() {
        return !viewers.has(viewer);
      },
      dispose: () => {
        viewers.delete(viewer);
      }
    };
  }

  private readonly _viewers = new Set<IViewer>();
}
