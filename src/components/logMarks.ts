import * as React from 'react';

import { Patterns } from '../core/patterns';
import { patternOf } from './logSearch';
import type { ILogQuery } from './logSearch';

/** Where something was found in a text: from, to. */
export type Mark = [from: number, to: number];

const NO_MARKS: readonly Mark[] = [];

/**
 * Where to set off what is looked for. The marks of a regular expression come a moment later, or
 * not at all if it takes too long.
 *
 * @param texts - those in view that have something to set off.
 * @returns the marks of one of the texts.
 */
export function useMarks(
  texts: readonly string[],
  query: ILogQuery
): (text: string) => readonly Mark[] {
  const { text, isCaseSensitive, isRegex } = query;
  const patterns = React.useRef<Patterns | null>(null);
  const [marks, setMarks] = React.useState(new Map<string, Mark[]>());
  React.useEffect(
    () => () => {
      patterns.current?.dispose();
      patterns.current = null;
    },
    []
  );
  React.useEffect(() => setMarks(new Map()), [text, isCaseSensitive, isRegex]);
  const pattern = readable(query);
  const unknown =
    isRegex && pattern ? texts.filter(each => !marks.has(each)) : [];
  React.useEffect(() => {
    if (!pattern || unknown.length === 0) {
      return;
    }
    let isWanted = true;
    const made = (patterns.current ??= new Patterns());
    made.matchAll(pattern, unknown).then(
      found => {
        if (isWanted) {
          const more = new Map(unknown.map(each => [each, [] as Mark[]]));
          for (const { at, index, groups } of found) {
            const length = groups[0]?.length ?? 0;
            more.get(unknown[at])?.push([index, index + length]);
          }
          setMarks(known => new Map([...known, ...more]));
        }
      },
      // It takes too long: the lines stay as they are.
      () => undefined
    );
    return () => {
      isWanted = false;
      made.cancel();
    };
  }, [unknown.join('\n'), text, isCaseSensitive, isRegex]);
  if (isRegex || !pattern) {
    return each => marks.get(each) ?? NO_MARKS;
  }
  return each =>
    Array.from(each.matchAll(pattern), match => {
      const from = match.index ?? 0;
      return [from, from + match[0].length];
    });
}

/** The pattern of a query; null for one that is wrong, as it is while somebody types. */
function readable(query: ILogQuery): RegExp | null {
  try {
    return patternOf(query);
  } catch {
    return null;
  }
}
