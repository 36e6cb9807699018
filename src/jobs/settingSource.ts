import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISettingSource } from '../tokens';

/** Whose setting something is, to be said to people. */
export function sourceWords(
  { level, name }: ISettingSource,
  trans: TranslationBundle
): string {
  switch (level) {
    case 'app':
      return trans.__('this JupyterLab');
    case 'space':
      return trans.__('the space %1', name);
    case 'profile':
      return trans.__('the user profile %1', name);
    case 'domain':
      return trans.__('the domain %1', name);
  }
}
