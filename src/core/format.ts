/**
 * How values are written for people; every function takes the locale to write in, as Intl does.
 */

/** Milliseconds as `42 s`, `3 min 20 s`, `2 h 5 min`; the two largest units. */
export function formatDuration(milliseconds: number, locale?: string): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), 'day'],
    [Math.floor(total / 3_600) % 24, 'hour'],
    [Math.floor(total / 60) % 60, 'minute'],
    [total % 60, 'second']
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) =>
      number(value, locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'day' ? 'long' : 'short'
      })
    )
    .join(' ');
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Bytes as `1.5 MB`, in powers of 1000 as Intl's units are. */
export function formatBytes(bytes: number, locale?: string): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return number(value, locale, {
    style: 'unit',
    unit: BYTE_UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1
  });
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
];

/** A moment as `5 minutes ago` or `in 2 days`. */
export function formatRelative(
  when: Date,
  now: Date = new Date(),
  locale?: string
): string {
  const seconds = Math.round((when.getTime() - now.getTime()) / 1000);
  const format = cached(
    `relative|${locale}`,
    () => new Intl.RelativeTimeFormat(tag(locale), { numeric: 'auto' })
  );
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) {
      return format.format(Math.trunc(seconds / size), unit);
    }
  }
  // Clocks of browser and AWS differ by a little; "in 2 seconds" would only confuse.
  return format.format(0, 'second');
}

/** A moment with day and time, in the person's time zone. */
export function formatTime(when: Date, locale?: string): string {
  return cached(
    `time|${locale}`,
    () =>
      new Intl.DateTimeFormat(tag(locale), {
        dateStyle: 'medium',
        timeStyle: 'medium'
      })
  ).format(when);
}

/** A point in time as {@link formatTime}, without the date where that is today. */
export function formatClock(when: Date, now: Date, locale?: string): string {
  return when.toDateString() !== now.toDateString()
    ? formatTime(when, locale)
    : cached(
        `clock|${locale}`,
        () => new Intl.DateTimeFormat(tag(locale), { timeStyle: 'medium' })
      ).format(when);
}

function number(
  value: number,
  locale: string | undefined,
  options: Intl.NumberFormatOptions
): string {
  return cached(
    `number|${locale}|${Object.values(options).join()}`,
    () => new Intl.NumberFormat(tag(locale), options)
  ).format(value);
}

const formatters = new Map<string, unknown>();

/** One formatter for all values of a kind: making one costs more than a table's row. */
function cached<T>(key: string, make: () => T): T {
  let formatter = formatters.get(key) as T | undefined;
  if (!formatter) {
    formatter = make();
    formatters.set(key, formatter);
  }
  return formatter;
}

/** JupyterLab writes locales as `de_DE` and may say `default`; Intl wants BCP 47. */
function tag(locale: string | undefined): string | undefined {
  const candidate = locale?.replace(/_/g, '-');
  if (!candidate || candidate === 'default') {
    return undefined;
  }
  try {
    return Intl.getCanonicalLocales(candidate)[0];
  } catch {
    return undefined;
  }
}
