/** What a Python literal is; `expression` is anything that has to be run to be known. */
export type PythonType =
  'number' | 'string' | 'bool' | 'list' | 'dict' | 'none' | 'expression';

/** A literal read from Python source. */
export interface IPythonLiteral {
  type: PythonType;
  /** The string's content for strings, the trimmed source otherwise. */
  text: string;
}

/** Read one Python value; never throws: what isn't a literal is an `expression`. */
export function readLiteral(source: string): IPythonLiteral {
  const trimmed = source.trim();
  const reader = new Private.Reader(trimmed);
  const read = reader.value();
  if (read === null || !reader.atEnd()) {
    return { type: 'expression', text: trimmed };
  }
  return {
    type: read.type,
    text: read.type === 'string' ? read.content : trimmed
  };
}

/**
 * The end of the string literal that opens at `start` (the quote, not its
 * prefix): the index behind the closing quote, or null if it is never closed.
 */
export function endOfString(source: string, start: number): number | null {
  const quote = source[start];
  const isTriple = source.startsWith(quote.repeat(3), start);
  const fence = isTriple ? quote.repeat(3) : quote;
  let at = start + fence.length;
  while (at < source.length) {
    if (source[at] === '\\') {
      at += 2;
    } else if (source.startsWith(fence, at)) {
      return at + fence.length;
    } else if (source[at] === '\n' && !isTriple) {
      return null;
    } else {
      at += 1;
    }
  }
  return null;
}

namespace Private {
  interface IRead {
    type: PythonType;
    content: string;
  }

  const NUMBER =
    /[+-]?\s*(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)(?![\w.])/y;
  const WORD = /(?:True|False|None)\b/y;
  const STRING_PREFIX = /[rRuU]?(?=["'])/y;

  const SIMPLE_ESCAPES: Record<string, string> = {
    '\n': '',
    '\\': '\\',
    "'": "'",
    '"': '"',
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v'
  };

  function unescape(body: string): string {
    return body.replace(
      /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
      (whole, escape: string) => {
        if (escape in SIMPLE_ESCAPES) {
          return SIMPLE_ESCAPES[escape];
        }
        if (/^[0-7]/.test(escape)) {
          return String.fromCodePoint(parseInt(escape, 8));
        }
        if (escape.length > 1) {
          const code = parseInt(escape.slice(1), 16);
          return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
        }
        return whole;
      }
    );
  }

  /** A recursive reader of what `ast.literal_eval` accepts, bytes and complex apart. */
  export class Reader {
    constructor(source: string) {
      this._source = source;
    }

    atEnd(): boolean {
      this._skipSpace();
      return this._at === this._source.length;
    }

    value(): IRead | null {
      // Deeper nesting is no parameter, and would only exhaust the stack.
      if (this._depth >= 100) {
        return null;
      }
      this._depth += 1;
      const read = this._value();
      this._depth -= 1;
      return read;
    }

    private _value(): IRead | null {
      this._skipSpace();
      switch (this._source[this._at]) {
        case '[':
          return this._sequence(']') === null ? null : read('list');
        case '(':
          return this._parenthesised();
        case '{':
          return this._braces();
        default:
          return this._scalar();
      }
    }

    private _scalar(): IRead | null {
      const word = this._match(WORD);
      if (word) {
        return read(word === 'None' ? 'none' : 'bool');
      }
      if (this._match(NUMBER) !== null) {
        return read('number');
      }
      return this._string();
    }

    /** One string, or several side by side, which Python joins. */
    private _string(): IRead | null {
      let content: string | null = null;
      for (;;) {
        const before = this._at;
        this._skipSpace();
        const prefix = this._match(STRING_PREFIX);
        const end =
          prefix === null ? null : endOfString(this._source, this._at);
        if (prefix === null || end === null) {
          this._at = before;
          return content === null ? null : { type: 'string', content };
        }
        const quote = this._source[this._at];
        const fence = this._source.startsWith(quote.repeat(3), this._at)
          ? 3
          : 1;
        const body = this._source.slice(this._at + fence, end - fence);
        const isRaw = prefix.toLowerCase() === 'r';
        content = (content ?? '') + (isRaw ? body : unescape(body));
        this._at = end;
      }
    }

    /** Values up to the closing bracket; the number of commas, or null. */
    private _sequence(close: string): number | null {
      this._at += 1;
      let commas = 0;
      for (;;) {
        this._skipSpace();
        if (this._source[this._at] === close) {
          this._at += 1;
          return commas;
        }
        if (this.value() === null) {
          return null;
        }
        this._skipSpace();
        if (this._source[this._at] === ',') {
          this._at += 1;
          commas += 1;
        } else if (this._source[this._at] !== close) {
          return null;
        }
      }
    }

    private _parenthesised(): IRead | null {
      const start = this._at;
      const commas = this._sequence(')');
      if (commas === null) {
        return null;
      }
      const inner = this._source.slice(start + 1, this._at - 1);
      if (commas > 0 || !inner.trim()) {
        return read('list');
      }
      // Parentheses without a comma only group.
      const grouped = readLiteral(inner);
      return { type: grouped.type, content: grouped.text };
    }

    private _braces(): IRead | null {
      this._at += 1;
      let type: PythonType | null = null;
      for (;;) {
        this._skipSpace();
        if (this._source[this._at] === '}') {
          this._at += 1;
          return read(type ?? 'dict');
        }
        if (this.value() === null) {
          return null;
        }
        this._skipSpace();
        const hasKey = this._source[this._at] === ':';
        if (hasKey) {
          this._at += 1;
          if (this.value() === null) {
            return null;
          }
          this._skipSpace();
        }
        // A set is shown as a list: both are "several values".
        const found = hasKey ? 'dict' : 'list';
        if (type !== null && type !== found) {
          return null;
        }
        type = found;
        if (this._source[this._at] === ',') {
          this._at += 1;
        } else if (this._source[this._at] !== '}') {
          return null;
        }
      }
    }

    private _skipSpace(): void {
      for (;;) {
        const char = this._source[this._at];
        if (char !== undefined && /\s/.test(char)) {
          this._at += 1;
        } else if (char === '#') {
          const end = this._source.indexOf('\n', this._at);
          this._at = end < 0 ? this._source.length : end;
        } else if (this._source.startsWith('\\\n', this._at)) {
          this._at += 2;
        } else {
          return;
        }
      }
    }

    private _match(pattern: RegExp): string | null {
      pattern.lastIndex = this._at;
      const found = pattern.exec(this._source);
      if (!found) {
        return null;
      }
      this._at += found[0].length;
      return found[0];
    }

    private _at = 0;
    private _depth = 0;
    private readonly _source: string;
  }

  function read(type: PythonType): IRead {
    return { type, content: '' };
  }
}
