import type { IJobsApi, ISageMakerGateway } from '../tokens';
import { toStudioError } from './errors';

/**
 * The gateway before the AWS SDK is loaded: the first call of any verb loads it.
 *
 * @param load - imports `src/aws` and makes the real gateway; called again after a failure.
 */
export class LazyGateway implements ISageMakerGateway {
  constructor(private readonly _load: () => Promise<ISageMakerGateway>) {
    const jobs = async () => (await this._get()).jobs;
    this.jobs = {
      list: async (...args) => (await jobs()).list(...args),
      describe: async (...args) => (await jobs()).describe(...args),
      submission: async (...args) => (await jobs()).submission(...args),
      stop: async (...args) => (await jobs()).stop(...args),
      remove: async (...args) => (await jobs()).remove(...args),
      logs: async (...args) => (await jobs()).logs(...args),
      output: async (...args) => (await jobs()).output(...args),
      instanceTypes: async () => (await jobs()).instanceTypes()
    };
  }

  readonly jobs: IJobsApi;

  private _get(): Promise<ISageMakerGateway> {
    return (this._loaded ??= this._load().catch(error => {
      this._loaded = undefined;
      throw toStudioError(error);
    }));
  }

  private _loaded: Promise<ISageMakerGateway> | undefined;
}
