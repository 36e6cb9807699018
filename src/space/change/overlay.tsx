import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { IResourceWatcher } from '../../tokens';
import { ProgressView } from './components/ProgressView';
import type { LabFacts } from './facts';
import { isBack } from './progress';
import { progressWords } from './progressWords';
import type { ChangeWatcher } from './watcher';

/** Seconds a person has to say that the page should stay as it is. */
const COUNTDOWN = 2;

/** What a {@link ProgressOverlay} is made of. */
export interface IOverlayOptions {
  app: JupyterFrontEnd;
  watcher: ChangeWatcher;
  poller: IResourceWatcher;
  lab: Pick<LabFacts, 'documents' | 'saveAll'>;
  usual: { duration: number; of: number } | null;
  /** Gives up what has not begun. */
  cancel?: () => void;
  /** Loads the page anew. */
  reload: () => void;
  trans: TranslationBundle;
  locale?: string;
}

/**
 * Covers JupyterLab while its server is away, and loads the page anew when there is one again.
 *
 * #### Notes
 * It needs nothing of the server that is gone: this chunk is loaded before. JupyterLab's own
 * dialogs on the lost connection would say what is known and lie behind; they are closed.
 */
export class ProgressOverlay extends ReactWidget {
  constructor(private readonly _options: IOverlayOptions) {
    super();
    this.addClass('jp-SageMakerStudio-Overlay');
    this.addClass('jp-ThemedContainer');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-modal', 'true');
    this._title = document.title;
    _options.watcher.changed.connect(this._onChanged, this);
  }

  /** Cover the window, once. */
  cover(): void {
    const { app, poller } = this._options;
    if (this.isAttached) {
      return;
    }
    this._pause = poller.pause();
    Widget.attach(this, document.body);
    // What lies behind can't be reached by the keyboard or a screen reader either.
    app.shell.node.inert = true;
    Dialog.tracker.forEach(dialog => dialog.reject());
    Dialog.tracker.widgetAdded.connect(this._onDialog, this);
    this.node.focus();
    this._onChanged();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearInterval(this._counting);
    this._pause?.dispose();
    this._options.app.shell.node.inert = false;
    document.title = this._title;
    Dialog.tracker.widgetAdded.disconnect(this._onDialog, this);
    this._options.watcher.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  protected render(): JSX.Element {
    const { watcher, usual, cancel, reload, trans, locale } = this._options;
    return (
      <ProgressView
        state={watcher.state}
        record={watcher.record}
        now={Date.now()}
        usual={usual}
        countdown={this._countdown}
        obstacle={this._obstacle}
        actions={{ cancel, reload, stay: () => this.dispose() }}
        trans={trans}
        locale={locale}
      />
    );
  }

  private _onChanged(): void {
    const { watcher, trans, locale } = this._options;
    if (!this.isAttached) {
      return;
    }
    const { tab } = progressWords(watcher.state, watcher.record, {
      trans,
      locale
    });
    document.title = `${tab} – ${this._title}`;
    if (isBack(watcher.state) && !this._isReturning) {
      this._isReturning = true;
      void this._return();
    }
    this.update();
  }

  /** Save what has changed meanwhile, then load the page anew. */
  private async _return(): Promise<void> {
    const { lab, trans } = this._options;
    try {
      await lab.saveAll();
    } catch (error) {
      this._obstacle = trans.__(
        'Not saved, and lost when the page is loaded again: %1',
        error instanceof Error ? error.message : String(error)
      );
      this.update();
      return;
    }
    this._countdown = COUNTDOWN;
    this._counting = setInterval(() => {
      this._countdown = Math.max(0, (this._countdown ?? 0) - 1);
      if (this._countdown === 0) {
        clearInterval(this._counting);
        this._options.reload();
      }
      this.update();
    }, 1_000);
    this.update();
  }

  private _onDialog(_: unknown, dialog: Dialog<unknown>): void {
    // Not before it is launched, or nothing would be there to close.
    setTimeout(() => {
      if (!dialog.isDisposed) {
        dialog.reject();
      }
    }, 0);
  }

  private readonly _title: string;
  private _pause: IDisposable | undefined;
  private _isReturning = false;
  private _countdown: number | null = null;
  private _counting: ReturnType<typeof setInterval> | undefined;
  private _obstacle: string | null = null;
}

/**
 * Load the page anew at the same address, so in the same workspace.
 *
 * #### Notes
 * JupyterLab asks before a page with unsaved changes is left; what could be saved is saved, so
 * here nobody is asked. `reset` and `clone` would lose the layout a second time.
 */
export function reloadPage(): void {
  window.addEventListener(
    'beforeunload',
    event => event.stopImmediatePropagation(),
    { capture: true }
  );
  const url = new URL(window.location.href);
  url.searchParams.delete('reset');
  url.searchParams.delete('clone');
  if (url.href === window.location.href) {
    window.location.reload();
  } else {
    window.location.replace(url);
  }
}
