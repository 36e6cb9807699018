import type { TranslationBundle } from '@jupyterlab/translation';

import { LIMITS } from '../jobs/limits';
import type { INotebookParameter } from '../jobs/parameters';
import { fitsType } from '../jobs/parameters';
import { endOfString, readLiteral } from '../jobs/pythonLiteral';

/** How the values of one parameter are given. */
export type ValuesMode = 'one' | 'list' | 'range' | 'spaced';

/** What a person typed for one parameter; what a mode doesn't use stays for when it is used again. */
export interface IValuesInput {
  mode: ValuesMode;
  /** Mode `list`: values with commas or line breaks between them. */
  list: string;
  /** Modes `range` and `spaced`: the bounds, both included. */
  from: string;
  to: string;
  /** Mode `range`. */
  step: string;
  /** Mode `spaced`: how many values. */
  count: string;
  scale: 'linear' | 'logarithmic';
}

/** The values of one parameter, or the sentence that says what to change. */
export type ReadValues =
  { values: string[]; problem: null } | { values: null; problem: string };

/** A parameter may have this many values: more can only be meant for a sample. */
export const MAX_VALUES = 10_000;

/** Values of a parameter nobody has typed anything for yet. */
export function newValues(defaultText: string): IValuesInput {
  return {
    mode: 'one',
    list: defaultText,
    from: '',
    to: '',
    step: '1',
    count: '5',
    scale: 'linear'
  };
}

/** The values as the notebook gets them: text, strings without quotes. */
export function readValues(
  input: IValuesInput,
  parameter: Pick<INotebookParameter, 'name' | 'type'> | undefined,
  trans: TranslationBundle
): ReadValues {
  const read = Private.read(input, parameter, trans);
  return read.values === null ? read : Private.checked(read.values, trans);
}

/**
 * The items of a typed list: commas and line breaks separate them, except in quotes and brackets.
 *
 * An item that is a Python string stands for its content, so `"a, b"` is one value.
 *
 * @returns null if a quote is never closed.
 */
export function splitList(text: string): string[] | null {
  const items: string[] = [];
  let item = '';
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    // An apostrophe inside a word is no quote.
    if ((char === '"' || char === "'") && (depth > 0 || !item.trim())) {
      const end = endOfString(text, at);
      if (end === null) {
        return null;
      }
      item += text.slice(at, end);
      at = end;
      continue;
    }
    if ((char === ',' || char === '\n') && depth === 0) {
      items.push(item);
      item = '';
    } else {
      depth += '([{'.includes(char) ? 1 : 0;
      depth -= ')]}'.includes(char) && depth > 0 ? 1 : 0;
      item += char;
    }
    at += 1;
  }
  items.push(item);
  return items
    .map(each => each.trim())
    .filter(Boolean)
    .map(each => {
      const literal = readLiteral(each);
      return literal.type === 'string' ? literal.text : each;
    });
}

namespace Private {
  export function read(
    input: IValuesInput,
    parameter: Pick<INotebookParameter, 'name' | 'type'> | undefined,
    trans: TranslationBundle
  ): ReadValues {
    switch (input.mode) {
      case 'one':
        return { values: [], problem: null };
      case 'list':
        return readList(input.list, parameter, trans);
      case 'range':
        return readRange(input, trans);
      case 'spaced':
        return readSpaced(input, trans);
    }
  }

  export function checked(
    values: string[],
    trans: TranslationBundle
  ): ReadValues {
    const twice = values.find((each, at) => values.indexOf(each) !== at);
    if (twice !== undefined) {
      return problem(
        trans.__('Remove one of the two values “%1”.', clip(twice))
      );
    }
    const long = values.find(each => each.length > LIMITS.parameterValue);
    return long === undefined
      ? { values, problem: null }
      : problem(
          trans.__(
            'Shorten the value “%1” to %2 characters; it has %3.',
            clip(long),
            LIMITS.parameterValue,
            long.length
          )
        );
  }

  function readList(
    text: string,
    parameter: Pick<INotebookParameter, 'name' | 'type'> | undefined,
    trans: TranslationBundle
  ): ReadValues {
    const values = splitList(text);
    if (values === null) {
      return problem(trans.__('Close the quotes: one of them is left open.'));
    }
    if (values.length === 0) {
      return problem(
        trans.__('Type the values with commas between them, e.g. 1, 2, 3.')
      );
    }
    if (values.length > MAX_VALUES) {
      return tooMany(values.length, trans);
    }
    const wrong = parameter
      ? values.find(each => !fitsType(each, parameter.type))
      : undefined;
    return wrong === undefined
      ? { values, problem: null }
      : problem(
          trans.__(
            'Change “%1”: it is not what the notebook has here, e.g. a number written as Python does.',
            clip(wrong)
          )
        );
  }

  function readRange(
    input: IValuesInput,
    trans: TranslationBundle
  ): ReadValues {
    const from = toNumber(input.from);
    const to = toNumber(input.to);
    const step = toNumber(input.step);
    if (from === null || to === null || step === null) {
      return problem(trans.__('Type from, to and step as numbers.'));
    }
    if (step === 0) {
      return problem(trans.__('Choose a step other than 0.'));
    }
    if ((to - from) * step < 0) {
      return problem(
        trans.__(
          'The step leads away from the last value; turn its sign or swap the bounds.'
        )
      );
    }
    // A hair more, so that 0 … 0.3 by 0.1 ends with 0.3.
    const count = Math.floor((to - from) / step + 1e-9) + 1;
    if (count > MAX_VALUES) {
      return tooMany(count, trans);
    }
    const digits = Math.max(decimals(input.from), decimals(input.step));
    return {
      values: Array.from({ length: count }, (_, at) =>
        digits > 15
          ? text(from + at * step)
          : text(Number((from + at * step).toFixed(digits)))
      ),
      problem: null
    };
  }

  function readSpaced(
    input: IValuesInput,
    trans: TranslationBundle
  ): ReadValues {
    const from = toNumber(input.from);
    const to = toNumber(input.to);
    const count = toNumber(input.count);
    if (from === null || to === null) {
      return problem(trans.__('Type from and to as numbers.'));
    }
    if (count === null || !Number.isInteger(count) || count < 2) {
      return problem(
        trans.__('Type how many values: a whole number of at least 2.')
      );
    }
    if (count > MAX_VALUES) {
      return tooMany(count, trans);
    }
    if (input.scale === 'logarithmic' && (from <= 0 || to <= 0)) {
      return problem(
        trans.__('Values on a logarithmic scale have bounds above 0.')
      );
    }
    return {
      values: Array.from({ length: count }, (_, at) =>
        text(between(from, to, at / (count - 1), input.scale))
      ),
      problem: null
    };
  }

  /** Rounded to what a person can read; both bounds stay as they were typed. */
  function between(
    from: number,
    to: number,
    part: number,
    scale: IValuesInput['scale']
  ): number {
    if (part === 0 || part === 1) {
      return part === 0 ? from : to;
    }
    const value =
      scale === 'linear'
        ? from + (to - from) * part
        : Math.exp(Math.log(from) + (Math.log(to) - Math.log(from)) * part);
    return Number(value.toPrecision(6));
  }

  /** As Python and JavaScript both read it. */
  function text(value: number): string {
    return String(Object.is(value, -0) ? 0 : value);
  }

  function toNumber(typed: string): number | null {
    const value = typed.trim() ? Number(typed.replace(/_/g, '')) : NaN;
    return Number.isFinite(value) ? value : null;
  }

  /** Digits behind the point of a number as typed, its exponent counted. */
  function decimals(typed: string): number {
    const match = /^[^.eE]*(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(typed.trim());
    return Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0));
  }

  function tooMany(count: number, trans: TranslationBundle): ReadValues {
    return problem(
      trans.__(
        'Choose fewer values: there are %1, and a parameter may have %2.',
        count,
        MAX_VALUES
      )
    );
  }

  function problem(words: string): ReadValues {
    return { values: null, problem: words };
  }

  function clip(value: string): string {
    return value.length <= 40 ? value : `${value.slice(0, 39)}…`;
  }
}
