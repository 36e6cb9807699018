import {
  formatBytes,
  formatClock,
  formatDuration,
  formatRelative,
  formatTime
} from '../format';

describe('formats', () => {
  it.each([
    [0, '0 sec'],
    [999, '0 sec'],
    [42_000, '42 sec'],
    [200_000, '3 min 20 sec'],
    [7_500_000, '2 hr 5 min'],
    [3_600_000, '1 hr'],
    [90_000_000, '1 day 1 hr'],
    [-5, '0 sec']
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds, 'en')).toBe(text);
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1500, '1.5 kB'],
    [999_700, '1 MB'],
    [1_234_567_890, '1.2 GB'],
    [123_456_789, '123 MB']
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text);
  });

  const now = new Date('2025-06-15T12:00:00Z');
  it.each([
    ['2025-06-15T11:55:00Z', '5 minutes ago'],
    ['2025-06-15T12:00:02Z', 'now'],
    ['2025-06-14T11:00:00Z', 'yesterday'],
    ['2025-06-17T12:00:00Z', 'in 2 days'],
    ['2023-01-01T00:00:00Z', '2 years ago']
  ])('writes %s as %s', (when, text) => {
    expect(formatRelative(new Date(when), now, 'en')).toBe(text);
  });

  it('writes in the language of JupyterLab, whatever it calls its locale', () => {
    expect(formatRelative(new Date('2025-06-15T11:55:00Z'), now, 'de_DE')).toBe(
      'vor 5 Minuten'
    );
    expect(formatTime(now, 'de')).toContain('2025');
    expect(formatClock(now, now, 'de')).not.toContain('2025');
    const tomorrow = new Date(now.getTime() + 86_400_000);
    expect(formatClock(now, tomorrow, 'de')).toBe(formatTime(now, 'de'));
    expect(formatBytes(1500, 'default')).toMatch(/kB/);
    expect(formatBytes(1500, 'not a locale!')).toMatch(/kB/);
  });
});
