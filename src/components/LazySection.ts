import { PanelLayout, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

/** A section of the sidebar whose content is loaded when it is first seen. */
export class LazySection extends Widget {
  /**
   * @param id - of the widget; JupyterLab keeps by it whether the section is open.
   * @param title - shown as the section's title and spoken as its label.
   * @param load - makes the content; called again after a failure, when shown again.
   */
  constructor(
    id: string,
    title: string,
    private readonly _load: () => Promise<Widget>
  ) {
    super();
    this.id = id;
    this.title.label = title;
    this.layout = new PanelLayout();
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', title);
    this.addClass('jp-SageMakerStudio-LazySection');
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this._fill();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      void this._fill();
    }
  }

  private async _fill(): Promise<void> {
    if (this._isLoading) {
      return;
    }
    this._isLoading = true;
    try {
      const content = await this._load();
      if (this.isDisposed) {
        content.dispose();
      } else {
        (this.layout as PanelLayout).addWidget(content);
      }
    } catch {
      // Whoever loads says why; showing the section again tries again.
      this._isLoading = false;
    }
  }

  private _isLoading = false;
}
