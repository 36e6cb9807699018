import type * as nbformat from '@jupyterlab/nbformat';

import { endOfString, readLiteral } from './pythonLiteral';
import type { PythonType } from './pythonLiteral';

/** The tag papermill looks for; the first cell carrying it holds the defaults. */
export const PARAMETERS_TAG = 'parameters';

/** A parameter found in the cell tagged `parameters`. */
export interface INotebookParameter {
  name: string;
  type: PythonType;
  /** The default as a person would type it: strings without quotes. */
  defaultText: string;
  /** The type annotation or `# type:` comment, if any. */
  annotation?: string;
  /** The comment behind the assignment, if any. */
  help?: string;
}

/**
 * The assignments at the top level of a Python cell, in order.
 *
 * #### Notes
 * Reads what papermill infers (`name: annotation = value  # type: int help`),
 * and beyond it values over several lines, `a = b = 1` and `a = 1; b = 2`. A
 * name assigned twice keeps its last value. Source that isn't valid Python
 * gives what can be read of it, never an error.
 */
export function parseParameters(source: string): INotebookParameter[] {
  const found = new Map<string, INotebookParameter>();
  for (const statement of Private.statements(source)) {
    for (const parameter of Private.assignment(statement)) {
      found.set(parameter.name, parameter);
    }
  }
  return [...found.values()];
}

/** Whether a typed text is of a parameter's type; text fits every string. */
export function fitsType(text: string, type: PythonType): boolean {
  switch (type) {
    case 'number':
    case 'bool':
    case 'list':
    case 'dict':
      return readLiteral(text).type === type;
    case 'string':
    case 'none':
    case 'expression':
      return true;
  }
}

/** Whether a name can be a Python variable. */
export function isPythonName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !Private.KEYWORDS.has(name);
}

/** The index of the first cell tagged `parameters`, or -1. */
export function parametersCellIndex(
  cells: ReadonlyArray<Pick<nbformat.ICell, 'cell_type' | 'metadata'>>
): number {
  return cells.findIndex(cell => {
    const tags = cell.metadata.tags;
    return Array.isArray(tags) && tags.includes(PARAMETERS_TAG);
  });
}

/**
 * The names a notebook converts itself (`epochs = int(epochs)`).
 *
 * #### Notes
 * SageMaker hands hyperparameters over as text, so a number arrives as `'10'`
 * unless the notebook converts it.
 */
export function convertedNames(source: string): Set<string> {
  const names = new Set<string>();
  const pattern =
    /^[^\S\n]*([\p{L}_][\p{L}\p{N}_]*)[^\S\n]*(?::[^=\n]+)?=[^\S\n]*[\p{L}_][\p{L}\p{N}_.]*\([^\S\n]*([\p{L}_][\p{L}\p{N}_]*)\b/gmu;
  for (const [, target, argument] of source.matchAll(pattern)) {
    if (target === argument) {
      names.add(target);
    }
  }
  return names;
}

namespace Private {
  interface IStatement {
    code: string;
    comment: string;
  }

  export const KEYWORDS = new Set(
    (
      'False None True and as assert async await break class continue def del ' +
      'elif else except finally for from global if import in is lambda ' +
      'nonlocal not or pass raise return try while with yield'
    ).split(' ')
  );

  /** Split a cell into its top-level statements, comments apart. */
  export function statements(source: string): IStatement[] {
    const result: IStatement[] = [];
    const text = source.replace(/\r\n?/g, '\n');
    let code = '';
    let comment = '';
    let depth = 0;
    let at = 0;
    const close = () => {
      // Indented code belongs to a block, `%` and `!` to IPython.
      if (code.trim() && !/^[\s%!]/.test(code)) {
        result.push({ code: code.trim(), comment: comment.trim() });
      }
      code = '';
      comment = '';
    };
    while (at < text.length) {
      const char = text[at];
      if (char === '"' || char === "'") {
        const end = endOfString(text, at) ?? text.length;
        code += text.slice(at, end);
        at = end;
      } else if (char === '#') {
        const newline = text.indexOf('\n', at);
        const end = newline < 0 ? text.length : newline;
        if (depth === 0) {
          comment = text.slice(at + 1, end);
        }
        at = end;
      } else if (char === '\\' && text[at + 1] === '\n') {
        code += ' ';
        at += 2;
      } else if (char === '\n' && depth === 0) {
        close();
        at += 1;
      } else if (char === ';' && depth === 0) {
        close();
        at += 1;
        while (text[at] === ' ') {
          at += 1;
        }
      } else {
        if ('([{'.includes(char)) {
          depth += 1;
        } else if (')]}'.includes(char)) {
          depth = Math.max(0, depth - 1);
        }
        code += char;
        at += 1;
      }
    }
    close();
    return result;
  }

  /** The parameters one statement defines; several for `a = b = 1`. */
  export function assignment(statement: IStatement): INotebookParameter[] {
    const names: string[] = [];
    let annotation: string | undefined;
    let rest = statement.code;
    for (;;) {
      const match =
        /^([\p{L}_][\p{L}\p{N}_]*)\s*(?::\s*([^=]+?)\s*)?=(?!=)\s*([\s\S]+)$/u.exec(
          rest
        );
      if (!match || KEYWORDS.has(match[1])) {
        break;
      }
      names.push(match[1]);
      annotation = match[2]?.replace(/^["']|["']$/g, '') ?? annotation;
      rest = match[3];
    }
    const typed = /^type:\s*(\S+)\s*(.*)$/.exec(statement.comment);
    const help = typed ? typed[2] : statement.comment;
    const literal = readLiteral(rest);
    return names.map(name => ({
      name,
      type: literal.type,
      defaultText: literal.text,
      ...((typed?.[1] ?? annotation)
        ? { annotation: typed?.[1] ?? annotation }
        : {}),
      ...(help ? { help } : {})
    }));
  }
}
