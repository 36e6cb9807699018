import { Notification } from '@jupyterlab/apputils';

import { clip } from '../../components/showStudioError';

/** Milliseconds: what is over sooner is not announced as being under way. */
const DELAY = 1_000;

/** One notification of something under way, with what can be done about it. */
export class ProgressNote {
  constructor(
    private _message: string,
    private readonly _actions: Notification.IAction[]
  ) {
    this._timer = setTimeout(() => {
      this._id = Notification.emit(clip(this._message), 'in-progress', {
        autoClose: false,
        actions: this._actions
      });
    }, DELAY);
  }

  /** Say something else. */
  update(message: string): void {
    if (message === this._message) {
      return;
    }
    this._message = message;
    if (this._id !== undefined) {
      // An update would open a notification again that was closed, except for a silent one.
      const isOpen = document.getElementById(this._id) !== null;
      Notification.update({
        id: this._id,
        message: clip(message),
        autoClose: isOpen ? false : 0
      });
    }
  }

  /** Take it away. */
  end(): void {
    clearTimeout(this._timer);
    const id = this._id;
    if (id !== undefined) {
      Notification.dismiss(id);
      // JupyterLab draws the first notification of a page late.
      setTimeout(() => Notification.dismiss(id), DELAY);
    }
  }

  private _id: string | undefined;
  private readonly _timer: ReturnType<typeof setTimeout>;
}
