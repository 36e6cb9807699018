/**
 * A command of the AWS CLI for a POSIX shell, one parameter a line.
 *
 * @param name - service and command, e.g. `sagemaker update-domain`.
 * @param parameters - by name without the dashes; a list is several words.
 */
export function awsCommand(
  name: string,
  parameters: Record<string, string | string[]>
): string {
  const words = Object.entries(parameters).map(
    ([parameter, value]) =>
      `  --${parameter} ${[value].flat().map(quoted).join(' ')}`
  );
  return [`aws ${name}`, ...words].join(' \\\n');
}

/** A word of the shell, whatever is in it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@-]+$/.test(word)
    ? word
    : `'${word.replace(/'/g, "'\\''")}'`;
}
