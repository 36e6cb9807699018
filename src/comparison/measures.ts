/** A value as notebooks record it. */
export type RunValue = string | number | boolean;

/** A number with its unit, `` for none. */
export interface IMeasure {
  value: number;
  unit: string;
}

/** Units that are read behind a number, by what they measure and how many of the base unit. */
const UNITS: Record<string, [kind: string, factor: number]> = {
  '%': ['%', 1],
  ns: ['s', 1e-9],
  us: ['s', 1e-6],
  µs: ['s', 1e-6],
  ms: ['s', 1e-3],
  s: ['s', 1],
  sec: ['s', 1],
  seconds: ['s', 1],
  min: ['s', 60],
  minutes: ['s', 60],
  h: ['s', 3600],
  hours: ['s', 3600],
  B: ['B', 1],
  bytes: ['B', 1],
  kB: ['B', 1e3],
  KB: ['B', 1e3],
  MB: ['B', 1e6],
  GB: ['B', 1e9],
  TB: ['B', 1e12],
  KiB: ['B', 2 ** 10],
  MiB: ['B', 2 ** 20],
  GiB: ['B', 2 ** 30],
  'it/s': ['it/s', 1],
  USD: ['USD', 1]
};

/** For regular expressions: a number, and one of the units. */
export const NUMBER_PATTERN =
  '[+-]?(?:\\d[\\d_]*(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?';
export const UNIT_PATTERN = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');

const MEASURE = new RegExp(`^(${NUMBER_PATTERN})\\s*(${UNIT_PATTERN})?$`);

/** A number, with its unit if it has one; null for what is none. Text is read as Python writes it. */
export function readMeasure(value: RunValue | undefined): IMeasure | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { value, unit: '' } : null;
  }
  const match =
    typeof value === 'string' ? MEASURE.exec(value.trim()) : undefined;
  if (!match) {
    return null;
  }
  const number = Number(match[1].replace(/_/g, ''));
  return Number.isFinite(number)
    ? { value: number, unit: match[2] ?? '' }
    : null;
}

/** The same values as numbers of one unit, or null where they can't be compared. */
export function commonUnit(
  measures: readonly (IMeasure | null)[]
): { unit: string; numbers: (number | null)[] } | null {
  const known = measures.filter(each => each !== null);
  const [first] = known;
  if (!first) {
    return null;
  }
  const { unit } = first;
  if (known.every(each => each.unit === unit)) {
    return { unit, numbers: measures.map(each => each?.value ?? null) };
  }
  const kind = UNITS[unit]?.[0];
  if (!known.every(each => kind && UNITS[each.unit]?.[0] === kind)) {
    return null;
  }
  const factor = UNITS[unit][1];
  return {
    unit,
    numbers: measures.map(each =>
      each
        ? Number(((each.value * UNITS[each.unit][1]) / factor).toPrecision(12))
        : null
    )
  };
}
