import type { TranslationBundle } from '@jupyterlab/translation';

import type { INotebookJobSpec, ISweepSpec } from '../tokens';
import type { ISweepPlan } from './plan';

/** A training job's name has at most this many characters. */
const MAX_NAME = 63;
/** The random digits and the time at the end of a name made by `newJobName`. */
const TAIL = /-[0-9a-f]{8}-\d{4}(?:-\d\d){5}$/;

/**
 * The sweep a plan and a form describe.
 *
 * #### Notes
 * Names come from the sweep's id, which is chosen once: sent again after a lost answer, the same
 * jobs are asked for and not others.
 */
export function toSweepSpec(
  plan: ISweepPlan,
  base: INotebookJobSpec,
  sampleSeed: string | null,
  trans: TranslationBundle
): ISweepSpec {
  const { count } = plan;
  return {
    id: base.name,
    displayName: base.displayName,
    base,
    concurrency: Math.min(plan.concurrency, count),
    ...(sampleSeed !== null && {
      sample: `${count} of ${plan.size} seed ${sampleSeed.trim()}`
    }),
    jobs: Array.from({ length: count }, (_, at) => ({
      name: jobName(base.name, at + 1),
      displayName: displayName(base.displayName, at + 1, count, trans),
      parameters: { ...base.parameters, ...plan.combination(at) }
    }))
  };
}

/** The name of a sweep's training job, counted from 1. */
export function jobName(sweepId: string, number: number): string {
  const tail = TAIL.exec(sweepId)?.[0] ?? '';
  const ending = `-${number}${tail}`;
  const head = sweepId
    .slice(0, sweepId.length - tail.length)
    .slice(0, MAX_NAME - 4 - tail.length)
    .replace(/-+$/, '');
  return head + ending;
}

/**
 * A job's name for people.
 *
 * #### Notes
 * It is kept as a tag, and AWS takes no round brackets in tags.
 */
function displayName(
  name: string,
  number: number,
  count: number,
  trans: TranslationBundle
): string {
  const suffix = trans.__(' - %1 of %2', number, count);
  return name.slice(0, 256 - suffix.length).trimEnd() + suffix;
}
