/** How a path is written into a notebook. Pure. */

/** A string of Python (and of most languages). */
export function asString(path: string): string {
  return JSON.stringify(path);
}

/**
 * Python that names the path.
 *
 * @param name - what the file system is called; becomes the variable's name.
 */
export function asCode(path: string, name: string): string {
  return `from pathlib import Path\n\n${variableName(name)} = Path(${asString(path)})`;
}

/** A Python name from any words. */
export function variableName(words: string): string {
  const name = words
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return /^[a-z]/.test(name) ? name : `path_${name}`.replace(/_$/, '');
}

/** A file name from any words, for a shortcut. */
export function shortcutName(words: string): string {
  return words.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '');
}
