import {
  EMPTY_FORM,
  cloneProblems,
  cloneSpec,
  directoryOf,
  secretOf,
  takeUrl
} from '../cloneForm';
import type { ICloneForm } from '../cloneForm';
import { mergeRepositories } from '../merge';
import { A, B, SECRET, suggested, trans } from './fakes';

const { items } = mergeRepositories(
  suggested({
    account: {
      value: [
        { name: 'first', url: `${A}.git`, secretArn: SECRET },
        { name: 'second', url: A, secretArn: `${SECRET}2` },
        { name: 'public', url: B }
      ]
    }
  }),
  []
);
const surroundings = { parent: 'work', taken: ['b'], repositories: items };
const form = (change: Partial<ICloneForm>): ICloneForm => ({
  ...EMPTY_FORM,
  url: A,
  ...change
});

describe('the folder', () => {
  it.each<[Partial<ICloneForm>, string]>([
    [{ url: `${A}.git` }, 'work/a'],
    [{ url: B }, 'work/b-2'],
    [{ url: 'nothing' }, ''],
    [{ directory: 'mine/' }, 'mine'],
    [{ directory: '' }, '']
  ])('of %j is %s', (change, expected) => {
    expect(directoryOf(form(change), surroundings, trans)).toBe(expected);
  });

  it('lies in the root where no folder is open', () => {
    const root = { ...surroundings, parent: '' };
    expect(directoryOf(form({}), root, trans)).toBe('a');
  });
});

describe('the secret', () => {
  it.each<[Partial<ICloneForm>, string]>([
    [{}, SECRET],
    [{ secretArn: `${SECRET}2` }, `${SECRET}2`],
    [{ secretArn: '' }, ''],
    [{ url: B }, ''],
    // One that was chosen for another address is not given to this one's host.
    [{ url: B, secretArn: SECRET }, '']
  ])('for %j is %s', (change, expected) => {
    expect(secretOf(form(change), items)).toBe(expected);
  });
});

it('what is pasted loses its credentials, which are kept beside it', () => {
  expect(takeUrl(' https://me:token@git.example.com/team/a\n')).toEqual({
    url: A,
    credentials: { username: 'me', password: 'token' }
  });
  expect(takeUrl(A)).toEqual({ url: A });
});

describe('what is wrong', () => {
  it.each<[Partial<ICloneForm>, keyof ICloneForm, RegExp]>([
    [{ url: '' }, 'url', /Enter the address/],
    [{ url: 'file:///etc' }, 'url', /Only https/],
    [{ reference: '-x' }, 'reference', /name of a branch/],
    [{ reference: 'a..b' }, 'reference', /name of a branch/],
    [{ reference: 'a b' }, 'reference', /name of a branch/],
    [{ depth: '0' }, 'depth', /from 1 on/],
    [{ depth: '1.5' }, 'depth', /from 1 on/],
    [{ directory: ' ' }, 'directory', /new folder/],
    [{ directory: '/etc' }, 'directory', /below/],
    [{ directory: 'a/../..' }, 'directory', /below/],
    [{ directory: 'a\\b' }, 'directory', /below/],
    [{ directory: '.ssh' }, 'directory', /dot/],
    [{ directory: 'a//b' }, 'directory', /dot/]
  ])('%j', (change, field, expected) => {
    const problems = cloneProblems(form(change), surroundings, trans);
    expect(problems[field]).toMatch(expected);
    expect(Object.values(problems).filter(Boolean)).toHaveLength(1);
  });

  it('is nothing with a whole form', () => {
    const whole = form({ reference: 'release/v1.0', depth: '10' });
    const problems = cloneProblems(whole, surroundings, trans);
    expect(Object.values(problems).filter(Boolean)).toEqual([]);
  });
});

it('the server is told no more than is wanted', () => {
  expect(cloneSpec(form({ url: B }), surroundings, trans)).toEqual({
    url: B,
    directory: 'work/b-2',
    submodules: true
  });
  expect(
    cloneSpec(
      form({
        reference: 'v1.0',
        depth: '3',
        submodules: false,
        credentials: { username: 'me', password: 'token' }
      }),
      surroundings,
      trans
    )
  ).toEqual({
    url: A,
    directory: 'work/a',
    reference: 'v1.0',
    depth: 3,
    submodules: false,
    secretArn: SECRET
  });
});
