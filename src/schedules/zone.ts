/** Clocks of IANA time zones, by the browser's own data. Pure. */

/** What a clock on the wall shows. */
export interface IWallTime {
  year: number;
  /** 1–12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** A change of a zone's clock. */
export interface IClockChange {
  /** The moment, milliseconds since the epoch. */
  at: number;
  /** Minutes the clock goes forward; negative where an hour comes twice. */
  minutes: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Whether the browser knows a time zone. */
export function isZone(zone: string): boolean {
  try {
    return zone !== '' && !!formatter(zone);
  } catch {
    return false;
  }
}

/** The zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** All zones the browser knows, its own first, then UTC. */
export function allZones(): string[] {
  const own = ownZone();
  const known =
    typeof Intl.supportedValuesOf === 'function'
      ? Intl.supportedValuesOf('timeZone')
      : [];
  return [...new Set([own, 'UTC', ...known])];
}

/** What a zone's clock shows at a moment. */
export function wallTime(zone: string, at: number): IWallTime {
  const shown = new Date(at + offsetAt(zone, at));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes()
  };
}

/** Milliseconds a zone's clock is before UTC. */
export function offsetAt(zone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(at)) {
    parts[type] = Number(value);
  }
  const { year, month, day, hour, minute, second } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  // Offsets are whole seconds; milliseconds are not shown.
  return shown - Math.floor(at / 1000) * 1000;
}

/**
 * The moments at which a zone's clock shows a time: none in an hour it skips, two in one that comes
 * twice, in order.
 */
export function momentsOf(zone: string, wall: IWallTime): number[] {
  const shown = wallNumber(wall);
  const offsets = new Set([
    offsetAt(zone, shown - DAY),
    offsetAt(zone, shown + DAY)
  ]);
  return [...offsets]
    .map(offset => shown - offset)
    .filter(at => at + offsetAt(zone, at) === shown)
    .sort((a, b) => a - b);
}

/** A wall time as a number that sorts. */
export function wallNumber(wall: IWallTime): number {
  const { year, month, day, hour, minute } = wall;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** The clock changes of a zone within a span. */
export function clockChanges(
  zone: string,
  from: number,
  to: number
): IClockChange[] {
  const changes: IClockChange[] = [];
  let offset = offsetAt(zone, from);
  for (let at = from; at < to; at += DAY) {
    const next = offsetAt(zone, at + DAY);
    if (next !== offset) {
      changes.push({
        at: changeBetween(zone, at, at + DAY),
        minutes: (next - offset) / 60_000
      });
      offset = next;
    }
  }
  return changes;
}

function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (middle <= low) {
      break;
    }
    if (offsetAt(zone, middle) === before) {
      low = middle;
    } else {
      high = middle;
    }
  }
  // Clocks change on a whole minute.
  return Math.round(high / 60_000) * 60_000;
}

/** A moment's name in a zone, e.g. `GMT+1`. */
export function zoneName(zone: string, at: number): string {
  const offset = offsetAt(zone, at);
  if (offset === 0) {
    return 'UTC';
  }
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const size = Math.abs(offset);
  return `UTC${offset < 0 ? '−' : '+'}${two(size / HOUR)}:${two((size % HOUR) / 60_000)}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** One formatter a zone: making one costs far more than using it. */
function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric'
    });
    formatters.set(zone, found);
  }
  return found;
}
