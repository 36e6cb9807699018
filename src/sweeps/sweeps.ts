import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showStudioError } from '../components/showStudioError';
import { isEnded, notifyTask, taskError } from '../components/taskNotification';
import { toStudioError } from '../core/errors';
import type { TrainingPrices } from '../jobs/cost';
import type {
  IInstancesApi,
  IJobOptionsApi,
  ISweepSpec,
  ISweepsApi,
  ITask,
  ITaskClient,
  Known
} from '../tokens';
import type { SweepNotes } from './notes';
import { countsOf, endWords } from './rows';

/** Milliseconds a quota or price is not asked for again. */
const FRESH = 10 * 60_000;

/** Starts sweeps and follows them in one notification each, also those of an earlier page. */
export class Sweeps {
  constructor(private readonly _options: Sweeps.IOptions) {}

  /**
   * Start a sweep; resolves once its first job exists, or false if it was cancelled before.
   *
   * @param onChange - hears of the task while files are staged.
   * @throws StudioError - if no job came of it.
   */
  async submit(
    spec: ISweepSpec,
    onChange: (task: ITask) => void = () => undefined
  ): Promise<boolean> {
    const { api, tasks, notes, open } = this._options;
    const request = await api.submission(spec);
    await notes.save(spec);
    const started = await tasks.start(request).catch(async thrown => {
      const error = toStudioError(thrown);
      if (error.code !== 'IdempotentParameterMismatch') {
        throw error;
      }
      // An earlier try has reached the server after all, though its answer was lost.
      const all = await tasks.list();
      const found = all.find(task => task.clientToken === spec.id);
      if (!found) {
        throw error;
      }
      return found;
    });
    onChange(started);
    const ended = this.follow(started);
    const task = await new Promise<ITask>((resolve, reject) => {
      const look = (changed: ITask) => {
        onChange(changed);
        if (changed.result || isEnded(changed)) {
          resolve(changed);
        }
      };
      tasks.follow(started.id, look).then(look, reject);
      ended.catch(reject);
    });
    if (!hasJobs(task) && isEnded(task)) {
      if (task.state === 'cancelled') {
        return false;
      }
      throw taskError(task);
    }
    open(spec.id);
    return true;
  }

  /** Cancel a sweep that has come to no job yet. */
  cancel(task: ITask): void {
    const { tasks, trans } = this._options;
    tasks.cancel(task.id).catch(thrown =>
      showStudioError(toStudioError(thrown), trans, {
        title: trans.__('“%1” was not cancelled', task.title)
      })
    );
  }

  /** Follow a sweep to its end in a notification; a second call joins the first. */
  follow(task: ITask): Promise<ITask> {
    let followed = this._followed.get(task.id);
    if (!followed) {
      followed = this._follow(task).finally(() => {
        this._followed.delete(task.id);
      });
      this._followed.set(task.id, followed);
    }
    return followed;
  }

  /** Go on with what an earlier page has started, and tell how it ended. */
  resume(tasks: readonly ITask[]): void {
    for (const task of tasks) {
      // Nobody waits for it; a lost connection is told by whoever asks next.
      this.follow(task).catch(() => undefined);
    }
  }

  /** Jobs of a type that may run at once, by the quota for training. */
  quota(instanceType: string, isSpot: boolean): Promise<Known<number>> {
    const key = `${instanceType} ${isSpot}`;
    const kept = this._quotas.get(key);
    if (kept && Date.now() - kept.at < FRESH) {
      return kept.answer;
    }
    const answer = this._readQuota(instanceType, isSpot);
    this._quotas.set(key, { at: Date.now(), answer });
    return answer;
  }

  /** What training costs; empty where AWS doesn't tell. */
  async prices(): Promise<TrainingPrices> {
    if (!this._prices || Date.now() - this._prices.at >= FRESH) {
      const answer = this._options.instances.trainingPrices();
      this._prices = { at: Date.now(), answer };
    }
    return (await this._prices.answer).value ?? {};
  }

  private async _readQuota(
    instanceType: string,
    isSpot: boolean
  ): Promise<Known<number>> {
    const { options, trans } = this._options;
    const found = await options.quota(instanceType, isSpot);
    return found.value === 'missing'
      ? {
          value: null,
          reason: trans.__('Service Quotas has none for this type.')
        }
      : (found as Known<number>);
  }

  private async _follow(task: ITask): Promise<ITask> {
    const { tasks, trans, locale, open, compare, stop } = this._options;
    const id = task.clientToken;
    const show: Notification.IAction = {
      label: trans.__('Show sweep'),
      callback: () => open(id)
    };
    const told = (last: ITask) => ({
      message: endWords(last, trans),
      actions: [
        show,
        {
          label: trans.__('Compare'),
          displayType: 'accent' as const,
          callback: () => compare(id)
        }
      ]
    });
    const last = await notifyTask(tasks, task, {
      trans,
      locale,
      failed: trans.__('The sweep “%1” has not ended well', task.title),
      actions: [show],
      cancel: { label: trans.__('Stop…'), act: () => stop(id) },
      succeeded: told,
      cancelled: last => (hasJobs(last) ? told(last) : undefined)
    });
    if (last.state === 'failed' || last.state === 'interrupted') {
      // If the server can't be told, it is only reported once more.
      await tasks.forget(last.id).catch(() => undefined);
    }
    return last;
  }

  private readonly _followed = new Map<string, Promise<ITask>>();
  private readonly _quotas = new Map<
    string,
    { at: number; answer: Promise<Known<number>> }
  >();
  private _prices:
    | { at: number; answer: ReturnType<IInstancesApi['trainingPrices']> }
    | undefined;
}

/** Whether a sweep has come to jobs. */
function hasJobs(task: ITask): boolean {
  const { created } = countsOf(task);
  return created > 0;
}

export namespace Sweeps {
  export interface IOptions {
    api: ISweepsApi;
    options: Pick<IJobOptionsApi, 'quota'>;
    instances: Pick<IInstancesApi, 'trainingPrices'>;
    tasks: ITaskClient;
    notes: SweepNotes;
    trans: TranslationBundle;
    locale?: string;
    /** Show the tab of a sweep. */
    open: (id: string) => unknown;
    compare: (id: string) => unknown;
    /** Ask, then stop the whole; reports its own failure. */
    stop: (id: string) => unknown;
  }
}
