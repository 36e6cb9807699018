import type { ISageMakerGateway } from '../tokens';
import { toStudioError } from './errors';

/** Every verb there is; the compiler sees to it that none is missing. */
const VERBS: {
  [Api in keyof ISageMakerGateway]: Record<keyof ISageMakerGateway[Api], true>;
} = {
  fileSystems: {
    rules: true,
    efs: true,
    lustre: true,
    network: true,
    domainNetwork: true,
    accessPoint: true
  },
  jobOptions: {
    surroundings: true,
    images: true,
    roles: true,
    keys: true,
    secrets: true,
    subnets: true,
    securityGroups: true,
    role: true,
    bucket: true,
    key: true,
    imageFacts: true,
    imageExists: true,
    document: true,
    quota: true
  },
  jobs: {
    list: true,
    describe: true,
    submission: true,
    stop: true,
    remove: true,
    logs: true,
    metrics: true,
    output: true,
    request: true,
    instanceTypes: true
  },
  repositories: {
    suggested: true,
    update: true,
    updateCommand: true,
    register: true,
    registerCommand: true
  },
  schedules: {
    triggerKind: true,
    list: true,
    describe: true,
    trigger: true,
    creation: true,
    revision: true,
    reschedule: true,
    setEnabled: true,
    runNow: true,
    remove: true
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
  instances: { types: true, quotas: true, prices: true, trainingPrices: true },
  stateMachines: { find: true },
  sweeps: { submission: true, jobs: true }
};

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
    return Object.fromEntries(
      Object.keys(VERBS[name]).map(verb => [verb, lazy(verb)])
    ) as unknown as ISageMakerGateway[Api];
  }
}
