import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IFileSystemRef } from './space';

/** What somebody wants different about a space; what is absent stays as it is. */
export interface ISpaceDraft {
  instanceType?: string;
  /** An image, by ARN; its newest version unless an alias or a version is named. */
  image?: { arn: string; versionArn?: string; versionAlias?: string };
  /** Size of the home volume in GB. */
  volumeGb?: number;
  /** Null takes the lifecycle script off. */
  lifecycleConfigArn?: string | null;
  /** Null takes the space's own idle time-out off, so that the administrator's holds. */
  idleMinutes?: number | null;
  /** The whole list, not what is added. */
  fileSystems?: IFileSystemRef[];
  /** URLs of the space's Git repositories: the whole list, not what is added. */
  repositories?: string[];
}

/** What happens to a space now, in words. */
export interface IChangeActivity {
  spaceName: string;
  /** E.g. "Switch my-space to ml.m5.xlarge". */
  title: string;
  /** What is being done now. */
  phase: string;
  /** It waits for running cells: `switchNow` and `cancel` are possible. */
  isWaiting: boolean;
  /** Nothing irreversible has been done: `cancel` is possible. */
  canCancel: boolean;
}

/**
 * Changes of spaces: collected in one plan each, confirmed in one dialog, carried out by a durable
 * task. Methods never reject; what goes wrong is shown.
 *
 * A space is this JupyterLab's own unless it is named.
 */
export interface ISpaceChanges {
  /** A plan, an activity, or the report changed. */
  readonly changed: ISignal<ISpaceChanges, void>;
  /** A space was started, stopped or changed: lists of spaces are out of date. */
  readonly done: ISignal<ISpaceChanges, string>;
  /** What is collected for a space and not yet applied; null for nothing. */
  draft(spaceName?: string): ISpaceDraft | null;
  /** Add to what is collected, without a dialog. */
  collect(draft: ISpaceDraft, spaceName?: string): void;
  /** Forget what is collected. */
  discard(spaceName?: string): void;
  /**
   * Open the plan dialog, first adding `draft` to what is collected.
   *
   * @param focus - what the person wants to change, so that its field has the focus.
   */
  propose(
    draft?: ISpaceDraft,
    spaceName?: string,
    focus?: keyof ISpaceDraft
  ): Promise<void>;
  /** Stop and start again, after the same dialog. */
  restart(spaceName?: string): Promise<void>;
  /** Stop the space's app, after saying what is lost. */
  stop(spaceName?: string): Promise<void>;
  /** Start the app of another space, on an instance type if one is given. */
  start(spaceName: string, instanceType?: string): Promise<void>;
  /** Changes under way. */
  readonly activities: readonly IChangeActivity[];
  /** Don't wait for running cells any longer. */
  switchNow(spaceName?: string): Promise<void>;
  /** Give up a change that has not begun. */
  cancel(spaceName?: string): Promise<void>;
}
export const ISpaceChanges = new Token<ISpaceChanges>(
  'jupyterlab-sagemaker-studio:ISpaceChanges',
  'Collects what is to be different about a space in one plan, and has it carried out.'
);
