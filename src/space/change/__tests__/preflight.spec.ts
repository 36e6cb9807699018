import { StudioError } from '../../../core/errors';
import type {
  FindingLevel,
  IPreflightFacts,
  IPreflightOptions
} from '../findings';
import { isReady, preflight } from '../preflight';
import type { IPlanFacts, Purpose } from '../plan';
import type { ISpaceDraft } from '../../../tokens';
import {
  NOW,
  app,
  images,
  labFacts,
  plan,
  planFacts,
  space,
  task,
  trans
} from './fixtures';

interface ICase {
  draft?: ISpaceDraft;
  purpose?: Purpose;
  aws?: Partial<IPlanFacts>;
  lab?: Partial<IPreflightFacts>;
  options?: Partial<IPreflightOptions>;
}

function look(given: ICase) {
  const aws = planFacts(given.aws);
  return preflight(
    plan(given.draft ?? { instanceType: 'ml.m5.xlarge' }, aws, {
      purpose: given.purpose ?? 'change'
    }),
    aws,
    labFacts(given.lab),
    {
      saveAll: true,
      waitForCells: false,
      hasFallbacks: false,
      ...given.options
    },
    trans
  );
}

const busy = {
  path: 'train.ipynb',
  kernelName: 'python3',
  type: 'notebook',
  isBusy: true,
  since: new Date(NOW.getTime() - 14 * 60_000)
};
const denied = new StudioError({
  code: 'AccessDeniedException',
  message:
    'User: x is not authorized to perform: servicequotas:ListServiceQuotas on resource: *'
});

describe('preflight', () => {
  it('finds nothing in the way of a quiet space', () => {
    const findings = look({});
    expect(findings.map(({ id, level }) => [id, level])).toEqual([
      ['documents', 'fine'],
      ['kernels', 'fine'],
      ['terminals', 'fine'],
      ['tasks', 'fine'],
      ['quota', 'fine'],
      ['image', 'fine']
    ]);
    expect(isReady(findings, new Set())).toBe(true);
  });

  it.each<[string, ICase, string, FindingLevel, RegExp]>([
    [
      'unsaved documents',
      { lab: { documents: [{ path: 'a.ipynb' }, { path: 'b.py' }] } },
      'documents',
      'confirm',
      /2 files are not saved; they are saved first/
    ],
    [
      'unsaved documents that are not to be saved',
      {
        lab: { documents: [{ path: 'a.ipynb' }] },
        options: { saveAll: false }
      },
      'documents',
      'tick',
      /will be lost/
    ],
    [
      'documents that can’t be saved',
      { lab: { documents: [{ path: 'a.ipynb', problem: 'it is read-only' }] } },
      'documents',
      'tick',
      /can’t be saved here/
    ],
    [
      'busy kernels',
      { lab: { kernels: { value: [busy] } } },
      'kernels',
      'confirm',
      /interrupted/
    ],
    [
      'busy kernels that are waited for',
      { lab: { kernels: { value: [busy] } }, options: { waitForCells: true } },
      'kernels',
      'confirm',
      /waited for/
    ],
    [
      'idle kernels',
      { lab: { kernels: { value: [{ ...busy, isBusy: false }] } } },
      'kernels',
      'confirm',
      /variables are lost/
    ],
    [
      'kernels not looked at yet',
      { lab: { kernels: undefined } },
      'kernels',
      'checking',
      /Checking kernels/
    ],
    [
      'kernels that can’t be looked at',
      { lab: { kernels: { value: null, reason: 'no answer' } } },
      'kernels',
      'unknown',
      /no answer/
    ],
    [
      'terminals',
      { lab: { terminals: { value: ['1', '2'] } } },
      'terminals',
      'confirm',
      /2 terminals/
    ],
    [
      'a submission',
      { lab: { tasks: { value: [task({ kind: 'stage', title: 'train' })] } } },
      'tasks',
      'confirm',
      /goes on after/
    ],
    [
      'data on the instance’s disks',
      {
        lab: {
          scratch: { value: { path: '/mnt/sagemaker-nvme', usedBytes: 2e9 } }
        }
      },
      'scratch',
      'tick',
      /\/mnt\/sagemaker-nvme holds 2 GB/
    ],
    [
      'another change',
      { lab: { tasks: { value: [task()] } } },
      'change',
      'blocking',
      /Another change.*Switch my-space/
    ],
    [
      'a shared space of somebody else',
      { aws: { space: space({ sharing: 'Shared', owner: 'ml-engineer' }) } },
      'shared',
      'tick',
      /belongs to ml-engineer/
    ],
    [
      'one’s own shared space',
      { aws: { space: space({ sharing: 'Shared' }) } },
      'shared',
      'tick',
      /I have told them/
    ],
    [
      'a space being updated',
      { aws: { space: space({ status: 'Updating' }) } },
      'space',
      'blocking',
      /Updating/
    ],
    [
      'an app being started',
      { aws: { app: app({ status: 'Pending' }) } },
      'space',
      'blocking',
      /Pending/
    ],
    [
      'an app of another name',
      { lab: { appName: 'mine' } },
      'app',
      'blocking',
      /called “mine”/
    ],
    [
      'a quota of 0',
      {
        lab: { quotas: { value: { 'ml.m5.xlarge': { limit: 0, inUse: 0 } } } }
      },
      'quota',
      'blocking',
      /is 0\. Ask for more.*Studio JupyterLab Apps running on ml\.m5\.xlarge/
    ],
    [
      'an exhausted quota',
      {
        lab: { quotas: { value: { 'ml.m5.xlarge': { limit: 1, inUse: 1 } } } }
      },
      'quota',
      'blocking',
      /in use/
    ],
    [
      'an exhausted quota with something to fall back to',
      {
        lab: { quotas: { value: { 'ml.m5.xlarge': { limit: 1, inUse: 1 } } } },
        options: { hasFallbacks: true }
      },
      'quota',
      'confirm',
      /in use/
    ],
    [
      'a quota that only this app uses up',
      {
        draft: { volumeGb: 10 },
        lab: { quotas: { value: { 'ml.t3.medium': { limit: 1, inUse: 1 } } } }
      },
      'quota',
      'fine',
      /1 of 1/
    ],
    [
      'quotas nobody may read',
      {
        lab: { quotas: { value: null, reason: denied.message, error: denied } }
      },
      'quota',
      'unknown',
      /servicequotas:ListServiceQuotas is not allowed/
    ],
    [
      'quotas not read yet',
      { lab: { quotas: undefined } },
      'quota',
      'checking',
      /Checking the quota/
    ],
    [
      'a type without a quota',
      { lab: { quotas: { value: {} } } },
      'quota',
      'unknown',
      /names no quota/
    ],
    [
      'a type nobody has heard of',
      { draft: { instanceType: 'ml.x9.large' } },
      'offered',
      'confirm',
      /newer, or misspelt/
    ],
    [
      'a type the region has no price for',
      { aws: { prices: { value: { 'ml.t3.medium': 0.05 } } } },
      'offered',
      'confirm',
      /probably not offered here/
    ],
    [
      'a GPU type with a CPU image that has no twin',
      {
        draft: { instanceType: 'ml.g5.xlarge' },
        aws: { images: { value: [images[0]] } }
      },
      'image',
      'blocking',
      /needs a GPU image/
    ],
    [
      'images nobody may list',
      { aws: { images: { value: null, reason: 'denied' } } },
      'image',
      'unknown',
      /denied/
    ],
    [
      'limits nobody may read',
      { aws: { rules: { value: null, reason: 'denied' } } },
      'rules',
      'unknown',
      /administrator’s limits: denied/
    ],
    [
      'a value that can’t be',
      { draft: { volumeGb: 1 } },
      'value-volume',
      'blocking',
      /only grow/
    ]
  ])('%s', (_, given, id, level, text) => {
    const findings = look(given);
    const found = findings.find(each => each.id === id);
    expect(found?.level).toBe(level);
    expect(found?.text).toMatch(text);
    const isStuck = level === 'blocking' || level === 'checking';
    expect(isReady(findings, new Set([id]))).toBe(!isStuck);
    expect(isReady(findings, new Set())).toBe(!isStuck && level !== 'tick');
  });

  it('names what is busy, and for how long', () => {
    const findings = look({ lab: { kernels: { value: [busy] } } });
    expect(findings.find(({ id }) => id === 'kernels')?.items).toEqual([
      'train.ipynb, for 14 min'
    ]);
  });

  it('looks at nothing of this JupyterLab where another space is changed', () => {
    const findings = look({
      lab: { isOwn: false, documents: [{ path: 'a' }], appName: 'mine' }
    });
    expect(findings.map(({ id }) => id)).toEqual(['quota', 'image']);
  });

  it('needs no quota for a stop, and lets other spaces’ changes be', () => {
    const other = task({ clientToken: 'change:other:1' });
    const findings = look({
      draft: {},
      purpose: 'stop',
      lab: { tasks: { value: [other] }, quotas: { value: {} } }
    });
    expect(findings.map(({ id }) => id)).toEqual([
      'documents',
      'kernels',
      'terminals',
      'tasks'
    ]);
  });
});
