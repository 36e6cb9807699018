/** One job's values of the parameters that vary, by name. */
export type Combination = Record<string, string>;

/** A parameter that varies, with its values in the order given. */
export interface IAxis {
  name: string;
  values: readonly string[];
}

/** Beyond it, numbers are no longer exact, so combinations could not be told apart. */
export const MAX_GRID = Number.MAX_SAFE_INTEGER;

/** How many combinations there are; `Infinity` where they can't be counted exactly. */
export function gridSize(axes: readonly IAxis[]): number {
  const size = axes.reduce((product, axis) => product * axis.values.length, 1);
  return size > MAX_GRID ? Infinity : size;
}

/** The combination with a number from 0; the last parameter varies fastest. */
export function combinationAt(
  axes: readonly IAxis[],
  index: number
): Combination {
  const entries: [string, string][] = [];
  let rest = index;
  for (const { name, values } of [...axes].reverse()) {
    entries.unshift([name, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries);
}

/**
 * Numbers of combinations for a random sample: each at most once, in the order of the grid.
 *
 * The same seed gives the same sample in any browser. By Floyd's algorithm, so that a grid of any
 * size costs no more than its sample.
 */
export function sample(size: number, count: number, seed: number): number[] {
  const random = generator(seed);
  const chosen = new Set<number>();
  for (let top = size - count; top < size; top++) {
    const pick = Math.floor(random() * (top + 1));
    chosen.add(chosen.has(pick) ? top : pick);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Numbers from 0 to 1 with 53 random bits each, from mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  const next32 = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return () => {
    const high = next32() >>> 5;
    const low = next32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}
