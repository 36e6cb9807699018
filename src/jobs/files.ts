import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import { toStudioError } from '../core/errors';

/** The folder a path lies in, its drive kept (`RTC:a/b.ipynb` → `RTC:a`). */
export function folderOf(contents: Contents.IManager, path: string): string {
  const drive = contents.driveName(path);
  const folder = PathExt.dirname(contents.localPath(path));
  return drive ? `${drive}:${folder}` : folder;
}

/**
 * Whether a file is there, by the list of its folder.
 *
 * #### Notes
 * Asking for the file itself would answer 404, which browsers log as an error.
 *
 * @throws StudioError - if the folder can't be listed.
 */
export async function fileExists(
  contents: Contents.IManager,
  path: string
): Promise<boolean> {
  const found = await list(contents, folderOf(contents, path));
  const name = PathExt.basename(contents.localPath(path));
  return found.some(item => item.name === name);
}

/**
 * All files below a folder of the default drive, as paths; null if there is no such folder.
 *
 * @throws StudioError - if a folder can't be listed.
 */
export async function filesBelow(
  contents: Contents.IManager,
  folder: string
): Promise<string[] | null> {
  let parent = '';
  for (const segment of folder.split('/').filter(Boolean)) {
    const items = await list(contents, parent);
    parent = PathExt.join(parent, segment);
    if (!items.some(item => item.name === segment)) {
      return null;
    }
  }
  return walk(contents, parent);
}

async function walk(
  contents: Contents.IManager,
  folder: string
): Promise<string[]> {
  const files: string[] = [];
  for (const item of await list(contents, folder)) {
    if (item.type === 'directory') {
      files.push(...(await walk(contents, item.path)));
    } else {
      files.push(item.path);
    }
  }
  return files;
}

async function list(
  contents: Contents.IManager,
  folder: string
): Promise<Contents.IModel[]> {
  try {
    const model = await contents.get(folder, { content: true });
    return Array.isArray(model.content) ? model.content : [];
  } catch (error) {
    throw toStudioError(error, 'GET contents');
  }
}
