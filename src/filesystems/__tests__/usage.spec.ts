import { database } from '../../__tests__/fakes';
import { StudioStore } from '../../core/store';
import { UsageWarnings } from '../usage';

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
});
