import { isAttachable } from '../codeRepositories';

it.each<[string, boolean]>([
  ['https://github.com/aws/models', true],
  ['https://github.com/aws/models.git/', true],
  ['https://git-codecommit.us-east-1.amazonaws.com/v1/repos/models', true],
  ['https://abc', true],
  ['https://ab', false],
  ['https://github.com:8443/aws/models', false],
  ['https://me@github.com/aws/models', false],
  ['https://github.com//models', false],
  ['https://github.com/a%20b', false],
  ['http://github.com/aws/models', false],
  ['ssh://git@github.com/aws/models', false],
  [`https://${'a'.repeat(1016)}`, true],
  [`https://${'a'.repeat(1017)}`, false],
  [`https://${'a'.repeat(60)}!`, false]
])('%s', (url, expected) => {
  expect(isAttachable(url)).toBe(expected);
});
