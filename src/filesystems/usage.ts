import { Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ITranslator } from '@jupyterlab/translation';

import { formatBytes } from '../core/format';
import { once } from '../core/once';
import type { StudioStore } from '../core/store';
import type { IVolume, IVolumeWarnings } from '../tokens';

const KEY = 'warned';
/** Percent from which on a volume is nearly full, where the settings don't say. */
const NEARLY_FULL = 90;
/** Shares below the limit before a volume that was nearly full can be so again. */
const RELIEF = 0.05;

/** Warns once of each volume that is nearly full; again only after it was not. */
export class UsageWarnings implements IVolumeWarnings {
  /**
   * @param _store - keeps what was warned of across reloads.
   * @param _limit - share from which on a volume is nearly full; 0 warns of none.
   */
  constructor(
    private readonly _store: StudioStore,
    private readonly _limit: () => Promise<number>,
    private readonly _warn: (volume: IVolume) => void
  ) {}

  /** Look at volumes as they are now; calls run one after the other. */
  check(volumes: IVolume[]): Promise<void> {
    return (this._last = this._last.then(() => this._check(volumes)));
  }

  private async _check(volumes: IVolume[]): Promise<void> {
    const limit = await this._limit();
    this._warned ??= new Set(await this._store.load<string[]>(KEY));
    let isChanged = false;
    for (const volume of volumes) {
      const share = volume.usedBytes / volume.totalBytes;
      if (limit > 0 && share >= limit && !this._warned.has(volume.key)) {
        this._warned.add(volume.key);
        isChanged = true;
        this._warn(volume);
      } else if (share < limit - RELIEF) {
        isChanged = this._warned.delete(volume.key) || isChanged;
      }
    }
    if (isChanged) {
      await this._store.save(KEY, [...this._warned]);
    }
  }

  private _last: Promise<void> = Promise.resolve();
  private _warned: Set<string> | undefined;
}

/** Warnings as notifications, by the settings. */
export function makeWarnings(options: {
  /** Rejects or yields nothing where there are no settings; their defaults hold then. */
  loadSettings: () => Promise<ISettingRegistry.ISettings | undefined>;
  store: StudioStore;
  /** Opens the sidebar at the section of file systems. */
  show: () => void;
  language: ITranslator;
}): IVolumeWarnings {
  const { loadSettings, store, show, language } = options;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const settings = once(loadSettings);
  const limit = async () => {
    const found = await settings().catch(() => undefined);
    const percent = found?.composite.usageWarning;
    return (typeof percent === 'number' ? percent : NEARLY_FULL) / 100;
  };
  return new UsageWarnings(store, limit, ({ name, usedBytes, totalBytes }) => {
    Notification.warning(
      trans.__(
        '“%1” is nearly full: %2 % used, %3 left.',
        name,
        Math.floor((usedBytes / totalBytes) * 100),
        formatBytes(totalBytes - usedBytes, language.languageCode)
      ),
      {
        autoClose: false,
        actions: [{ label: trans.__('Show the file systems'), callback: show }]
      }
    );
  });
}
