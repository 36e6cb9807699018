import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { PatternError, Patterns, patternProblem } from '../core/patterns';
import type { ILogLine } from '../tokens';
import { pause } from './slices';

/** What is looked for in a log. */
export interface ILogQuery {
  text: string;
  isCaseSensitive: boolean;
  isRegex: boolean;
}

/** What was found of it so far. */
export interface ILogMatches {
  /** Indexes of the lines with a match, in order. */
  lines: readonly number[];
  isSearching: boolean;
  /** Why the regular expression can't be used; null if it can. */
  problem: string | null;
}

/** Milliseconds of work between two pauses: less than a frame. */
const SLICE = 8;
/** Lines between two looks at the clock. */
const STEP = 256;
/** Milliseconds between two announcements of what was found. */
const TELL = 100;
/** A line is looked through up to here: a log may hold a whole file in one event. */
const MAX_LENGTH = 20_000;
/** The same for regular expressions, many of which take the square of that. */
const MAX_REGEX_LENGTH = 5000;
/** Lines and characters a regular expression is tried on at a time. */
const MAX_BATCH = { lines: 4096, characters: 200_000 };

/** The regular expression of a query, to be used on one line after the other. */
export function patternOf(query: ILogQuery): RegExp {
  const { text, isCaseSensitive, isRegex } = query;
  return new RegExp(
    isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    isCaseSensitive ? 'gu' : 'giu'
  );
}

/**
 * Looks for a text in a log that may grow, a slice of it at a time, so that a million lines don't
 * hold up the page. Regular expressions are tried elsewhere, as one may take ages for a line.
 */
export class LogSearch {
  /** @param onChange - told of what was found, a few times a second. */
  constructor(
    private readonly _onChange: (matches: ILogMatches) => void,
    private readonly _trans: TranslationBundle,
    patterns?: Patterns
  ) {
    this._patterns = patterns ?? new Patterns();
  }

  dispose(): void {
    this._run += 1;
    this._isDisposed = true;
    this._patterns.dispose();
  }

  /** Look for something else; null for nothing. */
  setQuery(query: ILogQuery | null): void {
    this._found = [];
    this._next = 0;
    this._pattern = null;
    this._problem = null;
    this._patterns.cancel();
    if (query?.text) {
      try {
        this._pattern = patternOf(query);
        this._isRegex = query.isRegex;
      } catch (error) {
        this._problem = error instanceof Error ? error.message : String(error);
      }
    }
    this._start();
  }

  /** Look on in the lines there are now; those that are the same as before are not looked at again. */
  setLines(lines: readonly ILogLine[]): void {
    const before = this._lines;
    this._lines = lines;
    let same = Math.min(this._next, lines.length);
    while (same > 0 && lines[same - 1] !== before[same - 1]) {
      same -= 1;
    }
    if (same < this._next) {
      this._next = same;
      this._found = this._found.filter(index => index < same);
    }
    this._start();
  }

  private _start(): void {
    this._run += 1;
    if (this._isDisposed) {
      return;
    }
    if (
      !this._pattern ||
      this._problem !== null ||
      this._next >= this._lines.length
    ) {
      this._tell(false);
      return;
    }
    void this._search(this._pattern, this._run);
  }

  private async _search(pattern: RegExp, run: number): Promise<void> {
    let told = 0;
    while (this._next < this._lines.length && this._problem === null) {
      if (this._isRegex) {
        await this._batch(pattern, run);
      } else {
        this._slice(pattern, performance.now() + SLICE);
        await pause();
      }
      if (run !== this._run) {
        return;
      }
      if (performance.now() - told > TELL) {
        told = performance.now();
        this._tell(true);
      }
    }
    this._tell(false);
  }

  /** Try a regular expression on some lines, where it can be stopped. */
  private async _batch(pattern: RegExp, run: number): Promise<void> {
    const first = this._next;
    const texts: string[] = [];
    let characters = 0;
    while (
      first + texts.length < this._lines.length &&
      texts.length < MAX_BATCH.lines &&
      characters < MAX_BATCH.characters
    ) {
      const { message } = this._lines[first + texts.length];
      const text = message.slice(0, MAX_REGEX_LENGTH);
      texts.push(text);
      characters += text.length;
    }
    let found: number[];
    try {
      found = await this._patterns.test(pattern, texts);
    } catch (error) {
      if (run === this._run && error instanceof PatternError) {
        this._problem = patternProblem(error.kind, this._trans);
      }
      return;
    }
    if (run === this._run) {
      this._found.push(...found.map(index => first + index));
      this._next = first + texts.length;
    }
  }

  private _slice(pattern: RegExp, until: number): void {
    const lines = this._lines;
    do {
      const end = Math.min(lines.length, this._next + STEP);
      for (let at = this._next; at < end; at++) {
        const { message } = lines[at];
        pattern.lastIndex = 0;
        if (
          pattern.test(
            message.length > MAX_LENGTH ? message.slice(0, MAX_LENGTH) : message
          )
        ) {
          this._found.push(at);
        }
      }
      this._next = end;
    } while (this._next < lines.length && performance.now() < until);
  }

  private _tell(isSearching: boolean): void {
    this._onChange({
      lines: [...this._found],
      isSearching,
      problem: this._problem
    });
  }

  private readonly _patterns: Patterns;
  private _lines: readonly ILogLine[] = [];
  private _pattern: RegExp | null = null;
  private _isRegex = false;
  private _problem: string | null = null;
  private _found: number[] = [];
  /** The first line not looked at yet. */
  private _next = 0;
  private _run = 0;
  private _isDisposed = false;
}

const NOTHING: ILogMatches = { lines: [], isSearching: false, problem: null };

/** The lines of a log a query finds, kept up with both. */
export function useLogSearch(
  lines: readonly ILogLine[],
  query: ILogQuery,
  trans: TranslationBundle
): ILogMatches {
  const [matches, setMatches] = React.useState(NOTHING);
  const search = React.useRef<LogSearch | null>(null);
  const { text, isCaseSensitive, isRegex } = query;
  React.useEffect(() => {
    const made = (search.current = new LogSearch(setMatches, trans));
    return () => made.dispose();
  }, [trans]);
  React.useEffect(() => {
    search.current?.setQuery({ text, isCaseSensitive, isRegex });
  }, [text, isCaseSensitive, isRegex]);
  const isWanted = text !== '';
  React.useEffect(() => {
    if (isWanted) {
      search.current?.setLines(lines);
    }
  }, [isWanted, lines]);
  return isWanted ? matches : NOTHING;
}
