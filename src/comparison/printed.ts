import type { TranslationBundle } from '@jupyterlab/translation';

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

/** Longer lines are data, not messages; an expression might take ages for them. */
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
  let groups: RegExpExecArray;
  try {
    expression = new RegExp(text, 'g');
    // It also matches nothing at all, which tells its groups.
    groups = new RegExp(`${text}|`).exec('') as RegExpExecArray;
  } catch (error) {
    return {
      pattern: null,
      problem: trans.__(
        'Correct the regular expression: %1',
        error instanceof Error ? error.message : String(error)
      )
    };
  }
  const count = groups.length - 1;
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
  const [named] = Object.keys(groups.groups ?? {});
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

/** The numbers a pattern finds in texts, by name; of several the last one, as training prints them. */
export function findPrinted(
  texts: readonly string[],
  pattern: IPattern
): Record<string, RunValue> {
  const found = new Map<string, RunValue>();
  for (const text of texts) {
    // Progress bars redraw a line with carriage returns.
    for (const line of text.split(/[\r\n]+/)) {
      for (const match of line
        .slice(0, MAX_LINE)
        .matchAll(pattern.expression)) {
        const measure = readMeasure(match[pattern.numberGroup]);
        const name =
          pattern.nameGroup === null
            ? pattern.name
            : (match[pattern.nameGroup] ?? '').trim();
        if (measure && name) {
          found.set(
            name,
            measure.unit ? match[pattern.numberGroup] : measure.value
          );
        }
      }
    }
  }
  return Object.fromEntries(found);
}
