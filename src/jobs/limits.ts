import type { TranslationBundle } from '@jupyterlab/translation';

import { isPythonName } from './parameters';

/** Limits of notebook jobs and of CreateTrainingJob; lengths in characters. */
export const LIMITS = {
  parameters: 100,
  parameterName: 256,
  parameterValue: 2500,
  environment: 28,
  environmentName: 512,
  environmentValue: 512,
  displayName: 256,
  /** Seconds. */
  minRuntime: 1,
  /** Seconds: the default quota of training jobs, 5 days. */
  maxRuntime: 432000,
  maxRetries: 30
} as const;

/** A name and a value as typed. */
export interface INamedValue {
  name: string;
  value: string;
}

/** The sentence that says what to change, or null if all is well. */
export type Problem = string | null;

/** The name a person gives a job; it is kept as a tag. */
export function checkDisplayName(
  name: string,
  trans: TranslationBundle
): Problem {
  if (!name.trim()) {
    return trans.__('Give the job a name.');
  }
  if (name.length > LIMITS.displayName) {
    return trans.__(
      'Shorten the name to %1 characters; it has %2.',
      LIMITS.displayName,
      name.length
    );
  }
  const wrong = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(name);
  return wrong
    ? trans.__(
        'Remove “%1” from the name: letters, digits, spaces and _ . : / = + - @ are allowed.',
        wrong[0]
      )
    : null;
}

/** The parameters together: how many. */
export function checkParameterCount(
  count: number,
  trans: TranslationBundle
): Problem {
  return count > LIMITS.parameters
    ? trans.__(
        'Remove parameters: a job takes at most %1, and there are %2.',
        LIMITS.parameters,
        count
      )
    : null;
}

/** One parameter among all names of the form. */
export function checkParameter(
  parameter: INamedValue,
  names: ReadonlyArray<string>,
  isPython: boolean,
  trans: TranslationBundle
): Problem {
  const { name, value } = parameter;
  if (!name) {
    return trans.__('Name the parameter or remove the row.');
  }
  if (name.length > LIMITS.parameterName) {
    return trans.__(
      'Shorten the name of the parameter to %1 characters; it has %2.',
      LIMITS.parameterName,
      name.length
    );
  }
  if (isPython ? !isPythonName(name) : /\s/.test(name)) {
    return trans.__(
      'Rename “%1”: a parameter is a variable of the notebook, so use letters, digits and _, no digit first, and no reserved word.',
      name
    );
  }
  if (names.filter(other => other === name).length > 1) {
    return trans.__('Remove one of the two parameters called “%1”.', name);
  }
  return value.length > LIMITS.parameterValue
    ? trans.__(
        'Shorten the value of “%1” to %2 characters; it has %3. Put longer values into a file.',
        name,
        LIMITS.parameterValue,
        value.length
      )
    : null;
}

/** The environment variables together: how many. */
export function checkEnvironmentCount(
  count: number,
  trans: TranslationBundle
): Problem {
  return count > LIMITS.environment
    ? trans.__(
        'Remove environment variables: a notebook job takes at most %1, and there are %2.',
        LIMITS.environment,
        count
      )
    : null;
}

/** One environment variable among all names of the form. */
export function checkVariable(
  variable: INamedValue,
  names: ReadonlyArray<string>,
  trans: TranslationBundle
): Problem {
  const { name, value } = variable;
  if (!name) {
    return trans.__('Name the variable or remove the row.');
  }
  if (name.length > LIMITS.environmentName) {
    return trans.__(
      'Shorten the name of the variable to %1 characters; it has %2.',
      LIMITS.environmentName,
      name.length
    );
  }
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    return trans.__(
      'Rename “%1”: a variable’s name has letters (a–z), digits and _, and no digit first.',
      name
    );
  }
  if (name.startsWith('SM_') || Private.RESERVED.has(name)) {
    return trans.__(
      'Rename “%1”: SageMaker sets this name itself, as all that begin with SM_.',
      name
    );
  }
  if (names.filter(other => other === name).length > 1) {
    return trans.__('Remove one of the two variables called “%1”.', name);
  }
  return value.length > LIMITS.environmentValue
    ? trans.__(
        'Shorten the value of “%1” to %2 characters; it has %3.',
        name,
        LIMITS.environmentValue,
        value.length
      )
    : null;
}

/** Units a time-out can be typed in. */
export type TimeUnit = 'seconds' | 'minutes' | 'hours' | 'days';

/** Seconds in a unit. */
export const SECONDS: Record<TimeUnit, number> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86400
};

/** A typed time-out in seconds; NaN if it is no number. */
export function timeoutSeconds(value: string, unit: TimeUnit): number {
  return value.trim() ? Number(value) * SECONDS[unit] : NaN;
}

/** The largest unit that shows a number of seconds as a whole number. */
export function timeoutIn(seconds: number): { value: string; unit: TimeUnit } {
  const units: TimeUnit[] = ['days', 'hours', 'minutes'];
  const unit = units.find(each => seconds % SECONDS[each] === 0) ?? 'seconds';
  return { value: String(seconds / SECONDS[unit]), unit };
}

/** The time-out of one attempt. */
export function checkTimeout(
  value: string,
  unit: TimeUnit,
  trans: TranslationBundle
): Problem {
  const seconds = timeoutSeconds(value, unit);
  if (!Number.isFinite(seconds)) {
    return trans.__('Type the time-out as a number.');
  }
  if (!Number.isInteger(seconds) || seconds < LIMITS.minRuntime) {
    return trans.__('Choose a time-out of whole seconds, at least one.');
  }
  return seconds > LIMITS.maxRuntime
    ? trans.__(
        'Choose a time-out of at most %1 seconds (5 days), the quota of training jobs.',
        LIMITS.maxRuntime
      )
    : null;
}

/** How often SageMaker tries again. */
export function checkRetries(value: string, trans: TranslationBundle): Problem {
  const retries = value.trim() ? Number(value) : NaN;
  return Number.isInteger(retries) &&
    retries >= 0 &&
    retries <= LIMITS.maxRetries
    ? null
    : trans.__(
        'Type the number of retries: a whole number from 0 to %1.',
        LIMITS.maxRetries
      );
}

/** Extra files land beside the notebook, so no two may have the same name. */
export function checkFiles(
  paths: ReadonlyArray<string>,
  notebookPath: string,
  trans: TranslationBundle
): Problem {
  const seen = new Set([Private.baseName(notebookPath)]);
  for (const path of paths) {
    const name = Private.baseName(path);
    if (seen.has(name)) {
      return trans.__(
        'Rename or remove one of the files called “%1”: all files of a job lie in one folder.',
        name
      );
    }
    seen.add(name);
  }
  return null;
}

namespace Private {
  /** Set by the job's container or needed by it to find its role. */
  export const RESERVED = new Set([
    'AWS_DEFAULT_REGION',
    'AWS_REGION',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'TRAINING_JOB_ARN',
    'TRAINING_JOB_NAME'
  ]);

  export function baseName(path: string): string {
    return path.slice(path.lastIndexOf('/') + 1).replace(/^[^/:]*:/, '');
  }
}
