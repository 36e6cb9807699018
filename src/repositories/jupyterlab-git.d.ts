/** The little we use of jupyterlab-git, which may or may not be installed. */
declare module '@jupyterlab/git' {
  import type { Token } from '@lumino/coreutils';

  export const IGitExtension: Token<{
    pathRepository: string | null;
  }>;
}
