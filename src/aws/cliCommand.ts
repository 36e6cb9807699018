/** An AWS call as people type it into a shell: for those who may make it. */
import type { IAwsCall } from '../tokens';

/**
 * The AWS CLI command of a call.
 *
 * @param input - strings as they are, everything else as JSON, which the CLI takes for structures.
 */
export function cliCommand(call: IAwsCall, region?: string): string {
  const words = ['aws', call.service, kebab(call.operation)];
  if (region) {
    words.push('--region', region);
  }
  for (const [name, value] of Object.entries(call.input)) {
    if (value !== undefined) {
      words.push(
        `--${kebab(name)}`,
        typeof value === 'string' ? value : JSON.stringify(value)
      );
    }
  }
  return words.map(quoted).join(' ');
}

/** `UserProfileName` as `user-profile-name`. */
function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** A word that a POSIX shell takes as it is. */
function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word)
    ? word
    : `'${word.replace(/'/g, `'\\''`)}'`;
}
