import { isAborted, toStudioError } from '../core/errors';
import type { StudioError } from '../core/errors';
import type { INotebookJob } from '../tokens';

/** What is done to several jobs. */
export type BulkVerb = 'stop' | 'remove';

/** How far it is with several jobs. */
export interface IBulk {
  verb: BulkVerb;
  total: number;
  done: number;
  isRunning: boolean;
  /** Whether the person asked for no more of them to be touched. */
  isCancelled: boolean;
  failures: readonly { job: INotebookJob; error: StudioError }[];
}

/** Calls under way at once: AWS throttles StopTrainingJob and AddTags per account. */
const AT_ONCE = 4;

/**
 * Do something to several jobs, a few at a time; one that fails holds up none of the others.
 *
 * @param onChange - told at each step, with a new object.
 * @param signal - begins no more of them; what is under way is finished.
 */
export async function runBulk(
  verb: BulkVerb,
  jobs: readonly INotebookJob[],
  act: (job: INotebookJob) => Promise<void>,
  onChange: (bulk: IBulk) => void,
  signal: AbortSignal
): Promise<IBulk> {
  let bulk: IBulk = {
    verb,
    total: jobs.length,
    done: 0,
    isRunning: true,
    isCancelled: false,
    failures: []
  };
  const set = (change: Partial<IBulk>) => {
    bulk = { ...bulk, ...change };
    onChange(bulk);
  };
  set({});
  const waiting = [...jobs];
  const work = async () => {
    let job: INotebookJob | undefined;
    while (!signal.aborted && (job = waiting.shift())) {
      try {
        await act(job);
        set({ done: bulk.done + 1 });
      } catch (thrown) {
        if (!isAborted(thrown)) {
          const error = toStudioError(thrown);
          set({
            done: bulk.done + 1,
            failures: [...bulk.failures, { job, error }]
          });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  set({ isRunning: false, isCancelled: signal.aborted && waiting.length > 0 });
  return bulk;
}
