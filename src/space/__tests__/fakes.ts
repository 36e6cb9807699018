import { FakeWatcher, database } from '../../__tests__/fakes';
import { StudioStore } from '../../core/store';
import type {
  IContext,
  IInstancesApi,
  ILocalSpace,
  ILocalSpaceApi,
  ISpace,
  ISpaceApp,
  ISpaceChanges,
  ISpaceRules,
  ISpaceSummary,
  ISpacesApi,
  IStudioContext
} from '../../tokens';
import type { ISpaceActions } from '../components/actions';
import { CachedInstances } from '../instances';
import type { IInstanceFacts } from '../instanceTypes';
import { SpaceModel } from '../model';

export * from '../../__tests__/fakes';

export const NOW = Date.parse('2024-05-01T12:00:00Z');
export const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

export function space(change: Partial<ISpace> = {}): ISpace {
  return {
    domainId: 'd-1',
    name: 'my-space',
    displayName: 'My space',
    arn: 'arn:aws:sagemaker:us-west-2:123456789012:space/d-1/my-space',
    status: 'InService',
    sharing: 'Private',
    owner: 'ann',
    appType: 'JupyterLab',
    settings: {
      spec: {
        instanceType: 'ml.t3.medium',
        imageArn:
          'arn:aws:sagemaker:us-west-2:542918446943:image/sagemaker-distribution-cpu'
      },
      volumeGb: 5,
      fileSystems: [],
      repositories: []
    },
    raw: {},
    ...change
  };
}

export function app(change: Partial<ISpaceApp> = {}): ISpaceApp {
  return {
    spaceName: 'my-space',
    name: 'default',
    type: 'JupyterLab',
    status: 'InService',
    spec: { instanceType: 'ml.t3.medium' },
    createdAt: minutesAgo(120),
    ...change
  };
}

export function summary(
  name: string,
  change: Partial<ISpaceSummary> = {}
): ISpaceSummary {
  return {
    name,
    displayName: name,
    status: 'InService',
    sharing: 'Private',
    owner: 'ann',
    appType: 'JupyterLab',
    volumeGb: 5,
    ...change
  };
}

export const rules: ISpaceRules = {
  idle: {
    isEnabled: true,
    defaultMinutes: 60,
    minMinutes: 60,
    maxMinutes: 480
  },
  volume: { defaultGb: 5, maximumGb: 100 },
  lifecycleConfigs: [],
  fileSystems: [],
  hiddenInstanceTypes: []
};

export const localSpace: ILocalSpace = {
  bootId: 'boot-1',
  startedAt: minutesAgo(119).toISOString(),
  home: { value: { path: '/home', totalBytes: 5e9, usedBytes: 1e9 } },
  scratch: null,
  idle: {
    canKeepAwake: { value: true },
    lastActiveAt: { value: minutesAgo(55).toISOString() },
    keepAwakeUntil: null,
    maxKeepAwakeMinutes: 720
  },
  canRestartJupyter: { value: true }
};

export const FACTS = new Map<string, IInstanceFacts>([
  [
    'ml.t3.medium',
    {
      vcpus: 2,
      memoryGiB: 4,
      network: 'Up to 5 Gigabit',
      isFastLaunch: true
    }
  ],
  [
    'ml.m5.xlarge',
    {
      vcpus: 4,
      memoryGiB: 16,
      network: 'Up to 10 Gigabit',
      isFastLaunch: false
    }
  ],
  [
    'ml.g5.xlarge',
    {
      vcpus: 4,
      memoryGiB: 16,
      gpus: { count: 1, name: 'NVIDIA A10G', memoryGiB: 22.4 },
      network: 'Up to 10 Gigabit',
      nvmeGb: 250,
      isFastLaunch: false
    }
  ]
]);

/** What the server knows of its surroundings, in a space. */
export function studioContext(
  mode: IContext['mode'] = 'studio',
  spaceName: string | null = 'my-space'
): IStudioContext {
  const field = (value: string | null) =>
    value === null
      ? { value, reason: 'SAGEMAKER_SPACE_NAME is not set.' }
      : { value, source: 'test' };
  const value = {
    mode,
    modeReason: 'No credentials were found.',
    fields: {
      spaceName: field(spaceName),
      appName: field(mode === 'account' ? null : 'default'),
      domainId: field('d-1'),
      region: field('us-west-2'),
      userProfileName: field(null),
      executionRoleArn: field(null)
    }
  } as unknown as IContext;
  return {
    get: async () => value,
    refresh: async () => undefined
  } as unknown as IStudioContext;
}

/** AWS as far as spaces go; a member may be replaced to fail. */
export function fakeSpaces(): jest.Mocked<ISpacesApi> {
  return {
    list: jest.fn(async () => [summary('my-space', { app: app() })]),
    describe: jest.fn(async () => space()),
    app: jest.fn(async () => app()),
    rules: jest.fn(async () => ({ value: rules })),
    images: jest.fn(async () => ({ value: [] })),
    create: jest.fn(async () => undefined),
    remove: jest.fn(async () => undefined),
    open: jest.fn(async () => 'https://studio.test/space'),
    lifecycleLog: jest.fn(async () => '')
  } as unknown as jest.Mocked<ISpacesApi>;
}

export function fakeLocal(): jest.Mocked<ILocalSpaceApi> {
  return {
    get: jest.fn(async () => localSpace),
    keepAwake: jest.fn(async () => localSpace),
    restartJupyter: jest.fn(async () => undefined)
  } as unknown as jest.Mocked<ILocalSpaceApi>;
}

export function fakeInstances(): jest.Mocked<IInstancesApi> {
  return {
    types: jest.fn(async () => [...FACTS.keys(), 'ml.new.large']),
    quotas: jest.fn(async () => ({
      value: { 'ml.m5.xlarge': { limit: 2, inUse: 2 } }
    })),
    prices: jest.fn(async () => ({
      value: { 'ml.t3.medium': 0.05, 'ml.m5.xlarge': 0.23 }
    }))
  } as unknown as jest.Mocked<IInstancesApi>;
}

/** The model of this space, on fakes. */
export function makeSpace(context = studioContext()) {
  const spaces = fakeSpaces();
  const local = fakeLocal();
  const instances = fakeInstances();
  const watcher = new FakeWatcher();
  const cached = new CachedInstances(
    instances,
    new StudioStore(database(), 'space'),
    async () => 'us-west-2'
  );
  const model = new SpaceModel({
    context,
    spaces,
    local,
    instances: cached,
    instanceFacts: async () => FACTS,
    watcher
  });
  return { model, spaces, local, instances, cached, watcher };
}

export function fakeChanges(): jest.Mocked<ISpaceChanges> {
  const signal = { connect: jest.fn(), disconnect: jest.fn() };
  return {
    changed: signal,
    done: signal,
    activities: [],
    draft: jest.fn(() => null),
    collect: jest.fn(),
    discard: jest.fn(),
    propose: jest.fn(async () => undefined),
    restart: jest.fn(async () => undefined),
    stop: jest.fn(async () => undefined),
    start: jest.fn(async () => undefined),
    switchNow: jest.fn(async () => undefined),
    cancel: jest.fn(async () => undefined),
    resume: jest.fn(async () => undefined)
  } as unknown as jest.Mocked<ISpaceChanges>;
}

export function spaceActions(): jest.Mocked<ISpaceActions> {
  return {
    change: jest.fn(),
    switchTo: jest.fn(),
    discardChanges: jest.fn(),
    switchNow: jest.fn(),
    cancelChange: jest.fn(),
    openCatalogue: jest.fn(),
    stop: jest.fn(),
    restart: jest.fn(),
    start: jest.fn(),
    open: jest.fn(),
    create: jest.fn(),
    remove: jest.fn(),
    keepAwake: jest.fn(),
    endKeepAwake: jest.fn(),
    restartJupyter: jest.fn(),
    showLifecycleLog: jest.fn(),
    refresh: jest.fn()
  };
}
