/** A name or call in Python that stands where a literal could. */
export class PythonExpression {
  constructor(readonly source: string) {}
}

/**
 * A value as a Python literal, indented by four spaces a level; `undefined` members of an object
 * are left out.
 */
export function pythonLiteral(value: unknown, level = 0): string {
  if (value instanceof PythonExpression) {
    return value.source;
  }
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? String(value) : `float("${value}")`;
  }
  if (Array.isArray(value)) {
    return inLines(
      '[]',
      value.map(item => pythonLiteral(item, level + 1)),
      level
    );
  }
  if (typeof value === 'object') {
    return inLines(
      '{}',
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(
          ([key, item]) =>
            `${pythonString(key)}: ${pythonLiteral(item, level + 1)}`
        ),
      level
    );
  }
  return pythonString(String(value));
}

/**
 * A text as a Python string. JSON's escapes are all Python's as well, and mean the same there.
 */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** A call with keyword arguments, one a line; `undefined` ones are left out. */
export function pythonCall(
  name: string,
  values: Record<string, unknown>
): string {
  return inLines(
    `${name}()`,
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${pythonLiteral(value, 1)}`),
    0
  );
}

function inLines(brackets: string, items: string[], level: number): string {
  const open = brackets.slice(0, -1);
  const close = brackets.slice(-1);
  if (items.length === 0) {
    return brackets;
  }
  const indent = '    '.repeat(level);
  return `${open}\n${items
    .map(item => `${indent}    ${item},\n`)
    .join('')}${indent}${close}`;
}
