import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { studioIcon } from '../components/icons';
import { whenIdle } from '../core/page';
import type { ISpaceActions } from './components/actions';
import { isRunning } from './facts';
import type { SpacesModel } from './spacesModel';

/** The spaces that run, in JupyterLab's own panel of what runs. */
export class RunningSpaces implements IRunningSessions.IManager {
  constructor(private readonly _options: RunningSpaces.IOptions) {
    const { panel, trans } = _options;
    if (panel) {
      // JupyterLab itself tells nobody that its panel is looked at.
      MessageLoop.installMessageHook(panel, (_, message) => {
        this._onMessage(message);
        return true;
      });
    }
    this.name = trans.__('SageMaker spaces');
    this.shutdownLabel = trans.__('Stop the space');
    this.shutdownAllLabel = trans.__('Stop others');
    this.shutdownAllConfirmationText = trans.__(
      'Stop all spaces that run, apart from this one? Their kernels are lost.'
    );
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;
  readonly shutdownItemIcon = stopIcon;
  readonly runningChanged: Signal<this, void> = new Signal<this, void>(this);

  /** Show these spaces from now on. */
  connect(spaces: SpacesModel): void {
    this._spaces = spaces;
    const { panel } = this._options;
    if (panel) {
      spaces.addViewer(() => panel.isVisible);
    }
    spaces.changed.connect(() => this.runningChanged.emit());
    this.runningChanged.emit();
  }

  running(): IRunningSessions.IRunningItem[] {
    return this._names().map(name => this._item(name));
  }

  refreshRunning(): void {
    void this._options.load().then(
      () => this._spaces?.refresh(),
      () => undefined
    );
  }

  shutdownAll(): void {
    void this._stopOthers();
  }

  private _onMessage({ type }: Message): void {
    if (type === 'after-show' || type === 'after-attach') {
      // What can't be loaded is said where somebody asks for it.
      this._look().catch(() => undefined);
    }
  }

  private async _look(): Promise<void> {
    const { load, panel } = this._options;
    await whenIdle();
    if (panel?.isVisible) {
      await load();
      await this._spaces?.refreshIfStale();
    }
  }

  private _act(act: (actions: ISpaceActions) => unknown): void {
    // What can't be loaded is said by the panel.
    this._options.actions().then(act, () => undefined);
  }

  private async _stopOthers(): Promise<void> {
    for (const name of this._names()) {
      if (name !== this._spaces?.ownName) {
        await (await this._options.actions()).stop(name);
      }
    }
  }

  private _names(): string[] {
    return (this._spaces?.spaces ?? [])
      .filter(isRunning)
      .map(({ name }) => name);
  }

  private _item(name: string): IRunningSessions.IRunningItem {
    const isOwn = name === this._spaces?.ownName;
    const space = () => this._spaces?.find(name);
    return {
      icon: () => studioIcon,
      label: () =>
        isOwn
          ? this._options.trans.__(
              '%1 (this space)',
              space()?.displayName ?? name
            )
          : (space()?.displayName ?? name),
      labelTitle: () => name,
      detail: () => space()?.app?.spec.instanceType ?? '',
      open: isOwn ? undefined : () => this._act(actions => actions.open(name)),
      shutdown: () =>
        this._act(actions => actions.stop(isOwn ? undefined : name))
    };
  }

  private _spaces: SpacesModel | undefined;
}

export namespace RunningSpaces {
  export interface IOptions {
    /** JupyterLab's panel of what runs, if it is there. */
    panel: Widget | null;
    /** Gives the spaces; called when somebody asks for them, and only then. */
    load: () => Promise<unknown>;
    /** Loads what is done with them. */
    actions: () => Promise<ISpaceActions>;
    trans: TranslationBundle;
  }
}
