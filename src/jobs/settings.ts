import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IJobDefaults } from './formState';
import type { ToolbarButton } from './neighbour';

/** The settings of notebook jobs, with the schema's defaults until they are read. */
export class JobsSettings {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What a new form starts with. */
  get defaults(): IJobDefaults {
    return this._defaults;
  }

  /** Folder for outputs below the server's root. */
  get outputFolder(): string {
    return this._outputFolder;
  }

  /** Whose button the notebook's toolbar has. */
  get toolbarButton(): ToolbarButton {
    return this._toolbarButton;
  }

  /** Whether ends of jobs that schedules start are looked for while no list is in view. */
  get backgroundCheck(): boolean {
    return this._backgroundCheck;
  }

  /** Follow the settings from now on. */
  connect(settings: ISettingRegistry.ISettings): void {
    settings.changed.connect(this._onChanged, this);
    this._onChanged(settings);
  }

  private _onChanged(settings: ISettingRegistry.ISettings): void {
    const { composite } = settings;
    this._defaults = {
      instanceType: composite.instanceType as string,
      outputFormats: composite.outputFormats as string[],
      timeout: composite.timeout as number,
      retries: composite.retries as number,
      options: {
        roleArn: (composite.roleArn as string | undefined) ?? '',
        inputUri: (composite.inputUri as string | undefined) ?? '',
        outputUri: (composite.outputUri as string | undefined) ?? '',
        outputKmsKeyId: (composite.outputKmsKeyId as string | undefined) ?? '',
        volumeKmsKeyId: (composite.volumeKmsKeyId as string | undefined) ?? '',
        volumeSize: String(composite.volumeSize ?? 30),
        networkIsolation: composite.networkIsolation === true
      }
    };
    this._outputFolder = composite.outputFolder as string;
    this._toolbarButton = composite.toolbarButton as ToolbarButton;
    this._backgroundCheck = composite.backgroundCheck as boolean;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _defaults: IJobDefaults = {
    instanceType: 'ml.m5.large',
    outputFormats: ['html'],
    timeout: 172800,
    retries: 1
  };
  private _outputFolder = 'notebook-jobs';
  private _backgroundCheck = true;
  private _toolbarButton: ToolbarButton = 'ours';
}
