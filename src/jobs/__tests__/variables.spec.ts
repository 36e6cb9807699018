import { findVariables, isSecretArn, looksSecret } from '../variables';

describe('findVariables', () => {
  it.each<[string, string[]]>([
    ['import os\nx = os.environ["STAGE"]', ['STAGE']],
    [
      `os.environ.get('A', 'x'); os.getenv("B"); environ ["C"]`,
      ['A', 'B', 'C']
    ],
    ['%env D\n%env E=1\n %env F', ['D', 'F']],
    ['Sys.getenv("R_ONE")', ['R_ONE']],
    ['ENV["JULIA_ONE"]\nget(ENV, "JULIA_TWO", "")', ['JULIA_ONE', 'JULIA_TWO']],
    ['os.environ["SET"] = "x"\nENV["ALSO"]="y"', []],
    ['if os.environ["EQUAL"] == "x": pass', ['EQUAL']],
    ['# os.environ["COMMENT"]', []],
    ['os.environ["HOME"] + os.environ["AWS_REGION"] + os.getenv("SM_X")', []],
    ['os.environ["TWICE"], os.environ["TWICE"]', ['TWICE']],
    ['os.environ[name]', []]
  ])('%j reads %j', (code, names) => {
    expect(findVariables(code)).toEqual(names);
  });
});

it.each([
  ['DB_PASSWORD', true],
  ['API_KEY', true],
  ['GITHUB_TOKEN', true],
  ['secret', true],
  ['DB_PASSWORD_SECRET_ARN', false],
  ['SECRET_NAME', false],
  ['TOKENIZER', false],
  ['KEY', false],
  ['STAGE', false]
])('whether %s looks like a secret: %s', (name, expected) => {
  expect(looksSecret(name)).toBe(expected);
});

it('knows the ARN of a secret', () => {
  const arn = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:db-AbCdEf';
  expect(isSecretArn(arn)).toBe(true);
  expect(isSecretArn('db')).toBe(false);
});
