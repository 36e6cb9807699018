import type { TranslationBundle } from '@jupyterlab/translation';

import type { IJobForm, IParameterRow, IVariableRow } from './formState';
import { isSent } from './formState';
import type { Problem } from './limits';
import {
  checkDisplayName,
  checkEnvironmentCount,
  checkFiles,
  checkParameter,
  checkParameterCount,
  checkRetries,
  checkTimeout,
  checkVariable,
  timeoutSeconds
} from './limits';
import type { INotebookInfo } from './notebook';
import {
  checkImage,
  checkKmsKey,
  checkMaxWait,
  checkRole,
  checkS3Uri,
  checkSecurityGroups,
  checkStartupScript,
  checkSubnets,
  checkTag,
  checkTagCount,
  checkVolume
} from './optionLimits';
import type { IOptionsForm } from './options';
import { fitsType } from './parameters';
import { SECRET_SUFFIX, isSecretArn, looksSecret } from './variables';

/** A kernel jobs can run with. */
export interface IKernelChoice {
  name: string;
  displayName: string;
}

/** What is wrong with a form, field by field; a field without a problem is missing. */
export interface IProblems {
  displayName?: string;
  kernelName?: string;
  instanceType?: string;
  parameters?: string;
  environment?: string;
  extraFiles?: string;
  timeout?: string;
  retries?: string;
  options: Partial<Record<keyof IOptionsForm, string>>;
  /** By the ids of parameter, variable and tag rows. */
  rows: Map<number, string>;
}

/** What a form is checked against. */
export interface ISurroundings {
  notebookPath: string;
  info: INotebookInfo | undefined;
  /** Undefined while they are not known. */
  kernels: ReadonlyArray<IKernelChoice> | undefined;
  instanceTypes: ReadonlyArray<string> | undefined;
  /** Whether the job runs in another image than this JupyterLab. */
  hasOwnImage?: boolean;
  /** Whether a parameter's own value does not count, as a sweep gives its values. */
  covers?: (name: string) => boolean;
}

/** Check everything that can be checked as one types. */
export function validate(
  form: IJobForm,
  around: ISurroundings,
  trans: TranslationBundle
): IProblems {
  const problems: IProblems = { options: {}, rows: new Map() };
  const set = (
    field: Exclude<keyof IProblems, 'rows' | 'options'>,
    problem: Problem
  ): void => {
    if (problem) {
      problems[field] = problem;
    }
  };
  set('displayName', checkDisplayName(form.displayName, trans));
  set('kernelName', Private.checkKernel(form.kernelName, around, trans));
  set(
    'instanceType',
    Private.checkInstanceType(form.instanceType, around.instanceTypes, trans)
  );
  set('timeout', checkTimeout(form.timeout, form.timeoutUnit, trans));
  set('retries', checkRetries(form.retries, trans));
  set('extraFiles', checkFiles(form.extraFiles, around.notebookPath, trans));
  Private.checkRows(form, around, problems, trans);
  Private.checkOptions(form, problems, trans);
  return problems;
}

/** The first problem in the order of the form, or null: why *Submit* is disabled. */
export function firstProblem(problems: IProblems): string | null {
  const { displayName, kernelName, instanceType, rows } = problems;
  return (
    displayName ??
    kernelName ??
    instanceType ??
    problems.parameters ??
    problems.environment ??
    rows.values().next().value ??
    problems.extraFiles ??
    problems.timeout ??
    problems.retries ??
    Object.values(problems.options)[0] ??
    null
  );
}

/** Advice on a parameter that can be submitted as it is, or null. */
export function adviceOn(
  row: IParameterRow,
  info: INotebookInfo | undefined,
  trans: TranslationBundle
): string | null {
  const { parameter, value, name } = row;
  if (!parameter || !isSent(row) || parameter.type === 'string') {
    return null;
  }
  if (!fitsType(value, parameter.type)) {
    switch (parameter.type) {
      case 'number':
        return trans.__(
          'The notebook has a number here; this isn’t one in Python.'
        );
      case 'bool':
        return trans.__('The notebook has True or False here.');
      case 'list':
        return trans.__(
          'The notebook has a list here; write it as [1, 2] or ["a", "b"].'
        );
      case 'dict':
        return trans.__(
          'The notebook has a dictionary here; write it as {"name": 1}.'
        );
      default:
        return null;
    }
  }
  const isValue = parameter.type !== 'none' && parameter.type !== 'expression';
  if (info?.converted.has(name) || !isValue) {
    return null;
  }
  return parameter.type === 'number'
    ? trans.__(
        'SageMaker hands changed values over as text. Where the notebook needs a number, convert it below the parameters: %1',
        `${name} = ${/^[+-]?\s*\d+$/.test(value.trim()) ? 'int' : 'float'}(${name})`
      )
    : trans.__(
        'SageMaker hands changed values over as text. Convert it below the parameters: %1',
        `import ast; ${name} = ast.literal_eval(${name})`
      );
}

/** A value that is likely to be a secret, or should be the ARN of one. */
function checkSecret(row: IVariableRow, trans: TranslationBundle): Problem {
  const { name, value } = row;
  if (name.endsWith(SECRET_SUFFIX) && !isSecretArn(value)) {
    return trans.__(
      'Choose the secret for “%1”: its value is the ARN of a secret in AWS Secrets Manager.',
      name
    );
  }
  return value !== '' &&
    looksSecret(name) &&
    !isSecretArn(value) &&
    !row.isPlain
    ? trans.__(
        '“%1” looks like a secret. Use the ARN of a secret in its place, or say that it is handed over in plain text.',
        name
      )
    : null;
}

namespace Private {
  export function checkKernel(
    name: string,
    around: ISurroundings,
    trans: TranslationBundle
  ): Problem {
    const { kernels, info } = around;
    // Another image has its own kernels.
    const isElsewhere = around.hasOwnImage === true && name !== '';
    if (
      !kernels ||
      isElsewhere ||
      kernels.some(kernel => kernel.name === name)
    ) {
      return null;
    }
    const wanted = info?.kernelName;
    if (kernels.length === 0) {
      return trans.__('Install a kernel: there is none here.');
    }
    return wanted && (name === '' || name === wanted)
      ? trans.__(
          'Choose a kernel: the notebook asks for “%1”, which is not installed here.',
          info?.kernelDisplayName ?? wanted
        )
      : trans.__('Choose a kernel.');
  }

  export function checkInstanceType(
    type: string,
    known: ReadonlyArray<string> | undefined,
    trans: TranslationBundle
  ): Problem {
    if (!type.trim()) {
      return trans.__('Choose an instance type.');
    }
    if (known ? known.includes(type) : /^ml\.[a-z0-9-]+\.\w+$/.test(type)) {
      return null;
    }
    return trans.__(
      'Choose an instance type from the list: training jobs know no “%1”.',
      type
    );
  }

  export function checkRows(
    form: IJobForm,
    around: ISurroundings,
    problems: IProblems,
    trans: TranslationBundle
  ): void {
    const language = around.info?.language ?? '';
    const isPython = language === '' || language.includes('python');
    const names = form.parameters.map(row => row.name);
    const sent = form.parameters.filter(
      row => isSent(row) && !around.covers?.(row.name)
    );
    const tooMany = checkParameterCount(sent.length, trans);
    if (tooMany) {
      problems.parameters = tooMany;
    }
    for (const row of sent) {
      const problem = checkParameter(row, names, isPython, trans);
      if (problem) {
        problems.rows.set(row.id, problem);
      }
    }
    const variables = form.environment.map(row => row.name);
    const tooManyVariables = checkEnvironmentCount(variables.length, trans);
    if (tooManyVariables) {
      problems.environment = tooManyVariables;
    }
    for (const row of form.environment) {
      const problem =
        checkVariable(row, variables, trans) ??
        (row.isForgotten
          ? trans.__(
              'Type the value of “%1” again: values of variables are not kept when the page is reloaded.',
              row.name
            )
          : checkSecret(row, trans));
      if (problem) {
        problems.rows.set(row.id, problem);
      }
    }
  }

  export function checkOptions(
    form: IJobForm,
    problems: IProblems,
    trans: TranslationBundle
  ): void {
    const timeout = timeoutSeconds(form.timeout, form.timeoutUnit);
    const checks: Partial<Record<keyof IOptionsForm, Problem>> = {
      imageUri: checkImage(form.imageUri, trans),
      roleArn: checkRole(form.roleArn, trans),
      inputUri: checkS3Uri(form.inputUri, trans),
      outputUri: checkS3Uri(form.outputUri, trans),
      outputKmsKeyId: checkKmsKey(form.outputKmsKeyId, trans),
      volumeKmsKeyId: checkKmsKey(form.volumeKmsKeyId, trans),
      subnets: checkSubnets(form, trans),
      securityGroupIds: checkSecurityGroups(form, trans),
      volumeSize: checkVolume(form.volumeSize, trans),
      maxWait: checkMaxWait(form, timeout, trans),
      startupScriptArn: checkStartupScript(form.startupScriptArn, trans),
      tags: checkTagCount(form.tags.length, trans)
    };
    const keys = form.tags.map(row => row.name);
    for (const row of form.tags) {
      const problem = checkTag(row, keys, trans);
      if (problem) {
        problems.rows.set(row.id, problem);
      }
    }
    problems.options = Object.fromEntries(
      Object.entries(checks).filter(([, problem]) => problem !== null)
    );
  }
}
