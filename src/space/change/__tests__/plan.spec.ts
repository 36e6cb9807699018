import { formerSettings, matchImage, updatedSettings } from '../settings';
import { stopsApp } from '../plan';
import type { IPlanFacts } from '../plan';
import type { ISpaceDraft } from '../../../tokens';
import {
  CPU,
  CUSTOM,
  GPU,
  NOW,
  SCRIPT,
  app,
  images,
  plan,
  rules,
  space
} from './fixtures';

const A = 'https://example.com/a.git';
const B = 'https://example.com/b.git';
const EFS = { kind: 'efs', id: 'fs-0123456789abcdef0' } as const;

describe('rows of a plan', () => {
  it.each<[string, ISpaceDraft, [string, string, string][]]>([
    ['nothing', {}, []],
    ['the same type', { instanceType: 'ml.t3.medium' }, []],
    ['the same volume', { volumeGb: 5 }, []],
    ['no script where there is none', { lifecycleConfigArn: null }, []],
    ['no time-out where there is none', { idleMinutes: null }, []],
    ['the same file systems', { fileSystems: [] }, []],
    ['the same repositories', { repositories: [A] }, []],
    [
      'another type',
      { instanceType: 'ml.m5.xlarge' },
      [['instanceType', 'ml.t3.medium', 'ml.m5.xlarge']]
    ],
    [
      'a type with GPUs, and the image that goes with it',
      { instanceType: 'ml.g5.xlarge' },
      [
        ['instanceType', 'ml.t3.medium', 'ml.g5.xlarge'],
        [
          'image',
          'sagemaker-distribution-cpu 3.2',
          'sagemaker-distribution-gpu 3.2'
        ]
      ]
    ],
    [
      'everything',
      {
        instanceType: 'ml.m5.xlarge',
        image: { arn: CUSTOM },
        volumeGb: 20,
        lifecycleConfigArn: SCRIPT,
        idleMinutes: 120,
        fileSystems: [EFS],
        repositories: [A, B]
      },
      [
        ['instanceType', 'ml.t3.medium', 'ml.m5.xlarge'],
        ['image', 'sagemaker-distribution-cpu 3.2', 'mine'],
        ['volume', '5 GB', '20 GB'],
        ['lifecycle', 'none', 'setup'],
        ['idle', '1 hr, as your administrator has set it', '2 hr'],
        ['fileSystems', 'none', EFS.id],
        [
          'repositories',
          'example.com/a.git',
          'example.com/a.git, example.com/b.git'
        ]
      ]
    ]
  ])('%s', (_, draft, expected) => {
    const made = plan(draft);
    expect(
      made.rows.map(({ field, before, after }) => [field, before, after])
    ).toEqual(expected);
    expect(made.rows.filter(row => row.problem)).toEqual([]);
    expect(made.severity).toBe(expected.length > 0 ? 'restart' : 'none');
  });

  it.each<[string, ISpaceDraft, Partial<IPlanFacts>, RegExp]>([
    ['a smaller volume', { volumeGb: 4 }, {}, /only grow: at least 5 GB/],
    ['too large a volume', { volumeGb: 101 }, {}, /At most 100 GB/],
    ['half a GB', { volumeGb: 7.5 }, {}, /whole number/],
    [
      'a volume changed 5 hours ago',
      { volumeGb: 10 },
      { volumeChangedAt: new Date(NOW.getTime() - 5 * 3_600_000) },
      /less than 6 hours ago/
    ],
    ['too short a time-out', { idleMinutes: 59 }, {}, /1 hr to 8 hr/],
    ['too long a time-out', { idleMinutes: 481 }, {}, /1 hr to 8 hr/],
    [
      'a time-out where idle shutdown is off',
      { idleMinutes: 60 },
      {
        rules: {
          value: { ...rules, idle: { ...rules.idle, isEnabled: false } }
        }
      },
      /not switched idle shutdown on/
    ],
    [
      'a script of somebody else',
      { lifecycleConfigArn: `${SCRIPT}2` },
      {},
      /not attached this script/
    ],
    [
      'a file system nobody authorised',
      { fileSystems: [{ kind: 'efs', id: 'fs-1' }] },
      {},
      /not attached this.*fs-1/
    ],
    [
      'six file systems',
      {
        fileSystems: [1, 2, 3, 4, 5, 6].map(each => ({
          kind: 'efs',
          id: `fs-${each}`
        }))
      },
      {},
      /at most 5/
    ],
    [
      'eleven repositories',
      { repositories: Array.from({ length: 11 }, (_, each) => `${B}${each}`) },
      {},
      /at most 10 repositories/
    ],
    [
      'a repository by ssh',
      { repositories: ['ssh://git@example.com/a'] },
      {},
      /only https:.*ssh:/
    ],
    [
      'a type the administrator hides',
      { instanceType: 'ml.p5.48xlarge' },
      {},
      /does not offer ml\.p5\.48xlarge/
    ]
  ])('%s can’t be', (_, draft, facts, problem) => {
    const problems = plan(draft, facts).rows.flatMap(row => row.problem ?? []);
    expect(problems.join()).toMatch(problem);
  });

  it('allows a volume to be changed again after 6 hours', () => {
    const volumeChangedAt = new Date(NOW.getTime() - 6 * 3_600_000);
    const [row] = plan({ volumeGb: 10 }, { volumeChangedAt }).rows;
    expect(row.problem).toBeUndefined();
  });
});

describe('severity', () => {
  const draft = { instanceType: 'ml.m5.xlarge' };
  it('of a stopped space is the next start', () => {
    expect(plan(draft, { app: null }).severity).toBe('next-start');
    expect(plan(draft, { app: app({ status: 'Failed' }) }).severity).toBe(
      'next-start'
    );
  });
  it('of a running space is a restart, and a risk where scratch data is', () => {
    expect(plan(draft).severity).toBe('restart');
    expect(plan(draft, {}, { hasScratchData: true }).severity).toBe(
      'data-risk'
    );
  });
  it('of a restart without changes is a restart', () => {
    expect(plan({}, {}, { purpose: 'restart' }).severity).toBe('restart');
    expect(stopsApp(plan({}, {}, { purpose: 'stop' }))).toBe(true);
    expect(plan({}, { app: null }, { purpose: 'stop' }).severity).toBe('none');
    expect(plan({}, {}, { purpose: 'start' }).severity).toBe('none');
  });
});

describe('the image', () => {
  it.each<[string, string | undefined, boolean | undefined, string]>([
    ['SageMaker’s default', undefined, true, 'fits'],
    ['CPU on CPU', CPU, false, 'fits'],
    ['CPU on GPU', CPU, true, 'swap'],
    ['GPU on CPU', GPU, false, 'swap'],
    ['one that does not say', CUSTOM, true, 'unknown'],
    ['a type nobody knows', CPU, undefined, 'unknown'],
    ['an image nobody knows', 'arn:x', true, 'unknown']
  ])('%s', (_, imageArn, needsGpu, kind) => {
    expect(matchImage({ imageArn }, needsGpu, images).kind).toBe(kind);
  });

  it('for GPUs can’t be replaced where it has no twin', () => {
    expect(matchImage({ imageArn: CPU }, true, [images[0]]).kind).toBe(
      'mismatch'
    );
    // The other way round works; the image is only larger than need be.
    expect(matchImage({ imageArn: GPU }, false, [images[1]]).kind).toBe('fits');
  });

  it('keeps its version where AWS does not tell the versions of its images', () => {
    const unlisted = images.map(each => ({ ...each, versions: [] }));
    const spec = {
      instanceType: 'ml.t3.medium',
      imageArn: CPU,
      imageVersionAlias: '4.4.1'
    };
    const made = (change: object) =>
      plan(
        { instanceType: 'ml.g5.xlarge' },
        {
          app: app({ spec: { ...spec, ...change } }),
          images: { value: unlisted }
        }
      );
    const kept = made({});
    expect(kept.attempts[0]).toMatchObject({
      imageArn: GPU,
      imageVersionAlias: '4.4.1'
    });
    expect(kept.rows[1].note).not.toMatch(/newest/);
    const lost = made({
      imageVersionAlias: undefined,
      imageVersionArn: 'arn:aws:sagemaker:us-west-2:1:image-version/cpu/7'
    });
    expect(lost.attempts[0].imageVersionAlias).toBeUndefined();
    expect(lost.rows[1].note).toMatch(/newest version is taken: AWS/);
  });

  it('keeps its version where the twin has the same', () => {
    const { attempts } = plan({ instanceType: 'ml.g5.xlarge' });
    expect(attempts).toEqual([
      { instanceType: 'ml.g5.xlarge', imageArn: GPU, imageVersionAlias: '3.2' }
    ]);
    const old = app({
      spec: { ...app().spec, imageVersionArn: images[0].versions[0].arn }
    });
    const [attempt] = plan(
      { instanceType: 'ml.g5.xlarge' },
      { app: old }
    ).attempts;
    expect(attempt.imageVersionAlias).toBeUndefined();
  });
});

describe('attempts', () => {
  it('never name the resolved version when only the type changes', () => {
    expect(plan({ instanceType: 'ml.m5.xlarge' }).attempts).toEqual([
      { instanceType: 'ml.m5.xlarge', imageArn: CPU }
    ]);
  });

  it('keep a version the space pins', () => {
    const pinned = space();
    const imageVersionArn = images[0].versions[0].arn;
    pinned.settings.spec = { ...pinned.settings.spec, imageVersionArn };
    const [attempt] = plan(
      { instanceType: 'ml.m5.xlarge' },
      { space: pinned }
    ).attempts;
    expect(attempt.imageVersionArn).toBe(imageVersionArn);
  });

  it('follow the list in order, each with its image, and leave out what runs', () => {
    const made = plan(
      { instanceType: 'ml.g5.xlarge' },
      {},
      {
        fallbacks: [
          'ml.g4dn.xlarge',
          'ml.m5.xlarge',
          'ml.t3.medium',
          'ml.g5.xlarge',
          'ml.g4dn.xlarge'
        ]
      }
    );
    expect(
      made.attempts.map(({ instanceType, imageArn }) => [
        instanceType,
        imageArn
      ])
    ).toEqual([
      ['ml.g5.xlarge', GPU],
      ['ml.g4dn.xlarge', GPU],
      ['ml.m5.xlarge', CPU]
    ]);
    expect(made.former).toEqual(app().spec);
  });

  it('are one where the type stays', () => {
    const { attempts } = plan(
      { volumeGb: 10 },
      {},
      { fallbacks: ['ml.m5.xlarge'] }
    );
    expect(attempts).toHaveLength(1);
  });
});

describe('SpaceSettings for UpdateSpace', () => {
  it('are whole, without AppType, and leave the original alone', () => {
    const { raw } = space();
    const before = structuredClone(raw);
    const updated = updatedSettings(raw, { instanceType: 'ml.m5.xlarge' });
    expect(updated).toEqual({
      JupyterLabAppSettings: {
        DefaultResourceSpec: {
          InstanceType: 'ml.m5.xlarge',
          SageMakerImageArn: CPU
        },
        CodeRepositories: [{ RepositoryUrl: 'https://example.com/a.git' }]
      },
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 5 } },
      RemoteAccess: 'DISABLED'
    });
    expect(raw).toEqual(before);
  });

  it('take a new image without the old version', () => {
    const raw = {
      JupyterLabAppSettings: {
        DefaultResourceSpec: {
          InstanceType: 'ml.t3.medium',
          SageMakerImageArn: CPU,
          SageMakerImageVersionArn: 'old',
          LifecycleConfigArn: SCRIPT
        }
      }
    };
    expect(
      updatedSettings(raw, {
        image: { arn: GPU, versionAlias: '3.2' },
        lifecycleConfigArn: null,
        idleMinutes: 90,
        volumeGb: 12,
        fileSystems: [
          EFS,
          { kind: 'fsx-lustre', id: 'fs-2' },
          { kind: 's3', uri: 's3://a' }
        ]
      })
    ).toEqual({
      JupyterLabAppSettings: {
        DefaultResourceSpec: {
          InstanceType: 'ml.t3.medium',
          SageMakerImageArn: GPU,
          SageMakerImageVersionAlias: '3.2'
        },
        AppLifecycleManagement: { IdleSettings: { IdleTimeoutInMinutes: 90 } }
      },
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 12 } },
      CustomFileSystems: [
        { EFSFileSystem: { FileSystemId: EFS.id } },
        { FSxLustreFileSystem: { FileSystemId: 'fs-2' } },
        { S3FileSystem: { S3Uri: 's3://a' } }
      ]
    });
  });

  it('have the repositories in place of the old ones, and nothing else', () => {
    const { raw } = space();
    const lab = raw.JupyterLabAppSettings as object;
    expect(updatedSettings(raw, { repositories: [B] })).toMatchObject({
      JupyterLabAppSettings: {
        ...lab,
        CodeRepositories: [{ RepositoryUrl: B }]
      }
    });
    expect(
      updatedSettings({}, { repositories: [] }).JupyterLabAppSettings
    ).toEqual({ CodeRepositories: [] });
    // What had none before has none again.
    expect(
      formerSettings({}, { repositories: [B] }).JupyterLabAppSettings
    ).toEqual({ CodeRepositories: [] });
    expect(
      formerSettings(raw, { repositories: [B] }).JupyterLabAppSettings
    ).toEqual(lab);
  });

  it('that take a change back never shrink a volume', () => {
    const former = formerSettings(space().raw, {
      volumeGb: 20,
      fileSystems: [EFS]
    });
    expect(former).not.toHaveProperty('AppType');
    expect(former).not.toHaveProperty('SpaceStorageSettings');
    expect(former.CustomFileSystems).toEqual([]);
    expect(formerSettings(space().raw, {})).toHaveProperty(
      'SpaceStorageSettings'
    );
  });
});

it('knows both prices, or why not', () => {
  expect(plan({ instanceType: 'ml.g5.xlarge' }).prices).toEqual({
    before: 0.05,
    after: 1.41
  });
  expect(
    plan({}, { prices: { value: null, reason: 'denied' } }).prices
  ).toEqual({ reason: 'denied' });
});
