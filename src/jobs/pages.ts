import type { INotebookJob } from '../tokens';

/**
 * The newest page with what is known beyond it.
 *
 * Jobs as new as the page that it lacks were deleted elsewhere, unless they
 * were read by name just now. Tells also whether older pages are still
 * attached, so that their paging token stays good.
 */
export function mergeNewest(
  page: ReadonlyArray<INotebookJob>,
  known: ReadonlyArray<INotebookJob>,
  recent: Map<string, INotebookJob>,
  isWhole: boolean
): [INotebookJob[], boolean] {
  const names = new Set(page.map(job => job.name));
  const jobs = page.map(job => {
    const other = recent.get(job.name);
    if (other && isNewer(other, job)) {
      return other;
    }
    recent.delete(job.name);
    return job;
  });
  for (const job of recent.values()) {
    if (!names.has(job.name)) {
      jobs.push(job);
      names.add(job.name);
    }
  }
  if (isWhole || page.length === 0) {
    return [jobs, false];
  }
  const oldest = Math.min(...page.map(job => job.createdAt.getTime()));
  const older = known.filter(
    job => !names.has(job.name) && job.createdAt.getTime() < oldest
  );
  const isAttached = known.some(job => names.has(job.name));
  return older.length > 0 && isAttached
    ? [[...jobs, ...older], true]
    : [jobs, false];
}

function isNewer(one: INotebookJob, other: INotebookJob): boolean {
  return (one.modifiedAt?.getTime() ?? 0) > (other.modifiedAt?.getTime() ?? 0);
}
