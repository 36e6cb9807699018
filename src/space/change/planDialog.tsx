import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ModelPanel } from '../../components/ModelPanel';
import { focusWanted } from './components/PlanForm';
import { PlanView } from './components/PlanView';
import type { Proposal } from './proposal';

/** The plan as the body of a dialog. */
class PlanBody extends ModelPanel {
  constructor(
    private readonly _proposal: Proposal,
    private readonly _words: { trans: TranslationBundle; locale?: string }
  ) {
    super(_proposal.changed, 'jp-SageMakerStudio-PlanDialog');
  }

  protected renderModel(): JSX.Element {
    return <PlanView proposal={this._proposal} {...this._words} />;
  }
}

/**
 * The dialog that asks before a space is changed.
 *
 * #### Notes
 * *Cancel* has the focus, and Enter never confirms unless the button itself has it. The button
 * says what will happen, and can't be pressed while something stands in the way.
 */
export class PlanDialog extends Dialog<unknown> {
  constructor(
    proposal: Proposal,
    options: { title: string; trans: TranslationBundle; locale?: string }
  ) {
    const { title, trans } = options;
    super({
      title,
      body: new PlanBody(proposal, options),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: proposal.verb })
      ],
      defaultButton: 0
    });
    this._proposal = proposal;
    this.addClass('jp-SageMakerStudio-PlanDialog-window');
    proposal.changed.connect(this._onChanged, this);
    this._onChanged();
    // JupyterLab gives *Cancel* the focus late, maybe after the form has been drawn.
    void this.ready.then(() => focusWanted(this.node));
  }

  handleEvent(event: Event): void {
    const isEnter =
      event.type === 'keydown' && (event as KeyboardEvent).key === 'Enter';
    const target = event.target as Element | null;
    if (isEnter && !target?.closest('.jp-Dialog-footer')) {
      return; // Else JupyterLab would take it for a press of the default button.
    }
    const accept = this._acceptNode;
    if (accept?.disabled && target && accept.contains(target)) {
      return;
    }
    if (event.type === 'keydown' && (event as KeyboardEvent).key === 'Tab') {
      this._onTab(event as KeyboardEvent);
      return;
    }
    super.handleEvent(event);
    if (event.type === 'input') {
      this._onChanged(); // JupyterLab has just decided by the form's validity alone.
    }
  }

  dispose(): void {
    this._proposal.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  private _onChanged(): void {
    const accept = this._acceptNode;
    const label = accept?.querySelector('.jp-Dialog-buttonLabel');
    if (accept && label) {
      const { verb, isReady } = this._proposal;
      label.textContent = verb;
      accept.setAttribute('aria-label', verb);
      accept.disabled = !isReady;
    }
  }

  /** Walk in a circle through all that is there now; JupyterLab knows only what was at first. */
  private _onTab(event: KeyboardEvent): void {
    const all = tabbable(this.node);
    const from = all.indexOf(document.activeElement as HTMLElement);
    const isLast = from === (event.shiftKey ? 0 : all.length - 1);
    if (isLast || from === -1) {
      event.preventDefault();
      all.at(event.shiftKey ? -1 : 0)?.focus();
    }
    event.stopPropagation();
  }

  private get _acceptNode(): HTMLButtonElement | null {
    return this.node.querySelector('.jp-Dialog-footer button.jp-mod-accept');
  }

  private readonly _proposal: Proposal;
}

/** What Tab leads to, in its order. */
function tabbable(node: HTMLElement): HTMLElement[] {
  const all = node.querySelectorAll<HTMLElement>(
    'input, select, textarea, button, a[href], summary, [tabindex]'
  );
  return [...all].filter(
    each =>
      each.tabIndex >= 0 &&
      !each.matches(':disabled') &&
      !each.matches('details:not([open]) > :not(summary) *')
  );
}
