import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IChangeSettings } from './change/api';

/** The settings of spaces, with the schema's defaults until they are read. */
export class SpaceSettings {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How changes are carried out. */
  get change(): IChangeSettings {
    return this._change;
  }

  /** Whether the status bar shows the instance. */
  get statusBar(): boolean {
    return this._statusBar;
  }

  /** Minutes that keep-awake proposes. */
  get keepAwakeMinutes(): number {
    return this._keepAwakeMinutes;
  }

  /** Follow the settings from now on. */
  connect(settings: ISettingRegistry.ISettings): void {
    settings.changed.connect(this._onChanged, this);
    this._onChanged(settings);
  }

  private _onChanged(settings: ISettingRegistry.ISettings): void {
    const { composite } = settings;
    this._change = {
      stateMachineArn: composite.stateMachineArn as string,
      schedulerRoleArn: composite.schedulerRoleArn as string,
      executor: composite.executor as IChangeSettings['executor'],
      fallbacks: composite.fallbacks as string[]
    };
    this._statusBar = composite.statusBar as boolean;
    this._keepAwakeMinutes = composite.keepAwakeMinutes as number;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _change: IChangeSettings = {
    stateMachineArn: '',
    schedulerRoleArn: '',
    executor: 'auto',
    fallbacks: []
  };
  private _statusBar = true;
  private _keepAwakeMinutes = 120;
}
