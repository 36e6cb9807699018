import type { ISageMakerGateway } from '../tokens';
import { toStudioError } from './errors';

/** What loads each part of the gateway. */
export type GatewayLoaders = {
  [Api in keyof ISageMakerGateway]: () => Promise<ISageMakerGateway[Api]>;
};

/**
 * The gateway before anything of it is loaded: the first call of any verb loads its part.
 *
 * @param load - called again after a failure.
 */
export class LazyGateway implements ISageMakerGateway {
  constructor(private readonly _load: GatewayLoaders) {}

  readonly fileSystems = this._lazily('fileSystems');
  readonly jobOptions = this._lazily('jobOptions');
  readonly jobs = this._lazily('jobs');
  readonly repositories = this._lazily('repositories');
  readonly schedules = this._lazily('schedules');
  readonly spaces = this._lazily('spaces');
  readonly instances = this._lazily('instances');
  readonly stateMachines = this._lazily('stateMachines');
  readonly sweeps = this._lazily('sweeps');

  private _lazily<Api extends keyof ISageMakerGateway>(
    name: Api
  ): ISageMakerGateway[Api] {
    type Verb = (...args: unknown[]) => Promise<unknown>;
    let loaded: Promise<unknown> | undefined;
    const load = () =>
      (loaded ??= this._load[name]().catch(error => {
        loaded = undefined;
        throw toStudioError(error);
      }));
    const lazy =
      (verb: string): Verb =>
      async (...args) =>
        ((await load()) as Record<string, Verb>)[verb](...args);
    return new Proxy({} as Record<string, Verb>, {
      // Whoever awaits a part is not to take it for a promise.
      get: (verbs, verb) =>
        typeof verb === 'string' && verb !== 'then'
          ? (verbs[verb] ??= lazy(verb))
          : undefined
    }) as unknown as ISageMakerGateway[Api];
  }
}
