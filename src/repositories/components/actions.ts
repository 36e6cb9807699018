import type { ILocalClone } from '../../tokens';

/** What can be done in the view of repositories. */
export interface IRepositoryActions {
  /** Ask what is to be cloned, beginning with an address; `parent` is the folder it goes into. */
  clone: (url?: string, parent?: string) => void;
  /** Open a clone in the file browser. */
  open: (path: string) => void;
  /** Fetch what is new, if nothing has to be merged. */
  pull: (clone: Pick<ILocalClone, 'path' | 'url'>) => void;
  /** Put a repository on the lists of space, profile and domain, or take it off. */
  attach: (url?: string) => void;
  /** Register a repository in the account. */
  register: (url?: string) => void;
  refresh: () => void;
}
