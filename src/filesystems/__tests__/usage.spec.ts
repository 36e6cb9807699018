import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { database } from '../../__tests__/fakes';
import { StudioStore } from '../../core/store';
import { UsageWarnings, makeWarnings } from '../usage';

const volume = (percent: number, key = 'home') => ({
  key,
  name: key,
  usedBytes: percent,
  totalBytes: 100
});

describe('warnings of full volumes', () => {
  const states = database();
  const made = (limit = 0.9) => {
    const warn = jest.fn();
    const warnings = new UsageWarnings(
      new StudioStore(states, 'filesystems'),
      async () => limit,
      found => warn(found.key)
    );
    return { warn, warnings };
  };

  it('come once for each volume, also after a reload', async () => {
    const { warn, warnings } = made();
    await warnings.check([volume(89), volume(50, 'other')]);
    expect(warn).not.toHaveBeenCalled();
    await Promise.all([
      warnings.check([volume(90), volume(95, 'other')]),
      warnings.check([volume(92), volume(96, 'other')])
    ]);
    expect(warn.mock.calls).toEqual([['home'], ['other']]);
    const again = made();
    await again.warnings.check([volume(97), volume(97, 'other')]);
    expect(again.warn).not.toHaveBeenCalled();
  });

  it('come again only after there was room', async () => {
    const { warn, warnings } = made();
    await warnings.check([volume(88)]);
    await warnings.check([volume(91)]);
    expect(warn).not.toHaveBeenCalled();
    await warnings.check([volume(60)]);
    await warnings.check([volume(91)]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('do not come where they are not wanted', async () => {
    const { warn, warnings } = made(0);
    await warnings.check([volume(100, 'third')]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('are notifications that lead to the file systems; the setting says from where on', async () => {
    const warning = jest.spyOn(Notification, 'warning').mockReturnValue('1');
    const show = jest.fn();
    const make = (loadSettings: () => Promise<never>) =>
      makeWarnings({
        loadSettings,
        store: new StudioStore(null, 'filesystems'),
        show,
        language: nullTranslator
      });
    const set = { composite: { usageWarning: 50 } } as never;
    await make(async () => set).check([volume(60)]);
    expect(warning.mock.calls[0][0]).toBe(
      '“home” is nearly full: 60 % used, 40 bytes left.'
    );
    warning.mock.calls[0][1]?.actions?.[0].callback(new MouseEvent('click'));
    expect(show).toHaveBeenCalledTimes(1);
    // Without settings their default holds.
    const without = make(async () => Promise.reject(new Error()));
    await without.check([volume(89)]);
    expect(warning).toHaveBeenCalledTimes(1);
    await without.check([volume(90)]);
    expect(warning).toHaveBeenCalledTimes(2);
  });
});
