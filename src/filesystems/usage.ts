import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatBytes } from '../core/format';
import type { StudioStore } from '../core/store';
import type { IVolume, IVolumeWarnings } from '../tokens';

const KEY = 'warned';
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

/** Say that a volume is nearly full. */
export function warnOf(
  { name, usedBytes, totalBytes }: IVolume,
  options: { show: () => void; trans: TranslationBundle; locale?: string }
): void {
  const { show, trans, locale } = options;
  Notification.warning(
    trans.__(
      '“%1” is nearly full: %2 % used, %3 left.',
      name,
      Math.floor((usedBytes / totalBytes) * 100),
      formatBytes(totalBytes - usedBytes, locale)
    ),
    {
      autoClose: false,
      actions: [{ label: trans.__('Show the file systems'), callback: show }]
    }
  );
}
