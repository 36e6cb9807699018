import { trans } from '../../__tests__/fakes';
import { checkUrl, repositoryKey, splitCredentials } from '../url';

interface ICase {
  url: string;
  valid: boolean;
  host?: string;
  folder?: string;
  code?: string;
}
/** The server's tests read the same table. */
const CASES: ICase[] = jest.requireActual(
  '../../../server/tests/repositories/urls.json'
);

describe('the address', () => {
  it.each(CASES.map(each => [each.url, each] as const))(
    '%j',
    (url, expected) => {
      const found = checkUrl(url, trans);
      if (expected.valid) {
        expect(found).toEqual({
          isValid: true,
          host: expected.host ?? null,
          folder: expected.folder
        });
      } else {
        expect(found).toMatchObject({ isValid: false, code: expected.code });
        expect(JSON.stringify(found)).not.toContain('secret');
      }
    }
  );

  it('may be long, but not endless', () => {
    const found = checkUrl(`https://host/${'a'.repeat(2048)}`, trans);
    expect(found).toMatchObject({ problem: expect.stringContaining('2048') });
  });
});

describe('credentials in an address', () => {
  it.each<[string, string, string, string]>([
    ['https://me:s%2Fcret@host/a', 'https://host/a', 'me', 's/cret'],
    ['https://me@host/a', 'https://host/a', 'me', ''],
    [
      'https://me:s@cret@host:8443/a.git',
      'https://host:8443/a.git',
      'me',
      's@cret'
    ],
    ['https://:token@host/a@b', 'https://host/a@b', '', 'token'],
    ['https://me:100%@host/a', 'https://host/a', 'me', '100%'],
    ['ssh://git:secret@host/a', 'ssh://git@host/a', 'git', 'secret']
  ])('%s are taken out', (url, clean, username, password) => {
    const found = splitCredentials(url);
    expect(found).toEqual({ url: clean, credentials: { username, password } });
    expect(checkUrl(clean, trans).isValid).toBe(true);
  });

  it.each([
    'https://host/a',
    'https://host/a@b',
    'ssh://git@host/a',
    'git@host:a',
    'codecommit::eu-west-1://profile@a'
  ])('are none in %s', url => {
    expect(splitCredentials(url)).toBeNull();
  });
});

it.each([
  ['https://GitHub.com/aws/a.git', 'git@github.com:aws/a', true],
  ['https://github.com/aws/a/', 'ssh://git@github.com/aws/a.git', true],
  ['https://github.com/aws/a', 'https://github.com/aws/A', false],
  ['https://github.com/aws/a', 'https://gitlab.com/aws/a', false],
  ['https://github.com:8443/aws/a', 'https://github.com/aws/a', false],
  [
    'codecommit::eu-west-1://profile@a',
    'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a',
    true
  ]
])('%s and %s are one repository: %s', (one, other, expected) => {
  expect(repositoryKey(one) === repositoryKey(other)).toBe(expected);
});
