import type { INotebookJob } from '../tokens';

/** What training on a type costs, in US dollars an hour, where that is known. */
export type TrainingPrices = Readonly<Record<string, number>>;

/**
 * US dollars a job is billed for its instance, or null where nobody knows.
 *
 * #### Notes
 * AWS tells the billed seconds with the job's end; spot capacity is billed fewer seconds than the
 * job took, at the on-demand price: what is saved is 1 - billable / training seconds (Developer
 * Guide, "Managed Spot Training"). Storage is not counted: 30 GB for an hour are less than a cent.
 */
export function costOf(
  job: Pick<INotebookJob, 'billableSeconds' | 'instanceType'>,
  prices: TrainingPrices
): number | null {
  const price = prices[job.instanceType];
  return price === undefined || job.billableSeconds === undefined
    ? null
    : (job.billableSeconds / 3600) * price;
}

/**
 * US dollars that some jobs may cost at most: all of them up to their time-out, in one attempt, on
 * demand. What spot capacity costs is known only afterwards.
 */
export function mostCost(
  jobs: number,
  maxRuntimeSeconds: number,
  instanceType: string,
  prices: TrainingPrices
): number | null {
  const price = prices[instanceType];
  return price === undefined || !Number.isFinite(maxRuntimeSeconds)
    ? null
    : jobs * (maxRuntimeSeconds / 3600) * price;
}

/** Dollars as people write them; fractions of a cent count for short jobs. */
export function formatDollars(dollars: number): string {
  return `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
}
