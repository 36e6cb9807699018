/**
 * Which URLs can be cloned: https, ssh and CodeCommit ones that mean a single thing.
 *
 * The server part decides by the same rules; here they are checked while one types. The cases stand
 * in `server/tests/repositories/urls.json`, which the tests of both read.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/** What a URL says, or what is wrong with it. */
export type UrlCheck =
  | {
      isValid: true;
      /** In lower case, with the port where one is given; null where only git knows. */
      host: string | null;
      /** What git would call the clone. */
      folder: string;
    }
  | {
      isValid: false;
      code: 'InvalidRepositoryUrl' | 'CredentialsInUrl';
      /** A sentence. */
      problem: string;
    };

/** A user name, and a password or token, as they stood in a URL. */
export interface IUrlCredentials {
  username: string;
  password: string;
}

const LONGEST = 2048;

const CONTROL = /[\u0000-\u0020\u007f-\u00a0]/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*)(:\/\/|::)/;
/** user@host:path, which git takes for ssh. */
const SCP = /^([^@:/]+)@(\[[^\]]*\]|[^:/@[\]]*):(?!\/\/)(.*)$/;
const SCP_WITH_PASSWORD = /^[^/@]*:[^@/]*@[^/]*[:/]/;
const AUTHORITY = /^(?:(.*)@)?(\[[^\]]*\]|[^:@[\]]*)(?::([^:@]*))?$/;
const HOST =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;
const PATH = /^[A-Za-z0-9._~/+%@,=:-]+$/;
const CODECOMMIT =
  /^codecommit(?:::([a-z]{2}(?:-[a-z]+)+-\d))?:\/\/(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})$/;

/** Thrown inside this module; the caller of `checkUrl` gets it as an answer. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly code:
      'InvalidRepositoryUrl' | 'CredentialsInUrl' = 'InvalidRepositoryUrl'
  ) {
    super(message);
  }
}

/** Read a URL as the server part will. */
export function checkUrl(url: string, trans: TranslationBundle): UrlCheck {
  try {
    return { isValid: true, ...read(url, trans) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { isValid: false, code: error.code, problem: error.message };
    }
    throw error;
  }
}

/**
 * A URL without the user name and password in it, and these; null where there are none.
 *
 * #### Notes
 * A user name belongs into an ssh URL; a password there is only taken out.
 */
export function splitCredentials(
  url: string
): { url: string; credentials: IUrlCredentials } | null {
  const match = /^(https|ssh):\/\/([^/]*)@([^/@]*(?:\/.*)?)$/i.exec(url);
  if (!match) {
    return null;
  }
  const [, scheme, user, rest] = match;
  const colon = user.indexOf(':');
  const isSsh = scheme.toLowerCase() === 'ssh';
  if (isSsh && colon === -1) {
    return null;
  }
  const name = colon === -1 ? user : user.slice(0, colon);
  return {
    url: `${scheme.toLowerCase()}://${isSsh && name ? `${name}@` : ''}${rest}`,
    credentials: {
      username: decoded(name),
      password: colon === -1 ? '' : decoded(user.slice(colon + 1))
    }
  };
}

/** The same for all addresses of one repository, be they https, ssh or CodeCommit's. */
export function repositoryKey(url: string): string {
  const codecommit = CODECOMMIT.exec(url);
  if (codecommit) {
    return `codecommit/${codecommit[1] ?? ''}/${codecommit[3]}`;
  }
  const scp = SCHEME.test(url) ? null : SCP.exec(url);
  const match = scp
    ? [url, scp[2], scp[3]]
    : /^[a-z+]+:\/\/(?:[^/]*@)?([^/]*)\/(.*)$/i.exec(url);
  if (!match) {
    return url;
  }
  const host = match[1].toLowerCase();
  const path = match[2]
    .replace(/^\/+|\/+$/g, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\.git$/, '');
  const region = /^git-codecommit(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1];
  const name = /^v1\/repos\/([^/]+)$/.exec(path)?.[1];
  return region && name ? `codecommit/${region}/${name}` : `${host}/${path}`;
}

/** What a repository is called: the last part of its address. */
export function repositoryName(url: string): string {
  return repositoryKey(url).split('/').pop() || url;
}

function read(
  url: string,
  trans: TranslationBundle
): { host: string | null; folder: string } {
  if (!url) {
    throw new Refusal(trans.__('Enter the address of a repository.'));
  }
  if (url.length > LONGEST) {
    throw new Refusal(
      trans.__('An address has at most %1 characters.', LONGEST)
    );
  }
  if (CONTROL.test(url)) {
    throw new Refusal(
      trans.__('An address has no spaces and no control characters.')
    );
  }
  if (url.startsWith('-')) {
    throw new Refusal(trans.__('An address does not begin with a dash.'));
  }
  const scheme = SCHEME.exec(url);
  if (!scheme) {
    return readScp(url, trans);
  }
  if (scheme[1] === 'codecommit') {
    return readCodeCommit(url, trans);
  }
  if (scheme[2] === '::' || !/^(https|ssh)$/.test(scheme[1])) {
    throw new Refusal(
      trans.__(
        'Only https://, ssh:// and codecommit:: addresses can be cloned, not %1',
        scheme[0]
      )
    );
  }
  const rest = url.slice(scheme[0].length);
  const slash = rest.indexOf('/');
  const authority = AUTHORITY.exec(slash === -1 ? rest : rest.slice(0, slash));
  if (!authority) {
    throw new Refusal(trans.__('The host of the address can’t be read.'));
  }
  const [, user, host, port] = authority;
  if (user !== undefined) {
    checkUser(scheme[1], user, trans);
  }
  checkHost(host, trans);
  const isPort = /^\d{1,5}$/.test(port) && +port > 0 && +port < 65_536;
  if (port !== undefined && !isPort) {
    throw new Refusal(trans.__('“%1” is not a port.', port));
  }
  return {
    host: host.toLowerCase() + (port === undefined ? '' : `:${port}`),
    folder: readFolder(slash === -1 ? '' : rest.slice(slash), trans)
  };
}

function readScp(url: string, trans: TranslationBundle) {
  const match = SCP.exec(url);
  if (!match) {
    throw SCP_WITH_PASSWORD.test(url)
      ? withCredentials(trans)
      : new Refusal(
          trans.__(
            'An address begins with https://, ssh://, codecommit:: or user@host:'
          )
        );
  }
  const [, user, host, path] = match;
  checkUser('ssh', user, trans);
  if (path.startsWith('-')) {
    throw new Refusal(trans.__('A path does not begin with a dash.'));
  }
  checkHost(host, trans);
  return { host: host.toLowerCase(), folder: readFolder(path, trans) };
}

function readCodeCommit(url: string, trans: TranslationBundle) {
  const match = CODECOMMIT.exec(url);
  if (!match || match[3].includes('..')) {
    throw new Refusal(
      trans.__('A CodeCommit address is codecommit::region://repository')
    );
  }
  const [, region, , folder] = match;
  const ending = region?.startsWith('cn-')
    ? 'amazonaws.com.cn'
    : 'amazonaws.com';
  return {
    host: region ? `git-codecommit.${region}.${ending}` : null,
    folder
  };
}

function checkUser(
  scheme: string,
  user: string,
  trans: TranslationBundle
): void {
  if (scheme === 'https' || user.includes(':')) {
    throw withCredentials(trans);
  }
  if (!USER.test(user)) {
    throw new Refusal(trans.__('“%1” is not a plain user name.', user));
  }
}

function checkHost(host: string, trans: TranslationBundle): void {
  if (!host) {
    throw new Refusal(trans.__('The address names no host.'));
  }
  if (!HOST.test(host) || host.includes('..')) {
    throw new Refusal(trans.__('“%1” is not a host.', host));
  }
}

function readFolder(path: string, trans: TranslationBundle): string {
  const parts = path.split('/').filter(Boolean);
  const noName = () =>
    new Refusal(trans.__('The address names no repository after the host.'));
  if (parts.length === 0) {
    throw noName();
  }
  const plain = decoded(path);
  if (
    !PATH.test(path) ||
    CONTROL.test(plain.replace(/ /g, '')) ||
    plain.includes('\\')
  ) {
    throw new Refusal(
      trans.__(
        'The path of the address has characters that don’t belong there.'
      )
    );
  }
  if (plain.split('/').some(part => part === '.' || part === '..')) {
    throw new Refusal(
      trans.__('The path of the address has a “.” or “..” in it.')
    );
  }
  const folder = decoded(parts[parts.length - 1]).replace(/\.git$/, '');
  if (!folder || folder.includes('/')) {
    throw noName();
  }
  return folder;
}

function withCredentials(trans: TranslationBundle): Refusal {
  return new Refusal(
    trans.__(
      'Leave user name and password out of the address; you are asked for them where they are needed.'
    ),
    'CredentialsInUrl'
  );
}

/** A text without its percent signs; as it is where they mean nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
