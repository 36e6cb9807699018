import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { useNow } from '../components/useNow';
import { formatDuration } from '../core/format';
import type { ISpaceChanges } from '../tokens';
import { CommandIDs } from './commands';
import { IDLE_WARNING, idleLeft, isKnown, priceOf, specOf } from './facts';
import type { ISpaceFacts } from './facts';
import type { SpaceModel } from './model';
import { appStatusOf, hourlyPrice } from './words';

/** Milliseconds between two looks at the clock. */
const TICK = 15_000;

/** What the menu offers, in this order; null for a line between. */
const MENU = [
  CommandIDs.changeInstance,
  CommandIDs.openCatalogue,
  null,
  CommandIDs.keepAwake,
  CommandIDs.restartJupyter,
  CommandIDs.restartSpace,
  CommandIDs.stopSpace,
  null,
  CommandIDs.showSpace
];

/** What a {@link StatusItem} needs. */
export interface IStatusItemOptions {
  commands: CommandRegistry;
  /** Whether the person wants it. */
  isWanted: () => boolean;
  trans: TranslationBundle;
  locale?: string;
}

/** Instance, state and price in the status bar; a click opens what can be done. */
export class StatusItem extends ReactWidget {
  constructor(private readonly _options: IStatusItemOptions) {
    super();
    this.addClass('jp-SageMakerStudio-StatusItem');
    this._menu = new MenuSvg({ commands: _options.commands });
    for (const command of MENU) {
      this._menu.addItem(command ? { command } : { type: 'separator' });
    }
  }

  /** Emitted when the item appears or goes. */
  get activeChanged(): ISignal<this, void> {
    return this._activeChanged;
  }

  /** Whether there is something to show. */
  get isActive(): boolean {
    return (
      this._options.isWanted() &&
      (this._model?.facts !== undefined || this._activity !== undefined)
    );
  }

  /** Show this space from now on; what is not seen is not asked for. */
  connect(model: SpaceModel, changes: ISpaceChanges): void {
    if (this._model || this.isDisposed) {
      return;
    }
    this._model = model;
    this._changes = changes;
    this._viewer = model.addViewer(() => this.isVisible, 'app');
    model.changed.connect(this._onChanged, this);
    changes.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /** Ask again whether the person wants it. */
  refresh(): void {
    this._onChanged();
  }

  dispose(): void {
    this._viewer?.dispose();
    this._menu.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    return (
      <UseSignal signal={this._drawn}>
        {() => {
          const facts = this._model?.facts;
          return facts || this._activity ? (
            <StatusButton
              facts={facts}
              phase={this._activity?.phase}
              onClick={this._openMenu}
              trans={this._options.trans}
              locale={this._options.locale}
            />
          ) : null;
        }}
      </UseSignal>
    );
  }

  private get _activity() {
    const own = this._model?.facts?.context.fields.spaceName.value;
    return this._changes?.activities.find(({ spaceName }) => spaceName === own);
  }

  private _onChanged(): void {
    this._drawn.emit();
    this._activeChanged.emit();
  }

  private readonly _openMenu = (): void => {
    const { left, top } = this.node.getBoundingClientRect();
    // At the bottom of the page there is only room above, which Lumino finds by itself.
    this._menu.open(left, top);
  };

  private readonly _menu: MenuSvg;
  private readonly _drawn = new Signal<this, void>(this);
  private readonly _activeChanged = new Signal<this, void>(this);
  private _model: SpaceModel | undefined;
  private _changes: ISpaceChanges | undefined;
  private _viewer: { dispose(): void } | undefined;
}

function StatusButton(props: {
  facts: ISpaceFacts | undefined;
  /** What is being done with the space, if something is. */
  phase: string | undefined;
  onClick: () => void;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { facts, phase, onClick, trans, locale } = props;
  const now = useNow(TICK);
  const left = facts && idleLeft(facts, now);
  const isNear = left !== undefined && left <= IDLE_WARNING;
  const words = phase
    ? [phase]
    : [
        ...(facts ? describe(facts, trans, locale) : []),
        ...(isNear
          ? [trans.__('stops in %1', formatDuration(left, locale))]
          : [])
      ];
  const text = words.join(' · ');
  const tone = phase ? ' jp-mod-busy' : isNear ? ' jp-mod-near' : '';
  return (
    <button
      type="button"
      className={`jp-SageMakerStudio-StatusItem-button${tone}`}
      aria-haspopup="menu"
      aria-label={trans.__('SageMaker space: %1', text)}
      title={
        isNear
          ? trans.__(
              'SageMaker is about to stop this space: nothing happens here'
            )
          : trans.__('The SageMaker space this JupyterLab runs in')
      }
      onClick={onClick}
    >
      {text}
    </button>
  );
}

function describe(
  facts: ISpaceFacts,
  trans: TranslationBundle,
  locale: string | undefined
): string[] {
  const spec = specOf(facts);
  const type = isKnown(spec) ? spec.value.instanceType : undefined;
  const price = priceOf(facts.prices, type, '');
  const { app } = facts;
  return [
    type ?? trans.__('Instance not known'),
    isKnown(app)
      ? appStatusOf(app.value?.status ?? null, trans).label
      : trans.__('State not known'),
    isKnown(price) ? hourlyPrice(price.value, trans, locale) : ''
  ].filter(Boolean);
}
