import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { Loadable } from '../core/loadable';
import type { IFileSystemsApi } from './filesystems';
import type { IJobOptionsApi } from './jobOptions';
import type { IJobsApi } from './jobs';
import type { IRepositoriesApi } from './repositories';
import type { ISchedulesApi } from './schedules';
import type { IInstancesApi, ISpacesApi, IStateMachinesApi } from './space';
import type { ISweepsApi } from './sweeps';

export * from './changes';
export * from './filesystems';
export * from './jobOptions';
export * from './jobs';
export * from './repositories';
export * from './schedules';
export * from './space';
export * from './sweeps';

/** Where an answer about the surroundings comes from, or why there is none. */
export type ContextField =
  { value: string; source: string } | { value: null; reason: string };

/** The fields `GET sagemaker-studio/context` reports; each may be unknown, with a reason. */
export type ContextFieldName =
  | 'region'
  | 'partition'
  | 'accountId'
  | 'domainId'
  | 'spaceName'
  | 'appName'
  | 'appType'
  | 'spaceType'
  | 'userProfileName'
  | 'executionRoleArn'
  | 'imageUri'
  | 'imageArn'
  | 'instanceType'
  | 'consoleUrl';

/** What the server extension knows of its surroundings without asking AWS. */
export interface IContext {
  version: string;
  mode: 'studio' | 'account' | 'local' | 'none';
  modeReason: string;
  /** New at every start of the Jupyter server. */
  bootId: string;
  fields: Record<ContextFieldName, ContextField>;
  /** Whether Studio started the app in recovery mode, without its set-up. */
  isRecoveryMode: boolean;
  neighbours: Record<string, boolean>;
}

/** The mode and identity of this JupyterLab; fetched on first use and kept. */
export interface IStudioContext {
  readonly state: Loadable<IContext>;
  readonly changed: ISignal<IStudioContext, void>;
  /** The context, fetched once there is AWS; rejects with a {@link StudioError}. */
  get(): Promise<IContext>;
  refresh(): Promise<void>;
}
export const IStudioContext = new Token<IStudioContext>(
  'jupyterlab-sagemaker-studio:IStudioContext',
  'Where this JupyterLab runs: mode, region, domain, space, role.'
);

/** The only way to AWS: our words in, our words out; the SDK stays in `src/aws`. */
export interface ISageMakerGateway {
  readonly fileSystems: IFileSystemsApi;
  readonly jobOptions: IJobOptionsApi;
  readonly jobs: IJobsApi;
  readonly repositories: IRepositoriesApi;
  readonly schedules: ISchedulesApi;
  readonly spaces: ISpacesApi;
  readonly instances: IInstancesApi;
  readonly stateMachines: IStateMachinesApi;
  readonly sweeps: ISweepsApi;
}
export const ISageMakerGateway = new Token<ISageMakerGateway>(
  'jupyterlab-sagemaker-studio:ISageMakerGateway',
  'Typed verbs on AWS through the signing endpoint: notebook jobs, spaces, repositories.'
);

export type TaskState =
  'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

/** What only a person can tell a task. The answer never leaves the server's memory. */
export type ITaskQuestion = {
  /** New for each question. */
  id: string;
  /** Host that is asked for, e.g. `github.com`. */
  host: string;
  /** In the words of git or ssh. */
  text: string;
  /** Why it is asked (again), e.g. what the server said to the last answer. */
  problem?: string;
} & (
  | { kind: 'credentials'; username?: string }
  | { kind: 'host-key'; keyType: string; fingerprint: string }
  | { kind: 'passphrase'; keyPath: string }
);

/** What a person answers; null declines, and the task fails. */
export type TaskAnswer =
  | {
      username: string;
      /** A password or, for most hosts, a personal access token. */
      password: string;
      /** How long it is kept: for this task, in the server's memory, or in git's own cache. */
      keep: 'no' | 'session' | 'cache';
    }
  | { accept: true }
  | { passphrase: string }
  | null;

/** Durable work on the server, as `GET sagemaker-studio/tasks` reports it. */
export interface ITask {
  id: string;
  kind:
    'stage' | 'sweep' | 'results' | 'download' | 'change' | 'clone' | 'pull';
  title: string;
  state: TaskState;
  /** What is being done now, in words. */
  phase: string;
  progress: {
    files: number;
    filesTotal: number;
    bytes: number;
    bytesTotal: number;
  };
  /** What the task waits to be told by a person; it goes on once it is answered. */
  question?: ITaskQuestion;
  result?: Record<string, unknown>;
  error?: {
    code: string;
    message: string;
    operation?: string;
    requestId?: string;
    status?: number;
    hint?: string;
  };
  clientToken: string;
  createdAt: string;
  updatedAt: string;
}

export interface ITaskRequest {
  kind: ITask['kind'];
  /** The same token is the same task: a double click or a second try is harmless. */
  clientToken: string;
  title: string;
  spec: Record<string, unknown>;
}

/** Starts and follows durable tasks; a finished one is kept by the server until forgotten. */
export interface ITaskClient {
  /** Emitted at each change of any task followed here. */
  readonly taskChanged: ISignal<ITaskClient, ITask>;
  start(request: ITaskRequest): Promise<ITask>;
  list(): Promise<ITask[]>;
  /**
   * Have tasks that earlier pages left picked up, once this page is restored and idle.
   *
   * All who ask share one call. A server that can't be asked is said by the panels, once they
   * are opened.
   */
  pickUp(
    isMine: (task: ITask) => boolean,
    resume: (tasks: ITask[]) => unknown
  ): void;
  /** Follow a task to its end; resolves with the terminal state. */
  follow(id: string, onChange?: (task: ITask) => void): Promise<ITask>;
  /** Answer a task's question; harmless if another tab was faster. */
  answer(id: string, questionId: string, answer: TaskAnswer): Promise<void>;
  cancel(id: string): Promise<void>;
  forget(id: string): Promise<void>;
}
export const ITaskClient = new Token<ITaskClient>(
  'jupyterlab-sagemaker-studio:ITaskClient',
  'Durable work on the server: staging, downloads; survives a closed tab.'
);

/** Something on AWS that changes by itself and is looked at from time to time. */
export interface IWatch {
  /** One list call a key: several watches of one key share it. */
  key: string;
  /** Read it anew. A rejection slows this watch down, throttling most of all. */
  poll(): Promise<unknown>;
  /** Whether anybody can see it now. */
  isVisible(): boolean;
  /** Whether its end is awaited (a running job); looked at with the tab hidden, too. */
  isTracked(): boolean;
}

/** A watch in force; dispose of it with its model. */
export interface IWatchHandle extends IDisposable {
  /** Poll at once, e.g. when a panel is shown or a button pressed; never rejects. */
  refresh(): Promise<void>;
}

/** The one clock for everything that is polled. */
export interface IResourceWatcher {
  subscribe(watch: IWatch): IWatchHandle;
  /** Poll nothing until disposed of, as the server is known to be away; `refresh` still works. */
  pause(): IDisposable;
}
export const IResourceWatcher = new Token<IResourceWatcher>(
  'jupyterlab-sagemaker-studio:IResourceWatcher',
  'Polls jobs, apps and endpoints: only what is seen or awaited, slower when throttled.'
);

/** The one sidebar; each capability adds its section. */
export interface IStudioSidebar {
  /** @param options.isFolded - until a person opens it, which JupyterLab remembers. */
  addSection(
    widget: Widget,
    options: { rank: number; isFolded?: boolean }
  ): IDisposable;
  /** Mark the sidebar's icon with a number, which the caption explains; 0 takes it away. */
  setBadge(count: number, caption: string): void;
  /** Open the sidebar and the section with this widget id. */
  reveal(widgetId: string): void;
}
export const IStudioSidebar = new Token<IStudioSidebar>(
  'jupyterlab-sagemaker-studio:IStudioSidebar',
  'The SageMaker Studio sidebar, one accordion section a capability.'
);
