/** Environment variables that are there anyway, or that the job sets. */
const GIVEN =
  /^(SM_\w*|AWS_(DEFAULT_)?REGION|AWS_CONTAINER_\w+|TRAINING_JOB_\w+|HOME|PATH|PWD|USER|LANG|SHELL|TMPDIR|HOSTNAME|PYTHONPATH|JUPYTER_\w*)$/;

const QUOTED = String.raw`\s*(["'])([A-Za-z_]\w*)\1\s*`;

/** How a variable is read: Python, `%env`, R, Julia. */
const READS = [
  // os.environ["X"], but not where it is set.
  new RegExp(String.raw`\benviron\s*\[${QUOTED}\](?!\s*=(?!=))`, 'g'),
  new RegExp(
    String.raw`\b(?:environ\s*\.\s*get|getenv)\s*\(${QUOTED}[,)]`,
    'g'
  ),
  new RegExp(String.raw`\bSys\.getenv\s*\(${QUOTED}[,)]`, 'g'),
  new RegExp(String.raw`\bENV\s*\[${QUOTED}\](?!\s*=(?!=))`, 'g'),
  new RegExp(String.raw`\bget\s*\(\s*ENV\s*,${QUOTED}[,)]`, 'g')
];
const ENV_MAGIC = /^[ \t]*%env[ \t]+([A-Za-z_]\w*)[ \t]*$/gm;

/** Names of the environment variables a notebook's code reads, in order, each once. */
export function findVariables(code: string): string[] {
  const text = code.replace(/^[ \t]*#.*$/gm, '');
  const found = [
    ...READS.flatMap(pattern =>
      [...text.matchAll(pattern)].map(match => ({
        at: match.index ?? 0,
        name: match[2]
      }))
    ),
    ...[...text.matchAll(ENV_MAGIC)].map(match => ({
      at: match.index ?? 0,
      name: match[1]
    }))
  ].sort((a, b) => a.at - b.at);
  const names = new Set(found.map(({ name }) => name));
  return [...names].filter(name => !GIVEN.test(name));
}

/** What a variable's name gets when it holds the ARN of a secret. */
export const SECRET_SUFFIX = '_SECRET_ARN';

/** Whether a value of this name is likely to be a secret itself. */
export function looksSecret(name: string): boolean {
  return (
    /(^|_)(PASS(WORD|WD|PHRASE)?|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)(_|$)/i.test(
      name
    ) && !/_(ARN|NAME|ID|URL|URI|FILE|PATH)$/i.test(name)
  );
}

/** ARN of a secret in AWS Secrets Manager. */
export function isSecretArn(value: string): boolean {
  return /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/.test(
    value.trim()
  );
}
