import type { TranslationBundle } from '@jupyterlab/translation';

import type { Patterns } from '../core/patterns';
import type { RunValue } from './measures';
import { NUMBER_PATTERN, UNIT_PATTERN, readMeasure } from './measures';

/** A way to find numbers in what a notebook prints. */
export interface IPattern {
  expression: RegExp;
  /** Name of the value where the pattern finds none. */
  name: string;
  /** Which group holds the name, which the number. */
  nameGroup: number | null;
  numberGroup: number;
}

/** A pattern, or what is wrong with it. */
export type ReadPattern =
  { pattern: IPattern; problem: null } | { pattern: null; problem: string };

/** Longer lines are data, not messages. */
const MAX_LINE = 2000;

// `loss = 0.25`, `accuracy: 93 %`: the name begins a word, a known unit may follow.
const DEFAULT: IPattern = {
  expression: new RegExp(
    `(?<=^|[\\s,;|([])([A-Za-z_][\\w./@-]*)\\s*[=:]\\s*(${NUMBER_PATTERN}(?:\\s*(?:${UNIT_PATTERN}))?)(?=$|[\\s,;|)\\]]|\\.(?:\\s|$))`,
    'g'
  ),
  name: '',
  nameGroup: 1,
  numberGroup: 2
};

/**
 * Read a pattern as a person types it: nothing for `name = value`, else a regular expression
 * whose group is the number; with two groups the first one is the name.
 */
export function readPattern(
  text: string,
  trans: TranslationBundle
): ReadPattern {
  if (!text.trim()) {
    return { pattern: DEFAULT, problem: null };
  }
  let expression: RegExp;
  try {
    expression = new RegExp(text, 'g');
  } catch (error) {
    return {
      pattern: null,
      problem: trans.__(
        'Correct the regular expression: %1',
        error instanceof Error ? error.message : String(error)
      )
    };
  }
  const groups = groupsOf(text);
  const count = groups.length;
  if (count < 1 || count > 2) {
    return {
      pattern: null,
      problem:
        count < 1
          ? trans.__(
              'Put round brackets around the number, e.g. loss is (\\S+).'
            )
          : trans.__(
              'Keep one group for the number, or two for name and number; write the others as (?:…).'
            )
    };
  }
  const [named] = groups;
  return {
    pattern: {
      expression,
      name: count === 1 && named ? named : trans.__('printed'),
      nameGroup: count === 2 ? 1 : null,
      numberGroup: count
    },
    problem: null
  };
}

/**
 * Names of the groups of a regular expression, `` for one without; without running it, which
 * might take ages.
 */
function groupsOf(source: string): string[] {
  // An escaped sign or a set of signs holds no group.
  const rest = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, '');
  return Array.from(
    rest.matchAll(/\((?:(?!\?)|\?<(?![=!])([^>]*)>)/g),
    ([, name]) => name ?? ''
  );
}

/**
 * The numbers a pattern finds in what a notebook printed, by name; of several the last one, as
 * training prints them.
 *
 * @param patterns - runs what a person typed; ours needs nobody to stop it.
 * @throws PatternError
 */
export async function findPrinted(
  texts: readonly string[],
  pattern: IPattern,
  patterns: Patterns
): Promise<Record<string, RunValue>> {
  const lines = linesOf(texts);
  const matches =
    pattern === DEFAULT
      ? lines.flatMap(line => [...line.matchAll(pattern.expression)])
      : (await patterns.matchAll(pattern.expression, lines)).map(
          ({ groups }) => groups
        );
  const found = new Map<string, RunValue>();
  for (const match of matches) {
    const text = match[pattern.numberGroup];
    const measure = readMeasure(text);
    const name =
      pattern.nameGroup === null
        ? pattern.name
        : (match[pattern.nameGroup] ?? '').trim();
    if (text && measure && name) {
      found.set(name, measure.unit ? text : measure.value);
    }
  }
  return Object.fromEntries(found);
}

/** Progress bars redraw a line with carriage returns. */
function linesOf(texts: readonly string[]): string[] {
  return texts.flatMap(text =>
    text.split(/[\r\n]+/).map(line => line.slice(0, MAX_LINE))
  );
}
