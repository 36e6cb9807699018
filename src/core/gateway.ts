import type { ISageMakerGateway } from '../tokens';
import { toStudioError } from './errors';

/** Every verb there is; the compiler sees to it that none is missing. */
const VERBS: {
  [Api in keyof ISageMakerGateway]: Record<keyof ISageMakerGateway[Api], true>;
} = {
  jobs: {
    list: true,
    describe: true,
    submission: true,
    stop: true,
    remove: true,
    logs: true,
    output: true,
    instanceTypes: true
  },
  spaces: {
    list: true,
    describe: true,
    app: true,
    rules: true,
    images: true,
    create: true,
    remove: true,
    open: true,
    lifecycleLog: true
  },
  instances: { types: true, quotas: true, prices: true },
  stateMachines: { find: true }
};

/**
 * The gateway before the AWS SDK is loaded: the first call of any verb loads it.
 *
 * @param load - imports `src/aws` and makes the real gateway; called again after a failure.
 */
export class LazyGateway implements ISageMakerGateway {
  constructor(private readonly _load: () => Promise<ISageMakerGateway>) {}

  readonly jobs = this._lazily('jobs');
  readonly spaces = this._lazily('spaces');
  readonly instances = this._lazily('instances');
  readonly stateMachines = this._lazily('stateMachines');

  private _lazily<Api extends keyof ISageMakerGateway>(
    name: Api
  ): ISageMakerGateway[Api] {
    type Verb = (...args: unknown[]) => Promise<unknown>;
    const lazy = (verb: string): Verb => {
      return async (...args) => {
        const api = (await this._get())[name] as unknown as Record<
          string,
          Verb
        >;
        return api[verb](...args);
      };
    };
    return Object.fromEntries(
      Object.keys(VERBS[name]).map(verb => [verb, lazy(verb)])
    ) as unknown as ISageMakerGateway[Api];
  }

  private _get(): Promise<ISageMakerGateway> {
    return (this._loaded ??= this._load().catch(error => {
      this._loaded = undefined;
      throw toStudioError(error);
    }));
  }

  private _loaded: Promise<ISageMakerGateway> | undefined;
}
