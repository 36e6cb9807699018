import type { INotebookJob, INotebookJobSpec } from '../tokens';
import type { TimeUnit } from './limits';
import { timeoutIn, timeoutSeconds } from './limits';
import type { IOptionsForm } from './options';
import { NO_OPTIONS, optionsFormOf, optionsOf } from './options';
import type { INotebookParameter } from './parameters';

/** A parameter in the form; `parameter` is set if the notebook defines it. */
export interface IParameterRow {
  id: number;
  name: string;
  value: string;
  parameter?: INotebookParameter;
}

/** An environment variable in the form. */
export interface IVariableRow {
  id: number;
  name: string;
  value: string;
  /** Its value was not kept across a reload. */
  isForgotten?: boolean;
  /** A value that looks like a secret is handed over in plain text all the same. */
  isPlain?: boolean;
}

/** What a person fills in. */
export interface IJobForm extends IOptionsForm {
  displayName: string;
  kernelName: string;
  instanceType: string;
  parameters: IParameterRow[];
  environment: IVariableRow[];
  extraFiles: string[];
  packageFolder: boolean;
  outputFormats: string[];
  timeout: string;
  timeoutUnit: TimeUnit;
  retries: string;
  networkIsolation: boolean;
}

/** The settings a new form starts with. */
export interface IJobDefaults {
  instanceType: string;
  outputFormats: string[];
  /** Seconds. */
  timeout: number;
  retries: number;
  /** What the settings say of other options; empty ones say nothing. */
  options?: Partial<IJobForm>;
}

/** A form nobody has touched yet. */
export function newForm(displayName: string, defaults: IJobDefaults): IJobForm {
  const { value, unit } = timeoutIn(defaults.timeout);
  return {
    ...NO_OPTIONS,
    displayName,
    kernelName: '',
    instanceType: defaults.instanceType,
    parameters: [],
    environment: [],
    extraFiles: [],
    packageFolder: false,
    outputFormats: defaults.outputFormats,
    timeout: value,
    timeoutUnit: unit,
    retries: String(defaults.retries),
    networkIsolation: false,
    ...defaults.options
  };
}

/** Whether a parameter goes into the job: the notebook's own defaults need not. */
export function isSent(row: IParameterRow): boolean {
  return !row.parameter || row.value !== row.parameter.defaultText;
}

/**
 * The rows for what a notebook defines now: what was typed stays, rows of
 * parameters that are gone stay as added ones if they were changed.
 */
export function mergeParameters(
  rows: ReadonlyArray<IParameterRow>,
  found: ReadonlyArray<INotebookParameter>,
  newId: () => number
): IParameterRow[] {
  const byName = new Map(rows.map(row => [row.name, row]));
  const defined = found.map(parameter => {
    const row = byName.get(parameter.name);
    if (!row) {
      return {
        id: newId(),
        name: parameter.name,
        value: parameter.defaultText,
        parameter
      };
    }
    byName.delete(parameter.name);
    return {
      ...row,
      parameter,
      // An untouched value follows the notebook.
      value: isSent(row) ? row.value : parameter.defaultText
    };
  });
  const names = new Set(found.map(parameter => parameter.name));
  const added = rows
    .filter(row => !names.has(row.name) && isSent(row))
    .map(({ id, name, value }) => ({ id, name, value }));
  return [...defined, ...added];
}

/** The job a form describes. */
export function specOf(
  form: IJobForm,
  name: string,
  notebookPath: string
): INotebookJobSpec {
  const options = optionsOf(form);
  const pairs = (rows: ReadonlyArray<{ name: string; value: string }>) =>
    Object.fromEntries(rows.map(row => [row.name, row.value]));
  return {
    name,
    displayName: form.displayName.trim(),
    // In an earlier job's input the notebook lies by its name alone.
    notebookPath: form.snapshotUri ? form.snapshotNotebook : notebookPath,
    kernelName: form.kernelName,
    instanceType: form.instanceType,
    parameters: pairs(form.parameters.filter(isSent)),
    environment: pairs(form.environment),
    extraFiles: form.snapshotUri ? [] : form.extraFiles,
    packageFolder: form.packageFolder,
    outputFormats: form.outputFormats,
    maxRuntimeSeconds: timeoutSeconds(form.timeout, form.timeoutUnit),
    maxRetryAttempts: Number(form.retries),
    networkIsolation: form.networkIsolation,
    ...(Object.keys(options).length > 0 && { options })
  };
}

/** A form that begins with everything an earlier job had; extra files are not known any more. */
export function formOf(job: INotebookJob, newId: () => number): IJobForm {
  const { value, unit } = timeoutIn(job.maxRuntimeSeconds);
  const rows = (values: Record<string, string>) =>
    Object.entries(values).map(([name, text]) => ({
      id: newId(),
      name,
      value: text
    }));
  return {
    ...optionsFormOf(job, newId),
    displayName: job.displayName,
    kernelName: job.kernelName,
    instanceType: job.instanceType,
    parameters: rows(job.parameters),
    environment: rows(job.environment),
    extraFiles: [],
    packageFolder: job.packageFolder,
    outputFormats: job.outputFormats.filter(format => format !== 'ipynb'),
    timeout: value,
    timeoutUnit: unit,
    retries: String(job.maxRetryAttempts),
    networkIsolation: job.networkIsolation
  };
}

/** A form as it is kept across a reload. */
export interface IJobDraft {
  version: 1;
  /** The training job name, once chosen: a submission may be under way by it. */
  jobName: string | null;
  form: IJobForm;
  /** What the parts of other capabilities keep, by place. */
  parts?: Record<string, unknown>;
}

/** What may be written to the browser's state: values of variables may be secrets. */
export function draftOf(
  jobName: string | null,
  form: IJobForm,
  parts: Record<string, unknown> = {}
): IJobDraft {
  return {
    version: 1,
    jobName,
    parts,
    form: {
      ...form,
      environment: form.environment.map(({ value, isForgotten, ...row }) => ({
        ...row,
        value: '',
        isForgotten: isForgotten === true || value !== ''
      }))
    }
  };
}

/** Read back what {@link draftOf} made; undefined for anything else. */
export function readDraft(saved: unknown): IJobDraft | undefined {
  const draft = saved as Partial<IJobDraft> | null | undefined;
  return draft?.version === 1 &&
    typeof draft.form?.displayName === 'string' &&
    Array.isArray(draft.form.parameters) &&
    Array.isArray(draft.form.environment)
    ? (draft as IJobDraft)
    : undefined;
}
