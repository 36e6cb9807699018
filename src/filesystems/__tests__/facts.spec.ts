import { trans } from '../../__tests__/fakes';
import type { IFileSystemRef, ISpace } from '../../tokens';
import { makeRows, suspects } from '../facts';
import type { IFileSystemsFacts } from '../facts';
import { asCode, asString, shortcutName, variableName } from '../paths';
import { nameOf, stateWords, usageOf } from '../words';
import { EFS, denied, details, home, mount, rules } from './fixtures';

const ref = (id: string): IFileSystemRef => ({ kind: 'efs', id });
const space = (...fileSystems: IFileSystemRef[]) =>
  ({ settings: { fileSystems } }) as unknown as ISpace;

const facts: IFileSystemsFacts = {
  isHere: true,
  local: {
    value: {
      mounts: [home, mount()],
      user: { uid: 1000, gid: 100 },
      root: '/home/sagemaker-user'
    }
  },
  space: { value: space(ref(EFS), ref('fs-broken')) },
  app: { value: null },
  rules: {
    value: rules({
      allowed: [EFS, 'fs-broken', 'fs-free'].map(id => ({
        reference: ref(id),
        source: 'domain'
      })),
      homeEfsId: 'fs-homes'
    })
  },
  efs: {
    value: [
      details(),
      details({ id: 'fs-broken', name: 'archive' }),
      details({ id: 'fs-free', name: 'free' }),
      details({ id: 'fs-foreign', name: 'team-models' }),
      details({ id: 'fs-homes', name: 'homes' })
    ]
  },
  lustre: { value: [] },
  networks: {},
  accessPoints: {}
};
const table = (wanted?: IFileSystemRef[], change = {}) =>
  makeRows({ ...facts, ...change }, wanted).map(row => [
    nameOf(row, trans),
    stateWords(row, trans).label
  ]);

describe('the rows', () => {
  it('are home, what is mounted, what should be, what could be, the rest', () => {
    expect(table()).toEqual([
      ['Home folder', 'Mounted'],
      ['shared-datasets', 'Mounted'],
      ['archive', 'Not mounted'],
      ['free', 'Not attached'],
      ['team-models', 'Not allowed yet']
    ]);
  });

  it('leave out the domain’s own file system for home folders', () => {
    expect(JSON.stringify(makeRows(facts))).not.toContain('fs-homes');
  });

  it('show what is mounted when AWS tells nothing', () => {
    const no = denied('any:Thing');
    const silent = { space: no, app: no, rules: no, efs: no, lustre: no };
    expect(table(undefined, silent)).toEqual([
      ['Home folder', 'Mounted'],
      [EFS, 'Mounted']
    ]);
    expect(makeRows({ ...facts, ...silent })[1].isAttached).toBeUndefined();
  });

  it('show what AWS tells when this machine does not', () => {
    for (const local of [denied('x:Y'), undefined]) {
      // What is mounted was not read, so nothing is said of it.
      expect(table(undefined, { local })).toContainEqual([
        'shared-datasets',
        'Attached'
      ]);
    }
  });

  it('say no more than “attached” where mounts can’t be seen', () => {
    expect(table(undefined, { isHere: false })).toContainEqual([
      'archive',
      'Attached'
    ]);
  });

  it('do not call a file system forbidden where rules are not known', () => {
    expect(table(undefined, { rules: denied('x:Y') })).toContainEqual([
      'team-models',
      'Not known'
    ]);
  });

  it('tell what the plan will do', () => {
    const planned = makeRows(facts, [ref('fs-broken'), ref('fs-free')]);
    expect(
      planned.filter(row => row.planned).map(row => [row.id, row.planned])
    ).toEqual([
      [EFS, 'detach'],
      ['fs-free', 'attach']
    ]);
  });

  it('keep two access points of one file system apart', () => {
    const points = ['fsap-1', 'fsap-2'].map(accessPointId =>
      mount({ accessPointId, path: `/mnt/${accessPointId}` })
    );
    const local = { value: { ...facts.local!.value!, mounts: points } };
    expect(
      makeRows({ ...facts, local })
        .filter(({ id }) => id === EFS)
        .map(({ key }) => key)
    ).toEqual([`efs ${EFS} fsap-1`, `efs ${EFS} fsap-2`]);
  });

  it('have a look at the networks of those that are not mounted, and may be', () => {
    expect(suspects(facts)).toEqual(['fs-broken', 'fs-free']);
  });

  it('say how full a volume is, and nothing of shares for what grows by itself', () => {
    const [first, second] = makeRows(facts);
    expect(usageOf(first, trans)).toEqual({
      words: '1 GB of 5 GB used',
      share: 0.2
    });
    expect(usageOf(second, trans)).toEqual({ words: '5 GB used' });
  });
});

describe('a path in a notebook', () => {
  it('is a string or code', () => {
    expect(asString('/mnt/a "b"')).toBe('"/mnt/a \\"b\\""');
    expect(asCode('/mnt/x', 'shared-datasets')).toBe(
      'from pathlib import Path\n\nshared_datasets = Path("/mnt/x")'
    );
  });

  it.each([
    ['Team Models (2024)', 'team_models_2024', 'Team-Models-2024'],
    ['2024', 'path_2024', '2024'],
    ['…', 'path', ''],
    ['../etc', 'etc', 'etc']
  ])('has a name made from %s', (words, variable, file) => {
    expect(variableName(words)).toBe(variable);
    expect(shortcutName(words)).toBe(file);
  });
});
