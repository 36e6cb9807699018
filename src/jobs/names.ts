import { PathExt } from '@jupyterlab/coreutils';

/**
 * A name for people that no known job has: the notebook's, with date and time.
 *
 * #### Notes
 * Only what a tag may hold is kept (letters, digits, spaces, `_.:/=+-@`).
 */
export function suggestName(
  notebookPath: string,
  taken: Iterable<string>,
  now: Date = new Date()
): string {
  const stem = PathExt.basename(notebookPath)
    .replace(/\.ipynb$/, '')
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu, '-')
    .slice(0, 200);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())];
  const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
  const name = `${stem} ${day.join('-')} ${time}`.trim();
  const names = new Set(taken);
  let count = 1;
  while (names.has(count === 1 ? name : `${name} ${count}`)) {
    count += 1;
  }
  return count === 1 ? name : `${name} ${count}`;
}
