import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { ModelPanel } from './ModelPanel';

/** What is wrong with each field, in a sentence. */
export type FormProblems<T> = { [Field in keyof T]?: string };

/** What somebody types into a form, checked with each change. */
export class FormState<T extends object> {
  /**
   * @param _value - what the form starts with.
   * @param _check - finds what is wrong; nothing where all is right.
   */
  constructor(
    private _value: T,
    private readonly _check: (value: T) => FormProblems<T> = () => ({})
  ) {
    this._problems = _check(_value);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get value(): T {
    return this._value;
  }

  /** Whether all of it is right. */
  get isReady(): boolean {
    return Object.values(this._problems).every(each => each === undefined);
  }

  /** What is wrong with a field; nothing is, as long as nobody has been there. */
  problem(field: keyof T): string | undefined {
    return this._touched.has(field) ? this._problems[field] : undefined;
  }

  /** Take what was typed. */
  set(change: Partial<T>): void {
    this._value = { ...this._value, ...change };
    this._problems = this._check(this._value);
    (Object.keys(change) as (keyof T)[]).forEach(field =>
      this._touched.add(field)
    );
    this._changed.emit();
  }

  /** Say what is wrong everywhere, e.g. with what a form is opened with again. */
  touchAll(): void {
    (Object.keys(this._value) as (keyof T)[]).forEach(field =>
      this._touched.add(field)
    );
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _touched = new Set<keyof T>();
  private _problems: FormProblems<T>;
}

/** How a form is asked for. */
export interface IFormDialogOptions<T extends object> {
  title: string;
  state: FormState<T>;
  /** The fields, drawn anew with each change. */
  render: () => JSX.Element;
  /** What the button does, e.g. "Clone". */
  verb: string;
  /** Default: "Cancel". */
  cancel?: string;
  /** What has the focus at first; default: the first field. */
  focus?: string;
  /** Whether Escape and a cross close it, too. */
  hasClose?: boolean;
  trans: TranslationBundle;
}

/** A dialog whose button can be pressed only while what was typed is right. */
export class FormDialog<T extends object> extends Dialog<unknown> {
  constructor(options: IFormDialogOptions<T>) {
    const { title, state, render, verb, cancel, trans } = options;
    super({
      title,
      body: new FormBody(state, render),
      hasClose: options.hasClose ?? true,
      buttons: [
        Dialog.cancelButton({ label: cancel ?? trans.__('Cancel') }),
        Dialog.okButton({ label: verb })
      ],
      focusNodeSelector: options.focus ?? 'input:not([disabled])'
    });
    this._state = state;
    this.addClass('jp-SageMakerStudio-FormDialog');
    state.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  handleEvent(event: Event): void {
    const content = this.node.querySelector('.jp-Dialog-content');
    if (event.type === 'click' && !content?.contains(event.target as Node)) {
      // The second click on what opened it, or one beside it, is not to lose what was typed.
      event.stopPropagation();
      event.preventDefault();
      return;
    }
    const isEnter =
      event.type === 'keydown' && (event as KeyboardEvent).key === 'Enter';
    const target = event.target as Element | null;
    const isOnButton = !!target?.closest('button, summary');
    if (isEnter && !isOnButton && !this._state.isReady) {
      event.preventDefault();
      this._state.touchAll();
      return; // JupyterLab would take it for a press of the default button.
    }
    super.handleEvent(event);
    if (event.type === 'input') {
      this._onChanged(); // JupyterLab has just decided by the form's validity alone.
    }
  }

  dispose(): void {
    this._state.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  private _onChanged(): void {
    const accept = this.node.querySelector<HTMLButtonElement>(
      '.jp-Dialog-footer button.jp-mod-accept'
    );
    if (accept) {
      accept.disabled = !this._state.isReady;
    }
  }

  private readonly _state: FormState<T>;
}

/** Ask for what a form holds; null if the person gave up. */
export async function askForm<T extends object>(
  options: IFormDialogOptions<T>
): Promise<T | null> {
  const dialog = new FormDialog<T>(options);
  const result = await dialog.launch().catch(() => null);
  return result?.button.accept && options.state.isReady
    ? options.state.value
    : null;
}

class FormBody<T extends object> extends ModelPanel {
  constructor(
    state: FormState<T>,
    private readonly _render: () => JSX.Element
  ) {
    super(state.changed, 'jp-SageMakerStudio-FormBody');
  }

  protected onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    // JupyterLab waits for an idle moment, which may come before there is a field to focus.
    this.renderPromise = this._drawn.promise;
  }

  protected renderModel(): JSX.Element {
    return (
      <div
        className="jp-SageMakerStudio-Form"
        ref={() => this._drawn.resolve()}
      >
        {this._render()}
      </div>
    );
  }

  private readonly _drawn = new PromiseDelegate<void>();
}
