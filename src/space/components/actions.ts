import type { ISpaceDraft } from '../../tokens';

/** What a person can do from a view of spaces; each one reports its own failure itself. */
export interface ISpaceActions {
  /** Open the plan of changes; of this space unless another one is named. */
  change: (focus?: keyof ISpaceDraft, spaceName?: string) => unknown;
  /** Open the plan with another instance type in it. */
  switchTo: (instanceType: string) => unknown;
  discardChanges: () => unknown;
  /** Don't wait for running cells any longer. */
  switchNow: () => unknown;
  cancelChange: () => unknown;
  openCatalogue: () => unknown;
  stop: (spaceName?: string) => unknown;
  restart: (spaceName?: string) => unknown;
  start: (spaceName: string) => unknown;
  open: (spaceName: string) => unknown;
  create: () => unknown;
  remove: (spaceName: string) => unknown;
  keepAwake: () => unknown;
  endKeepAwake: () => unknown;
  restartJupyter: () => unknown;
  showLifecycleLog: () => unknown;
  refresh: () => unknown;
}
