import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from '../../core/errors';
import { missingActionOf } from '../../core/permissions';
import type { IInstanceQuota, ITask, Known } from '../../tokens';
import type { IPlan, IPlanFacts } from './plan';

/** An open document that is not on the disk as it is shown. */
export interface IDirtyDocument {
  path: string;
  /** Why it can't be saved, if it can't. */
  problem?: string;
}

/** A kernel that runs here. */
export interface IRunningKernel {
  /** The notebook's or console's path. */
  path: string;
  kernelName: string;
  type: string;
  isBusy: boolean;
  /** Since when it has done what it does, where that is known. */
  since?: Date;
}

/** What this JupyterLab would lose; a part that is undefined is still being looked at. */
export interface ILabFacts {
  documents: IDirtyDocument[];
  kernels?: Known<IRunningKernel[]>;
  /** Names of terminals that are open. */
  terminals?: Known<string[]>;
  tasks?: Known<ITask[]>;
  /** The instance's own disks, lost at each stop; null where there are none. */
  scratch?: Known<{ path: string; usedBytes: number } | false>;
}

/** Everything preflight looks at; a part that is undefined is still being looked at. */
export interface IPreflightFacts extends ILabFacts {
  /** Whether it is this JupyterLab's own space. */
  isOwn: boolean;
  /** Name of this JupyterLab's app, where it is known. */
  appName?: string;
  /** Who works here, where that is known. */
  userProfile?: string;
  quotas?: Known<Record<string, IInstanceQuota>>;
  /** Types the API names for JupyterLab apps. */
  types?: string[];
  now: Date;
}

/** How a finding is to be taken. */
export type FindingLevel =
  | 'blocking'
  /** To be known before confirming. */
  | 'confirm'
  /** To be ticked before confirming. */
  | 'tick'
  | 'unknown'
  | 'checking'
  | 'fine';

/** One line of preflight. */
export interface IFinding {
  id: string;
  level: FindingLevel;
  text: string;
  /** Single things it is about: paths, titles. */
  items?: string[];
  /** What AWS said. */
  error?: StudioError;
}

/** What has been chosen in the dialog, as far as findings depend on it. */
export interface IPreflightOptions {
  saveAll: boolean;
  waitForCells: boolean;
  /** Whether the executor tries the plan's fallbacks. */
  hasFallbacks: boolean;
}

/** What a check looks at. */
export interface IChecks {
  plan: IPlan;
  aws: IPlanFacts;
  facts: IPreflightFacts;
  options: IPreflightOptions;
  trans: TranslationBundle;
  locale?: string;
}

/** Whether a task still runs or waits. */
export function isUnfinished(task: ITask): boolean {
  return task.state === 'queued' || task.state === 'running';
}

/** A line that says all is well. */
export function fine(id: string, text: string): IFinding {
  return { id, level: 'fine', text };
}

/** A line for what is being looked at, or could not be. */
export function pendingOr<T>(
  id: string,
  what: string,
  known: Known<T> | undefined,
  trans: TranslationBundle
): IFinding {
  return known && 'reason' in known
    ? unknown(id, what, known, trans)
    : { id, level: 'checking', text: trans.__('Checking %1…', what) };
}

/** A line for what could not be found out, and why. */
export function unknown(
  id: string,
  what: string,
  known: { reason: string; error?: StudioError },
  trans: TranslationBundle
): IFinding {
  const missing = known.error && missingActionOf(known.error);
  return {
    id,
    level: 'unknown',
    text: missing
      ? trans.__('Could not check %1: %2 is not allowed.', what, missing.action)
      : trans.__('Could not check %1: %2', what, known.reason),
    error: known.error
  };
}
