import { Notification } from '@jupyterlab/apputils';

import { clip } from '../../components/showStudioError';

/** Milliseconds: what is over sooner is not announced as being under way. */
const DELAY = 1_000;
/** Milliseconds in which JupyterLab has drawn a notification. */
const DRAWING = 2_000;

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
      this._emittedAt = Date.now();
    }, DELAY);
  }

  /** Say something else. */
  update(message: string): void {
    if (this._isEnded || message === this._message) {
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
    this._isEnded = true;
    clearTimeout(this._timer);
    if (this._id !== undefined) {
      dismissOnceDrawn(this._id, this._emittedAt + DRAWING);
    }
  }

  private _id: string | undefined;
  private _emittedAt = 0;
  private _isEnded = false;
  private readonly _timer: ReturnType<typeof setTimeout>;
}

/** JupyterLab loads what draws with the first notification; dismissed before, it would stay. */
function dismissOnceDrawn(id: string, latest: number): void {
  if (document.getElementById(id) !== null || Date.now() >= latest) {
    Notification.dismiss(id);
  } else {
    setTimeout(() => dismissOnceDrawn(id, latest), 100);
  }
}
