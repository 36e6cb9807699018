import type { ILabShell } from '@jupyterlab/application';
import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { AccordionPanel, Widget } from '@lumino/widgets';

import { studioIcon } from '../components/icons';
import type { IStudioSidebar } from '../tokens';

/** The icon's `data-` attribute that the style sheet shows. */
const BADGE = 'sagemaker-studio-badge';

/** The sidebar: one accordion, a section for each capability, by rank. */
export class StudioSidebar extends SidePanel implements IStudioSidebar {
  constructor(
    private readonly _shell: ILabShell | null,
    translator: ITranslator
  ) {
    super({ translator });
    const trans = translator.load('jupyterlab_sagemaker_studio');
    this.id = 'jupyterlab-sagemaker-studio';
    this.addClass('jp-SageMakerStudio-Sidebar');
    this.title.icon = studioIcon;
    this._caption = trans.__('SageMaker Studio');
    this.title.caption = this._caption;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('SageMaker Studio'));
    const content = this.content as AccordionPanel;
    content.expansionToggled.connect(this._giveRoom, this);
  }

  addSection(
    widget: Widget,
    options: { rank: number; isFolded?: boolean }
  ): IDisposable {
    const at = this.widgets.filter(
      other => (this._ranks.get(other) ?? 0) <= options.rank
    ).length;
    this._ranks.set(widget, options.rank);
    this.insertWidget(at, widget);
    if (options.isFolded) {
      (this.content as AccordionPanel).collapse(at);
      this._neverOpen.add(widget);
    }
    widget.disposed.connect(this._forget, this);
    return new DisposableDelegate(() => {
      widget.disposed.disconnect(this._forget, this);
      this._forget(widget);
      widget.parent = null;
    });
  }

  setBadge(count: number, caption: string): void {
    // JupyterLab keeps something of its own there, too.
    const dataset = { ...this.title.dataset };
    delete dataset[BADGE];
    this.title.dataset =
      count > 0 ? { ...dataset, [BADGE]: `${count}` } : dataset;
    this.title.caption =
      count > 0 ? `${this._caption}: ${caption}` : this._caption;
  }

  reveal(widgetId: string): void {
    this._shell?.activateById(this.id);
    const index = this.widgets.findIndex(({ id }) => id === widgetId);
    if (index >= 0) {
      (this.content as AccordionPanel).expand(index);
      this.widgets[index].activate();
    }
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    // JupyterLab restores sections as collapsed that were saved while the sidebar was closed.
    const content = this.content as AccordionPanel;
    if (
      this.widgets.length > 0 &&
      this.widgets.every(section => section.isHidden)
    ) {
      content.expand(0);
    }
  }

  /** A section that was never open has no size to come back to: all that are open share the room. */
  private _giveRoom(content: AccordionPanel, index: number): void {
    const widget = content.widgets[index];
    if (!widget.isHidden && this._neverOpen.delete(widget)) {
      content.setRelativeSizes(
        content.widgets.map(({ isHidden }) => (isHidden ? 0 : 1))
      );
    }
  }

  private _forget(widget: Widget): void {
    this._ranks.delete(widget);
    this._neverOpen.delete(widget);
  }

  private readonly _caption: string;
  private readonly _ranks = new Map<Widget, number>();
  private readonly _neverOpen = new Set<Widget>();
}
