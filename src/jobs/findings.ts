import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from '../core/errors';
import { missingActionOf } from '../core/permissions';
import type { IJobOptionsApi, IJobSurroundings } from '../tokens';
import type { IJobForm } from './formState';

/** How a finding is to be taken; only a problem makes *Submit* ask. */
export type FindingLevel = 'fine' | 'warning' | 'problem' | 'unknown';

/** One thing that was looked at. */
export interface IJobFinding {
  id: string;
  level: FindingLevel;
  /** What was found, and why it matters. */
  text: string;
  /** AWS's own words where it could not be looked at. */
  error?: StudioError;
}

/** What is looked at. */
export interface IPreflightForm extends IJobForm {
  surroundings: IJobSurroundings | undefined;
  /** The service that starts the job with its role, if it is not started here. */
  starter: string | undefined;
}

/** What checks work with. */
export interface ICheckContext {
  api: IJobOptionsApi;
  trans: TranslationBundle;
}

/** A check; null where there is nothing to look at. */
export type Check = (
  form: IPreflightForm,
  context: ICheckContext
) => Promise<IJobFinding[]> | null;

export function fine(id: string, text: string): IJobFinding {
  return { id, level: 'fine', text };
}

export function warning(id: string, text: string): IJobFinding {
  return { id, level: 'warning', text };
}

export function problem(id: string, text: string): IJobFinding {
  return { id, level: 'problem', text };
}

/** What could not be looked at, with the permission that is missing for it. */
export function unknown(
  { trans }: ICheckContext,
  id: string,
  what: string,
  { reason, error }: { reason: string; error?: StudioError }
): IJobFinding {
  const missing = error && missingActionOf(error);
  return {
    id,
    level: 'unknown',
    text: missing
      ? trans.__('Could not check %1: %2 is not allowed.', what, missing.action)
      : trans.__('Could not check %1: %2', what, reason),
    error
  };
}
