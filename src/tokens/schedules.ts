import type { ITaskRequest } from '.';
import type { INotebookJob, INotebookJobSpec, JobScope } from './jobs';
import type { Known } from './space';

/** When a job definition runs, in EventBridge's words. */
export interface ISchedule {
  /** `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` or `cron(six fields)`. */
  expression: string;
  /** IANA time zone that `at` and `cron` are meant in; rules know `UTC` only. */
  timeZone: string;
  /** Nothing runs before; a rate counts from here. */
  start?: Date;
  end?: Date;
}

/** What starts a definition's runs: EventBridge Scheduler, or an EventBridge rule. */
export type TriggerKind = 'scheduler' | 'rule';

/** A schedule as it stands in AWS. */
export interface ITrigger {
  kind: TriggerKind;
  schedule: ISchedule;
  isEnabled: boolean;
  /** When it was made or last changed, where AWS tells: rates count from here. */
  changedAt?: Date;
  /** Whether it starts the definition's pipeline; a rule without targets starts nothing. */
  hasTarget: boolean;
}

/** A job definition: a pipeline with one notebook job that a schedule starts. */
export interface IJobDefinition {
  /** Name of pipeline and schedule; the definition's id. */
  id: string;
  /** ARN of the pipeline. */
  arn: string;
  displayName: string;
  notebookName: string;
  createdAt: Date;
  modifiedAt?: Date;
  tags: Record<string, string>;
}

/** A definition with all that its pipeline says. */
export interface IJobDefinitionDetails extends IJobDefinition {
  /** The pipeline's role, which also starts it. */
  roleArn: string;
  /** The job each run makes, as if it were one; null where the pipeline is not a notebook job's. */
  job: INotebookJob | null;
  /** Where the notebook lay when it was scheduled, relative to the server's root. */
  notebookPath?: string;
  /** SHA-256 of the notebook that was scheduled, hexadecimal. */
  notebookHash?: string;
  /** How often a run that AWS failed is begun again. */
  maxAttempts: number;
}

export interface IDefinitionsPage {
  definitions: IJobDefinition[];
  nextToken?: string;
}

/** What a definition is made or changed from. */
export interface IDefinitionSpec {
  /** The job of each run; its `name` is the definition's id. */
  job: INotebookJobSpec;
  schedule: ISchedule;
  kind: TriggerKind;
  /** SHA-256 of the notebook, hexadecimal, where it is known. */
  notebookHash?: string;
}

/** What a definition runs with once. */
export interface IRunValues {
  parameters: Record<string, string>;
  /** The person's own variables; those of the driver stay. */
  environment: Record<string, string>;
}

/** A step of deleting a definition, in order. */
export type RemovalStep = 'trigger' | 'pipeline' | 'targets' | 'rule';

/** Verbs on job definitions. Every promise rejects with a {@link StudioError}. */
export interface ISchedulesApi {
  /** Which service may be used here: Scheduler, or, where it is denied, rules, with AWS's words. */
  triggerKind(
    signal?: AbortSignal
  ): Promise<{ kind: TriggerKind; reason?: string }>;
  /** Definitions by tag, the newest first; without their schedules. */
  list(
    options: { scope?: JobScope; nextToken?: string },
    signal?: AbortSignal
  ): Promise<IDefinitionsPage>;
  /** @throws StudioError - `DefinitionMissing` if it was deleted. */
  describe(id: string, signal?: AbortSignal): Promise<IJobDefinitionDetails>;
  /** Its schedule or rule; null where there is none (any more). */
  trigger(id: string, signal?: AbortSignal): Promise<Known<ITrigger | null>>;
  /** The durable task that makes a definition: stage, CreatePipeline, then its trigger. */
  creation(spec: IDefinitionSpec): Promise<ITaskRequest>;
  /**
   * The durable task that changes all of a definition: stage the notebook anew, UpdatePipeline,
   * then its schedule.
   */
  revision(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null,
    spec: IDefinitionSpec
  ): Promise<ITaskRequest>;
  /** Change when it runs, and nothing else; a schedule that is missing is made. */
  reschedule(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null,
    schedule: ISchedule
  ): Promise<void>;
  /** Pause or resume. */
  setEnabled(id: string, kind: TriggerKind, isEnabled: boolean): Promise<void>;
  /**
   * Start a job of it now, with these values instead of its own.
   *
   * @returns the new job's name.
   */
  runNow(id: string, values: IRunValues): Promise<string>;
  /**
   * Delete a definition in an order in which nothing starts any more and a second try goes on.
   *
   * @param onStep - told before each step.
   */
  remove(
    id: string,
    kind: TriggerKind | null,
    onStep?: (step: RemovalStep) => void
  ): Promise<void>;
}
