import type { Known } from './space';

/** Where administrators and owners suggest repositories. */
export type RepositorySource = 'space' | 'profile' | 'domain' | 'account';

/** A repository registered in the account: SageMaker's CodeRepository. */
export interface ICodeRepository {
  name: string;
  url: string;
  /** The branch to work on, where one is set. */
  branch?: string;
  /** Its secret in Secrets Manager; only the server reads it. */
  secretArn?: string;
}

/** The repositories each source suggests; one that may not be read does not hide the others. */
export interface ISuggestedRepositories {
  /** URLs attached to the space. */
  space: Known<string[]>;
  /** URLs of the owner's profile; null in a shared space, which has none. */
  profile: Known<string[]> | null;
  /** URLs the domain gives to everybody in this kind of space. */
  domain: Known<string[]>;
  account: Known<ICodeRepository[]>;
}

/** Whose list is changed; the space's own is part of its plan. */
export type RepositoryLevel = 'profile' | 'domain';

/** What is to be different about a list of repositories. */
export interface IRepositoryListChange {
  add: readonly string[];
  remove: readonly string[];
}

/** Verbs on suggested repositories. Promises reject with StudioError. */
export interface IRepositoriesApi {
  /** What every source suggests, the account's registered ones included. */
  suggested(signal?: AbortSignal): Promise<ISuggestedRepositories>;
  /** Change the list of the owner's profile or of the domain; nothing else of it. */
  update(level: RepositoryLevel, change: IRepositoryListChange): Promise<void>;
  /** The AWS CLI command that does what `update` would, for those who may. */
  updateCommand(
    level: RepositoryLevel,
    change: IRepositoryListChange
  ): Promise<string>;
  /** Register a repository in the account. */
  register(repository: ICodeRepository): Promise<void>;
  /** The AWS CLI command that does what `register` would. */
  registerCommand(repository: ICodeRepository): Promise<string>;
}

/** A git working tree below the folder JupyterLab was started in. */
export interface ILocalClone {
  /** Relative to that folder. */
  path: string;
  /** Of the remote `origin`, without credentials. */
  url: string | null;
  /** Null where no branch is checked out. */
  branch: string | null;
  commit: string | null;
  upstream: string | null;
  /** Commits the upstream does not have; null where there is no upstream. */
  ahead: number | null;
  /** Commits of the upstream that are missing here, as of the last fetch. */
  behind: number | null;
  /** Changed files. */
  changes: number | null;
  /** Why git could not say. */
  problem: string | null;
}

/** The answer of `GET sagemaker-studio/repositories/clones`. */
export interface ILocalClones {
  clones: ILocalClone[];
  /** Whether all folders could be looked through in time. */
  isComplete: boolean;
}

/** The spec of a task of kind `clone`. */
export interface ICloneSpec {
  url: string;
  /** The new folder, relative to the folder JupyterLab was started in. */
  directory: string;
  /** A branch or a tag. */
  reference?: string;
  /** How many commits of the history are fetched; all unless given. */
  depth?: number;
  submodules: boolean;
  secretArn?: string;
}
