import type { IResourceSpec, ISpaceDraft } from '../../tokens';
import type { ExecutorKind } from './api';
import type { IRunningKernel } from './findings';
import type { IPlan, IPlanRow, Purpose } from './plan';

/**
 * What of a plan outlives the restart: kept by the server with the task, and read by the next page.
 *
 * All of it is JSON, and none of it secret.
 */
export interface IChangeRecord {
  version: 1;
  purpose: Purpose;
  executor: ExecutorKind;
  spaceName: string;
  isOwn: boolean;
  /** Instance type the app ran on. */
  from?: string;
  /** Instance type that is wanted. */
  to?: string;
  /** Types that are tried after the wanted one. */
  fallbacks: string[];
  former: IResourceSpec;
  draft: ISpaceDraft;
  /** The changes in words. */
  rows: Pick<IPlanRow, 'field' | 'label' | 'before' | 'after'>[];
  /** A similar type to try if the wanted one can't be had. */
  alternative?: string;
  /** The Jupyter server that was to stop. */
  bootId: string;
  /** When it was confirmed, ISO. */
  createdAt: string;
  /** The kernels that ran, so that they can be started again. */
  kernels: { path: string; kernelName: string; type: string }[];
  /** Studio's page of the space, where SageMaker says it. */
  studioUrl?: string;
}

/** The kernels a record remembers; the server takes 64 KB of plan in all. */
const MOST_KERNELS = 50;

export function makeRecord(
  plan: IPlan,
  options: {
    executor: ExecutorKind;
    isOwn: boolean;
    bootId: string;
    alternative?: string;
    kernels: readonly IRunningKernel[];
    studioUrl?: string;
    now: Date;
  }
): IChangeRecord {
  const { executor, isOwn, bootId, alternative, kernels, studioUrl } = options;
  return {
    version: 1,
    purpose: plan.purpose,
    executor,
    spaceName: plan.space.name,
    isOwn,
    from: plan.former.instanceType,
    to: plan.attempts[0].instanceType,
    fallbacks:
      executor === 'state-machine'
        ? plan.attempts.slice(1).flatMap(spec => spec.instanceType ?? [])
        : [],
    former: plan.former,
    draft: plan.draft,
    rows: plan.rows.map(({ field, label, before, after }) => ({
      field,
      label,
      before,
      after
    })),
    alternative,
    bootId,
    createdAt: options.now.toISOString(),
    kernels: kernels
      .slice(0, MOST_KERNELS)
      .map(({ path, kernelName, type }) => ({ path, kernelName, type })),
    studioUrl
  };
}

/** A record as a task brought it back; null if it is none of ours. */
export function readRecord(value: unknown): IChangeRecord | null {
  const record = value as IChangeRecord | null | undefined;
  return record && record.version === 1 && Array.isArray(record.kernels)
    ? record
    : null;
}
