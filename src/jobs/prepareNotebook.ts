import type { TranslationBundle } from '@jupyterlab/translation';

import type { INotebookSource } from './notebook';
import { notebookMissing } from './notebook';

/** What to do with a notebook that has changes which aren't saved. */
export type UnsavedChoice = 'save' | 'saved-version' | 'cancel';

/**
 * Whether the saved state of a notebook is what the person wants to run; saves it if asked to.
 *
 * @throws StudioError - `NotebookMissing`, or the server's own.
 */
export async function prepareNotebook(
  path: string,
  options: {
    notebooks: INotebookSource;
    confirmUnsaved: (path: string) => Promise<UnsavedChoice>;
    trans: TranslationBundle;
  }
): Promise<boolean> {
  const { notebooks, confirmUnsaved, trans } = options;
  if (!(await notebooks.exists(path))) {
    throw notebookMissing(path, trans);
  }
  if (!notebooks.isDirty(path)) {
    return true;
  }
  const choice = await confirmUnsaved(path);
  if (choice === 'save') {
    await notebooks.save(path);
  }
  return choice !== 'cancel';
}
