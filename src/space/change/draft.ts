import type { ISpaceDraft } from '../../tokens';

/** Whether a draft says nothing at all. */
export function isEmptyDraft(draft: ISpaceDraft): boolean {
  return Object.values(draft).every(value => value === undefined);
}
