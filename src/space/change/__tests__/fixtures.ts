import { nullTranslator } from '@jupyterlab/translation';

import type {
  ISpace,
  ISpaceApp,
  ISpaceDraft,
  ISpaceImage,
  ISpaceRules,
  ITask
} from '../../../tokens';
import type { IPreflightFacts } from '../findings';
import { makePlan } from '../plan';
import type { IPlan, IPlanFacts, IPlanOptions, Purpose } from '../plan';
import { makeRecord } from '../record';
import type { IChangeRecord } from '../record';

export const trans = nullTranslator.load('jupyterlab_sagemaker_studio');
export const NOW = new Date('2026-03-01T12:00:00Z');

const IMAGES = 'arn:aws:sagemaker:us-west-2:542918446943:image';
export const CPU = `${IMAGES}/sagemaker-distribution-cpu`;
export const GPU = `${IMAGES}/sagemaker-distribution-gpu`;
export const CUSTOM = 'arn:aws:sagemaker:us-west-2:123456789012:image/mine';
export const SCRIPT =
  'arn:aws:sagemaker:us-west-2:123456789012:studio-lifecycle-config/setup';
export const MACHINE =
  'arn:aws:states:us-west-2:123456789012:stateMachine:sagemaker-studio-change-space';

export const images: ISpaceImage[] = [
  image(CPU, 'cpu', ['3.1', '3.2']),
  image(GPU, 'gpu', ['3.2']),
  image(CUSTOM, 'unknown', [])
];

function image(
  arn: string,
  processor: ISpaceImage['processor'],
  aliases: string[]
): ISpaceImage {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return {
    arn,
    name,
    displayName: name,
    processor,
    isCustom: arn === CUSTOM,
    versions: aliases.map((alias, index) => ({
      arn: `${arn.replace(':image/', ':image-version/')}/${index + 1}`,
      version: index + 1,
      alias
    }))
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
  lifecycleConfigs: [{ arn: SCRIPT, name: 'setup', isDefault: false }],
  fileSystems: [
    { kind: 'efs', id: 'fs-0123456789abcdef0' },
    { kind: 's3', uri: 's3://shared/data' }
  ],
  hiddenInstanceTypes: ['ml.p5.48xlarge']
};

export function space(change: Partial<ISpace> = {}): ISpace {
  return {
    domainId: 'd-localstudio01',
    name: 'my-space',
    displayName: 'my-space',
    arn: 'arn:aws:sagemaker:us-west-2:123456789012:space/d-localstudio01/my-space',
    status: 'InService',
    sharing: 'Private',
    owner: 'data-scientist',
    appType: 'JupyterLab',
    settings: {
      spec: { instanceType: 'ml.t3.medium', imageArn: CPU },
      volumeGb: 5,
      fileSystems: [],
      repositories: ['https://example.com/a.git']
    },
    raw: {
      AppType: 'JupyterLab',
      JupyterLabAppSettings: {
        DefaultResourceSpec: {
          InstanceType: 'ml.t3.medium',
          SageMakerImageArn: CPU
        },
        CodeRepositories: [{ RepositoryUrl: 'https://example.com/a.git' }]
      },
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 5 } },
      RemoteAccess: 'DISABLED'
    },
    ...change
  };
}

export function app(change: Partial<ISpaceApp> = {}): ISpaceApp {
  return {
    spaceName: 'my-space',
    name: 'default',
    type: 'JupyterLab',
    status: 'InService',
    spec: {
      instanceType: 'ml.t3.medium',
      imageArn: CPU,
      imageVersionArn: images[0].versions[1].arn
    },
    ...change
  };
}

const GPUS: Record<string, number> = {
  'ml.t3.medium': 0,
  'ml.m5.xlarge': 0,
  'ml.g5.xlarge': 1,
  'ml.g4dn.xlarge': 1
};

export function planFacts(change: Partial<IPlanFacts> = {}): IPlanFacts {
  return {
    space: space(),
    app: app(),
    rules: { value: rules },
    images: { value: images },
    prices: {
      value: {
        'ml.t3.medium': 0.05,
        'ml.m5.xlarge': 0.23,
        'ml.g5.xlarge': 1.41
      }
    },
    gpusOf: type => GPUS[type],
    now: NOW,
    ...change
  };
}

export function plan(
  draft: ISpaceDraft,
  facts: Partial<IPlanFacts> = {},
  options: Partial<IPlanOptions> & { purpose?: Purpose } = {}
): IPlan {
  return makePlan(draft, planFacts(facts), {
    purpose: 'change',
    fallbacks: [],
    hasScratchData: false,
    trans,
    ...options
  });
}

export function labFacts(
  change: Partial<IPreflightFacts> = {}
): IPreflightFacts {
  return {
    isOwn: true,
    appName: 'default',
    userProfile: 'data-scientist',
    documents: [],
    kernels: { value: [] },
    terminals: { value: [] },
    tasks: { value: [] },
    scratch: { value: false },
    quotas: {
      value: {
        'ml.t3.medium': { limit: 2, inUse: 1 },
        'ml.m5.xlarge': { limit: 1, inUse: 0 },
        'ml.g5.xlarge': { limit: 1, inUse: 0 }
      }
    },
    types: Object.keys(GPUS),
    now: NOW,
    ...change
  };
}

export function record(change: Partial<IChangeRecord> = {}): IChangeRecord {
  return {
    ...makeRecord(plan({ instanceType: 'ml.m5.xlarge' }), {
      executor: 'state-machine',
      isOwn: true,
      bootId: 'old',
      kernels: [],
      now: NOW
    }),
    ...change
  };
}

export function task(change: Partial<ITask> = {}): ITask {
  return {
    id: 'task-1',
    kind: 'change',
    title: 'Switch my-space to ml.m5.xlarge',
    state: 'running',
    phase: 'Checking',
    progress: { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 },
    clientToken: 'change:my-space:1',
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
    ...change
  };
}
