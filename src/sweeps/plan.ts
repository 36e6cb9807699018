import type { TranslationBundle } from '@jupyterlab/translation';

import { LIMITS } from '../jobs/limits';
import type { INotebookParameter } from '../jobs/parameters';
import type { Combination, IAxis } from './grid';
import { combinationAt, gridSize, sample } from './grid';
import type { IValuesInput } from './values';
import { newValues, readValues } from './values';

/** Jobs a sweep may have; more would take AWS's API, at one a second, many minutes to create. */
export const MAX_JOBS = 500;

/** Jobs at once where nobody knows the quota. */
const CAREFUL = 4;

/** What a person fills in to make one job several. */
export interface ISweepForm {
  isOn: boolean;
  /** By name of the parameter. */
  values: Record<string, IValuesInput>;
  /** Take a random sample of the grid. */
  isSample: boolean;
  sampleSize: string;
  /** The same seed draws the same sample. */
  seed: string;
  /** Jobs at once; empty for the suggestion. */
  concurrency: string;
}

/** A parameter of the job form: its value there is that of every job unless it varies. */
export interface IPlanParameter {
  name: string;
  value: string;
  /** Whether the value is handed over where it doesn't vary. */
  isSent: boolean;
  parameter?: Pick<INotebookParameter, 'name' | 'type'>;
}

/** What a filled-in form comes to. */
export interface ISweepPlan {
  axes: IAxis[];
  /** Combinations of the whole grid; `Infinity` where they can't be counted. */
  size: number;
  /** Jobs to be made; 0 while something is wrong. */
  count: number;
  /** E.g. `3 × 2 = 6 jobs`. */
  words: string;
  concurrency: number;
  /** What to change, by field; `values` by the parameter's name. */
  problems: {
    values: Map<string, string>;
    size?: string;
    sampleSize?: string;
    seed?: string;
    concurrency?: string;
  };
  /** The values of the job with a number from 0; only below `count`. */
  combination: (at: number) => Combination;
}

/** A form nobody has touched. */
export function newSweep(seed = Private.randomSeed()): ISweepForm {
  return {
    isOn: false,
    values: {},
    isSample: false,
    sampleSize: '10',
    seed: String(seed),
    concurrency: ''
  };
}

/** Read back a form that was kept; undefined for anything else. */
export function readSweep(saved: unknown): ISweepForm | undefined {
  const form = saved as Partial<ISweepForm> | null | undefined;
  return typeof form?.isOn === 'boolean' &&
    typeof form.values === 'object' &&
    form.values !== null
    ? { ...newSweep(), ...form }
    : undefined;
}

/** What was typed for a parameter, or what one begins with. */
export function valuesOf(
  form: ISweepForm,
  parameter: Pick<IPlanParameter, 'name' | 'value'>
): IValuesInput {
  // A person's own property only: a parameter may be called `constructor`.
  return Object.prototype.hasOwnProperty.call(form.values, parameter.name)
    ? form.values[parameter.name]
    : newValues(parameter.value);
}

/**
 * Work out what a form comes to.
 *
 * @param quota - jobs of the instance type that may run at once, where that is known.
 */
export function planSweep(
  form: ISweepForm,
  parameters: readonly IPlanParameter[],
  quota: number | null,
  trans: TranslationBundle
): ISweepPlan {
  const problems: ISweepPlan['problems'] = { values: new Map() };
  const axes: IAxis[] = [];
  for (const row of parameters) {
    const input = valuesOf(form, row);
    if (input.mode === 'one' || !row.name) {
      continue;
    }
    const { values, problem } = readValues(input, row.parameter, trans);
    if (problem === null) {
      axes.push({ name: row.name, values });
    } else {
      problems.values.set(row.name, problem);
    }
  }
  const size = axes.length > 0 ? gridSize(axes) : 0;
  const wanted = form.isSample
    ? Private.checkSample(form, size, problems, trans)
    : size;
  Private.checkSize(form, axes, parameters, wanted, problems, trans);
  const isFine =
    problems.values.size === 0 &&
    !problems.size &&
    !problems.sampleSize &&
    !problems.seed;
  const count = isFine ? wanted : 0;
  let indices: number[] | undefined;
  return {
    axes,
    size,
    count,
    words: Private.words(axes, size, form.isSample ? wanted : null, trans),
    concurrency: Private.concurrency(form, count, quota, problems, trans),
    problems,
    combination: at => {
      indices ??= form.isSample
        ? sample(size, count, Number(form.seed))
        : undefined;
      return combinationAt(axes, indices ? indices[at] : at);
    }
  };
}

/** The first sentence of what to change, or null. */
export function firstSweepProblem(plan: ISweepPlan): string | null {
  const { values, size, sampleSize, seed, concurrency } = plan.problems;
  return (
    values.values().next().value ??
    size ??
    sampleSize ??
    seed ??
    concurrency ??
    null
  );
}

/** Jobs at once that suit a quota. */
export function suggestConcurrency(
  count: number,
  quota: number | null
): number {
  return Math.max(1, Math.min(count || 1, quota ?? CAREFUL));
}

namespace Private {
  export function randomSeed(): number {
    return Math.floor(Math.random() * 1_000_000);
  }

  /** How many jobs a sample has; the grid's size where it can't be told. */
  export function checkSample(
    form: ISweepForm,
    size: number,
    problems: ISweepPlan['problems'],
    trans: TranslationBundle
  ): number {
    const seed = wholeNumber(form.seed);
    if (seed === null || seed > 0xffffffff) {
      problems.seed = trans.__(
        'Type the seed as a whole number from 0 to %1.',
        0xffffffff
      );
    }
    const count = wholeNumber(form.sampleSize);
    if (size === Infinity) {
      problems.size = trans.__(
        'Choose fewer values: so many combinations can’t be counted.'
      );
    }
    if (count === null || count < 1 || (size > 0 && count > size)) {
      problems.sampleSize = trans.__(
        'Type how many jobs to draw: a whole number from 1 to %1.',
        Math.min(size || MAX_JOBS, MAX_JOBS)
      );
      return size;
    }
    return count;
  }

  export function checkSize(
    form: ISweepForm,
    axes: readonly IAxis[],
    parameters: readonly IPlanParameter[],
    wanted: number,
    problems: ISweepPlan['problems'],
    trans: TranslationBundle
  ): void {
    const varied = new Set(axes.map(axis => axis.name));
    const handedOver = parameters.filter(
      row => row.isSent || varied.has(row.name)
    ).length;
    if (handedOver > LIMITS.parameters) {
      problems.size = trans.__(
        'Remove parameters: a job takes at most %1, and there are %2.',
        LIMITS.parameters,
        handedOver
      );
    } else if (axes.length === 0 && problems.values.size === 0) {
      problems.size = trans.__('Give at least one parameter several values.');
    } else if (wanted > MAX_JOBS) {
      problems.size ??= form.isSample
        ? trans.__('Draw at most %1 jobs.', MAX_JOBS)
        : trans.__(
            'Choose fewer values or a random sample: a sweep has at most %1 jobs.',
            MAX_JOBS
          );
    }
  }

  export function concurrency(
    form: ISweepForm,
    count: number,
    quota: number | null,
    problems: ISweepPlan['problems'],
    trans: TranslationBundle
  ): number {
    if (!form.concurrency.trim()) {
      return suggestConcurrency(count, quota);
    }
    const typed = wholeNumber(form.concurrency);
    if (typed === null || typed < 1 || (count > 0 && typed > count)) {
      problems.concurrency = trans.__(
        'Type how many jobs may run at once: a whole number from 1 to %1.',
        count || MAX_JOBS
      );
      return suggestConcurrency(count, quota);
    }
    return typed;
  }

  export function words(
    axes: readonly IAxis[],
    size: number,
    drawn: number | null,
    trans: TranslationBundle
  ): string {
    if (axes.length === 0) {
      return trans.__('No parameter varies yet.');
    }
    const product = axes.map(axis => axis.values.length).join(' × ');
    const total = size === Infinity ? '∞' : String(size);
    if (drawn !== null) {
      return axes.length === 1
        ? trans.__('%1 of %2 combinations', drawn, total)
        : trans.__('%1 of %2 = %3 combinations', drawn, product, total);
    }
    const jobs = trans._n('%1 job', '%1 jobs', size);
    return axes.length === 1 ? jobs : trans.__('%1 = %2', product, jobs);
  }

  function wholeNumber(typed: string): number | null {
    return /^\s*\d{1,15}\s*$/.test(typed) ? Number(typed) : null;
  }
}
