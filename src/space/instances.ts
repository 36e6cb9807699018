import { isAccessDenied } from '../core/permissions';
import type { StudioStore } from '../core/store';
import type { IInstanceQuota, IInstancesApi, Known } from '../tokens';

const MINUTE = 60_000;
/** How long an answer is good for, milliseconds. */
const AGE = { quotas: MINUTE, prices: 24 * 60 * MINUTE };
/** A permission that is missing is not asked for again for a while; what may pass, sooner. */
const REFUSAL_AGE = 10 * MINUTE;
const FAILURE_AGE = MINUTE / 2;

interface IKept<T> {
  until: number;
  answer: Promise<Known<T>>;
}

/** What is kept across a reload. */
interface IStoredPrices {
  at: number;
  prices: Record<string, number>;
}

/** Facts on instance types that are not asked for again and again. */
export class CachedInstances implements IInstancesApi {
  /**
   * @param region - prices of other regions are others.
   */
  constructor(
    private readonly _api: IInstancesApi,
    private readonly _store: StudioStore,
    private readonly _region: () => Promise<string | undefined>
  ) {}

  types(): Promise<string[]> {
    return this._api.types();
  }

  quotas(): Promise<Known<Record<string, IInstanceQuota>>> {
    if (!this._quotas || Date.now() >= this._quotas.until) {
      this._quotas = keep(this._api.quotas(), AGE.quotas);
    }
    return this._quotas.answer;
  }

  prices(): Promise<Known<Record<string, number>>> {
    if (!this._prices || Date.now() >= this._prices.until) {
      this._prices = keep(this._readPrices(), AGE.prices);
    }
    return this._prices.answer;
  }

  trainingPrices(): Promise<Known<Record<string, number>>> {
    return this._api.trainingPrices();
  }

  /** Ask anew next time, e.g. because somebody pressed *Refresh*. */
  forget(): void {
    this._quotas = undefined;
    this._prices = undefined;
  }

  private async _readPrices(): Promise<Known<Record<string, number>>> {
    const key = `prices:${(await this._region()) ?? ''}`;
    const stored = await this._store.load<IStoredPrices>(key);
    if (stored && Date.now() - stored.at < AGE.prices) {
      return { value: stored.prices };
    }
    const answer = await this._api.prices();
    if (answer.value !== null) {
      await this._store.save(key, { at: Date.now(), prices: answer.value });
    }
    return answer;
  }

  private _quotas: IKept<Record<string, IInstanceQuota>> | undefined;
  private _prices: IKept<Record<string, number>> | undefined;
}

function keep<T>(answer: Promise<Known<T>>, age: number): IKept<T> {
  const kept = { until: Date.now() + age, answer };
  answer.then(
    known => {
      if ('reason' in known) {
        const isRefused = isAccessDenied(known.error?.code ?? '');
        kept.until = Date.now() + (isRefused ? REFUSAL_AGE : FAILURE_AGE);
      }
    },
    () => {
      kept.until = 0;
    }
  );
  return kept;
}
