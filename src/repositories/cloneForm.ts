/** What is to be cloned and where to: the rules of the form, without its looks. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { FormProblems } from '../components/FormDialog';
import type { ICloneSpec } from '../tokens';
import type { IRepository } from './merge';
import { checkUrl, repositoryKey, splitCredentials } from './url';
import type { IUrlCredentials } from './url';

/** What the form holds. */
export interface ICloneForm {
  url: string;
  /** A branch or a tag; empty for the host's default. */
  reference: string;
  /** How many commits, as typed; empty for all. */
  depth: string;
  submodules: boolean;
  /** The new folder; null for the one that follows from the address. */
  directory: string | null;
  /** The secret to sign in with; empty for none, null for the first there is. */
  secretArn: string | null;
  /** What stood in the address; in memory only, until the host asks for it. */
  credentials: IUrlCredentials | null;
}

/** What the form is opened with. */
export interface ICloneSurroundings {
  /** The folder the clone goes into, relative to the root; empty for the root. */
  parent: string;
  /** Names in that folder. */
  taken: readonly string[];
  /** Those that are suggested, as far as they have been read by now. */
  readonly repositories: readonly IRepository[];
}

export const EMPTY_FORM: ICloneForm = {
  url: '',
  reference: '',
  depth: '',
  submodules: true,
  directory: null,
  secretArn: null,
  credentials: null
};

/** What of `git check-ref-format` people get wrong. */
const BAD_REFERENCE =
  /^[-/]|[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\.lock$/;

/** The address as it was pasted, without user name and password, which are kept beside it. */
export function takeUrl(
  text: string
): Pick<ICloneForm, 'url' | 'credentials'> | Pick<ICloneForm, 'url'> {
  const url = text.trim();
  return splitCredentials(url) ?? { url };
}

/** The folder that will be made. */
export function directoryOf(
  form: ICloneForm,
  { parent, taken }: ICloneSurroundings,
  trans: TranslationBundle
): string {
  if (form.directory !== null) {
    return form.directory.trim().replace(/\/+$/, '');
  }
  const found = checkUrl(form.url, trans);
  if (!found.isValid) {
    return '';
  }
  let name = found.folder;
  for (let number = 2; taken.includes(name); number++) {
    name = `${found.folder}-${number}`;
  }
  return parent ? `${parent}/${name}` : name;
}

/** Secrets that are registered for a repository, by the names of the registrations. */
export function secretsOf(
  url: string,
  repositories: readonly IRepository[]
): { name: string; arn: string }[] {
  const key = repositoryKey(url);
  return repositories
    .filter(each => each.key === key)
    .flatMap(({ registrations }) => registrations)
    .flatMap(({ name, secretArn }) =>
      secretArn ? [{ name, arn: secretArn }] : []
    );
}

/** The secret that will be used. */
export function secretOf(
  form: ICloneForm,
  repositories: readonly IRepository[]
): string {
  const secrets = secretsOf(form.url, repositories);
  const isOffered = secrets.some(({ arn }) => arn === form.secretArn);
  return form.secretArn === null
    ? (secrets[0]?.arn ?? '')
    : isOffered
      ? form.secretArn
      : '';
}

/** What is wrong, in sentences. */
export function cloneProblems(
  form: ICloneForm,
  surroundings: ICloneSurroundings,
  trans: TranslationBundle
): FormProblems<ICloneForm> {
  const found = checkUrl(form.url, trans);
  const { reference, depth } = form;
  return {
    url: found.isValid ? undefined : found.problem,
    reference:
      reference && BAD_REFERENCE.test(reference)
        ? trans.__('That can’t be the name of a branch or tag.')
        : undefined,
    depth:
      depth && !/^[1-9]\d{0,8}$/.test(depth)
        ? trans.__('The number of commits is a whole number from 1 on.')
        : undefined,
    directory: found.isValid
      ? directoryProblem(directoryOf(form, surroundings, trans), trans)
      : undefined
  };
}

function directoryProblem(
  directory: string,
  trans: TranslationBundle
): string | undefined {
  if (!directory) {
    return trans.__('Enter the name of a new folder.');
  }
  const parts = directory.split('/');

  if (/^\/|[\\\u0000-\u001f]/.test(directory) || parts.includes('..')) {
    return trans.__(
      'The folder lies below the folder JupyterLab was started in: no “..”, no “/” at the beginning.'
    );
  }
  return parts.some(part => part.startsWith('.') || part === '')
    ? trans.__('The names of the folders don’t begin with a dot.')
    : undefined;
}

/** What the server is to do. */
export function cloneSpec(
  form: ICloneForm,
  surroundings: ICloneSurroundings,
  trans: TranslationBundle
): ICloneSpec {
  const secretArn = secretOf(form, surroundings.repositories);
  return {
    url: form.url,
    directory: directoryOf(form, surroundings, trans),
    submodules: form.submodules,
    ...(form.reference && { reference: form.reference }),
    ...(form.depth && { depth: Number(form.depth) }),
    ...(secretArn && { secretArn })
  };
}
