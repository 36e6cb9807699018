import type { StudioError } from '../core/errors';

/** A value, or why it is not known; `error` where AWS refused to tell. */
export type Known<T> =
  | { value: T; source?: string }
  | { value: null; reason: string; error?: StudioError };

/** Status of a space, as DescribeSpace reports it. */
export type SpaceStatus =
  | 'Pending'
  | 'InService'
  | 'Updating'
  | 'Deleting'
  | 'Failed'
  | 'Update_Failed'
  | 'Delete_Failed';

/** Status of an app, as DescribeApp reports it. */
export type AppStatus =
  'Pending' | 'InService' | 'Deleting' | 'Deleted' | 'Failed';

/** What an app runs on: SageMaker's ResourceSpec. */
export interface IResourceSpec {
  instanceType?: string;
  imageArn?: string;
  imageVersionArn?: string;
  imageVersionAlias?: string;
  lifecycleConfigArn?: string;
}

/** A file system of the account that spaces may mount. */
export type IFileSystemRef =
  { kind: 'efs' | 'fsx-lustre'; id: string } | { kind: 's3'; uri: string };

/** What of a space can be changed by a plan. */
export interface ISpaceSettings {
  spec: IResourceSpec;
  /** Size of the home volume in GB, as EBS counts them. */
  volumeGb?: number;
  /** Minutes without activity until SageMaker stops the app; none if it is not set here. */
  idleMinutes?: number;
  fileSystems: IFileSystemRef[];
  /** URLs of the Git repositories that are suggested in this space. */
  repositories: string[];
}

/** A space of the domain. */
export interface ISpace {
  domainId: string;
  name: string;
  displayName: string;
  arn: string;
  status: SpaceStatus;
  failureReason?: string;
  sharing: 'Private' | 'Shared';
  /** User profile of the owner. */
  owner?: string;
  appType?: string;
  settings: ISpaceSettings;
  /** SageMaker's own SpaceSettings, for read-modify-write: sub-objects are replaced, not merged. */
  raw: Record<string, unknown>;
  /** Where Studio opens it, in domains with IAM Identity Center. */
  url?: string;
  createdAt?: Date;
  modifiedAt?: Date;
}

/** A space in a list; lists carry no settings. */
export interface ISpaceSummary {
  name: string;
  displayName: string;
  status: SpaceStatus;
  sharing: 'Private' | 'Shared';
  owner?: string;
  appType?: string;
  volumeGb?: number;
  /** Its app; none where it has none. */
  app?: ISpaceApp;
}

/** The app of a space: what runs, and is billed. */
export interface ISpaceApp {
  spaceName: string;
  name: string;
  type: string;
  status: AppStatus;
  failureReason?: string;
  spec: IResourceSpec;
  createdAt?: Date;
}

/** What administrators set for a space's owner: the profile's word, else the domain's. */
export interface ISpaceRules {
  executionRole?: string;
  /** Whether SageMaker stops idle apps, and within which bounds a space may choose (minutes). */
  idle: {
    isEnabled: boolean;
    defaultMinutes?: number;
    minMinutes: number;
    maxMinutes: number;
  };
  volume: { defaultGb: number; maximumGb: number };
  lifecycleConfigs: { arn: string; name: string; isDefault: boolean }[];
  /** File systems a space may attach. */
  fileSystems: IFileSystemRef[];
  hiddenInstanceTypes: string[];
}

/** An image a space may run. */
export interface ISpaceImage {
  arn: string;
  name: string;
  displayName: string;
  /** For which instances it is built; unknown for images that do not say. */
  processor: 'cpu' | 'gpu' | 'unknown';
  versions: {
    arn: string;
    version: number;
    alias?: string;
    createdAt?: Date;
  }[];
  isCustom: boolean;
}

/** What a new space is to be. */
export interface INewSpace {
  name: string;
  spec: IResourceSpec;
  volumeGb?: number;
}

/** Verbs on spaces and apps of this JupyterLab's domain. Promises reject with StudioError. */
export interface ISpacesApi {
  /** All JupyterLab spaces the caller may see, with their apps. */
  list(signal?: AbortSignal): Promise<ISpaceSummary[]>;
  /** The space, this one unless named. */
  describe(name?: string, signal?: AbortSignal): Promise<ISpace>;
  /** The app `default` of the space; null where there is none. */
  app(name?: string, signal?: AbortSignal): Promise<ISpaceApp | null>;
  /** What administrators set for the owner of the space. */
  rules(space: ISpace, signal?: AbortSignal): Promise<Known<ISpaceRules>>;
  /** Images of AWS and of the domain that JupyterLab spaces may run. */
  images(signal?: AbortSignal): Promise<Known<ISpaceImage[]>>;
  create(space: INewSpace): Promise<void>;
  /** Delete a space whose app is stopped; its volume is lost. */
  remove(name: string): Promise<void>;
  /** A short-lived address that opens a space; not to be kept. */
  open(name: string): Promise<string>;
  /** What SageMaker wrote while the space's lifecycle script ran last. */
  lifecycleLog(name: string, signal?: AbortSignal): Promise<string>;
}

/** A quota and how much of it is used. */
export interface IInstanceQuota {
  /** Apps of this type that may run at once; 0 where none may. */
  limit: number;
  /** Apps of this type that run now, in the whole account as far as it can be seen. */
  inUse: number;
}

/** Facts on instance types that only AWS knows. */
export interface IInstancesApi {
  /** Types the API allows for JupyterLab apps, from the SDK's model. */
  types(): Promise<string[]>;
  /** By instance type: "Studio JupyterLab Apps running on <type> instances". */
  quotas(signal?: AbortSignal): Promise<Known<Record<string, IInstanceQuota>>>;
  /** By instance type: US dollars an hour for JupyterLab apps in this region; kept for a day. */
  prices(signal?: AbortSignal): Promise<Known<Record<string, number>>>;
  /** By instance type: US dollars an hour for training, which notebook jobs are billed as. */
  trainingPrices(signal?: AbortSignal): Promise<Known<Record<string, number>>>;
}

/** The administrator's state machine that changes spaces; see `deploy/`. */
export interface IStateMachinesApi {
  /**
   * Its ARN, looked for by its name where none is given; why there is none to be used.
   *
   * A given one that may not be looked at is taken to be there: starting it will tell.
   */
  find(arn: string, signal?: AbortSignal): Promise<Known<string>>;
}

/** One AWS call as the server makes it: botocore's names, JSON input. */
export interface IAwsCall {
  service: string;
  operation: string;
  input: Record<string, unknown>;
}

/** One step of a change; see `ISpaceChangeSpec`. */
export interface IChangeStep {
  /** What is being done, for people: "Stopping JupyterLab". */
  title: string;
  call: IAwsCall;
  /** Takes the call back if a later step fails before anything irreversible. */
  undo?: IAwsCall;
  /** Asked again and again until its `Status` is one of `success`. */
  until?: {
    call: IAwsCall;
    success: string[];
    failure: string[];
    /** What it means that there is no such thing (any more). */
    missing: 'success' | 'failure';
    timeoutSeconds: number;
  };
  /** Codes of errors that pass by waiting, e.g. while the old app is still being deleted. */
  retryCodes?: string[];
  /** From here on this server may be stopped at any moment, and nothing can be taken back. */
  isHandOver?: boolean;
}

/** The spec of a task of kind `change`: carried out by the server, whatever becomes of the page. */
export interface ISpaceChangeSpec {
  /** The space that is changed; this server's own is the one its context names. */
  spaceName: string;
  /** Kept and given back as it is; at most 64 KB of JSON. */
  plan: Record<string, unknown>;
  /** First wait until no kernel of this server runs a cell (own space only). */
  waitForCells: boolean;
  steps: IChangeStep[];
  /** Carried out if a step fails after a hand-over step has been carried out. */
  recover: IChangeStep[];
  /** What the next server of this space does first, e.g. deleting a safety net. */
  cleanup: IAwsCall[];
  /** A read whose answer tells how it went, e.g. DescribeExecution. */
  witness?: IAwsCall;
}

/** The result of a task of kind `change`: facts; what they mean is for the reader to say. */
export interface ISpaceChangeResult {
  spaceName: string;
  plan: Record<string, unknown>;
  startedAt: string;
  /** When the hand-over step was carried out. */
  handedOverAt?: string;
  endedAt: string;
  bootIds: { before: string; after: string };
  /** SageMaker's DescribeApp answer at the end; null where there is no app. */
  app: Record<string, unknown> | null;
  /** The witness' answer, if it was asked. */
  witness?: Record<string, unknown>;
  /** Whether `recover` was carried out to its end. */
  recovered: boolean;
  /** What of `cleanup` could not be done, in words. */
  cleanupProblem?: string;
  /** Why it is not known what app there is, in words. */
  appProblem?: string;
  /** Why the witness did not answer, in words. */
  witnessProblem?: string;
}

/** Facts only this machine knows: `GET sagemaker-studio/space`. */
export interface ILocalSpace {
  bootId: string;
  /** When this Jupyter server started. */
  startedAt: string;
  home: Known<{ path: string; totalBytes: number; usedBytes: number }>;
  /** Scratch space of the instance, lost at each stop; null where there is none. */
  scratch: { path: string; totalBytes: number; usedBytes: number } | null;
  idle: {
    /** Whether the image's activity file is read by SageMaker, so that keep-awake works. */
    canKeepAwake: Known<true>;
    /** The newest activity as SageMaker's idle check sees it. */
    lastActiveAt: Known<string>;
    keepAwakeUntil: string | null;
    /** The longest a keep-awake may last. */
    maxKeepAwakeMinutes: number;
  };
  /** Whether the image has `restart-jupyter-server`. */
  canRestartJupyter: Known<true>;
}

/** Verbs on this machine. */
export interface ILocalSpaceApi {
  get(signal?: AbortSignal): Promise<ILocalSpace>;
  /** Null ends it. */
  keepAwake(minutes: number | null): Promise<ILocalSpace>;
  restartJupyter(): Promise<void>;
}
