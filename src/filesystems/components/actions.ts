import type { IFileSystemRow } from '../facts';

/** What can be done in the views of file systems; none of it rejects. */
export interface IFileSystemActions {
  refresh: () => Promise<void>;
  /** Add it to the plan of changes, and open the plan. */
  attach: (row: IFileSystemRow) => Promise<void>;
  /** Take it off in the plan of changes, and open the plan. */
  detach: (row: IFileSystemRow) => Promise<void>;
  /** Open the plan of changes at the file systems. */
  review: () => Promise<void>;
  /** Say what has to be done before it can be attached. */
  allow: (row: IFileSystemRow) => Promise<void>;
  /** Open it in the file browser. */
  browse: (row: IFileSystemRow) => Promise<void>;
  copyPath: (row: IFileSystemRow) => Promise<void>;
  /** Write its path into the active cell. */
  insert: (row: IFileSystemRow, form: 'string' | 'code') => Promise<void>;
  /** Ask for a name, and make a link in the home folder. */
  addShortcut: (row: IFileSystemRow) => Promise<void>;
  removeShortcut: (name: string) => Promise<void>;
}
