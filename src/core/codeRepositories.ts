/** What SageMaker says of the addresses of repositories; botocore's model, "CodeRepository". */

/** A space, a profile and a domain each suggest at most this many. */
export const MOST_REPOSITORIES = 10;
const LONGEST_URL = 1024;

/**
 * Whether SageMaker takes a repository's address.
 *
 * #### Notes
 * The same as its pattern `https://([.\-_a-zA-Z0-9]+/?){3,1016}`, which takes forever on some
 * texts.
 */
export function isAttachable(url: string): boolean {
  const path = /^https:\/\/((?:[.\-_a-zA-Z0-9]+\/)*[.\-_a-zA-Z0-9]*)$/.exec(
    url
  )?.[1];
  return (
    path !== undefined &&
    url.length <= LONGEST_URL &&
    path.replace(/\//g, '').length >= 3
  );
}

/** A repository's address as people say it. */
export function shortUrl(url: string): string {
  return url.replace(/^https:\/\//, '');
}
