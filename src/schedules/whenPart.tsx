import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { notifyTask, taskError } from '../components/taskNotification';
import { StudioError, toStudioError } from '../core/errors';
import { isAccessDenied } from '../core/permissions';
import type {
  IJobDefinitionDetails,
  IJobFormHost,
  IJobFormPart,
  IJobsApi,
  INotebookJobSpec,
  ISchedulesApi,
  ITask,
  ITaskClient,
  ITaskRequest,
  ITrigger,
  TriggerKind
} from '../tokens';
import { buildSchedule } from './builder';
import type { IBuiltSchedule } from './builder';
import { TOKEN_PREFIX } from './commands';
import { ScheduleBuilder } from './components/ScheduleBuilder';
import { TrustHelp, isTrustMissing } from './components/TrustHelp';
import { WhenChoice } from './components/WhenChoice';
import type { INotebookFiles } from './notebookFile';
import { typicalDuration } from './overlap';
import { formOfSchedule, newForm } from './scheduleForm';
import type { IScheduleForm } from './scheduleForm';

/** The part of the job form that says when: now, or on a schedule. */
export class WhenPart implements IJobFormPart {
  constructor(private readonly _options: WhenPart.IOptions) {
    const now = Date.now();
    const { edited } = _options;
    const trigger = edited?.trigger;
    this._form = trigger ? formOfSchedule(trigger.schedule, now) : newForm(now);
    this._isActive = edited !== undefined;
    this._kind = trigger?.kind ?? 'scheduler';
    if (this._isActive) {
      void this._prepare();
    }
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isActive(): boolean {
    return this._isActive;
  }

  get submitLabel(): string {
    const { edited, trans } = this._options;
    return edited
      ? trans.__('Save the job definition')
      : trans.__('Create the job definition');
  }

  get failureTitle(): string {
    return this._options.trans.__('The job definition was not saved');
  }

  get starter(): string | undefined {
    const service = this._kind === 'rule' ? 'events' : 'scheduler';
    return this._isActive ? `${service}.amazonaws.com` : undefined;
  }

  get problem(): string | null {
    const { schedule, problems } = this._build();
    const found = Object.values(problems).find(each => each !== undefined);
    return schedule ? null : (found ?? '');
  }

  get task(): ITask | undefined {
    return this._task;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  render(): React.ReactNode {
    const { edited, trans, locale } = this._options;
    return (
      <WhenChoice
        isScheduled={this._isActive}
        isFixed={edited !== undefined}
        trans={trans}
        onChange={isActive => this._activate(isActive)}
      >
        {this._isActive && (
          <ScheduleBuilder
            form={this._form}
            built={this._build()}
            kind={this._kind}
            reason={this._reason}
            typicalDuration={this._duration}
            trans={trans}
            locale={locale}
            onChange={change => this._set(change)}
          />
        )}
        {this._isActive && this._isTrustMissing && <TrustHelp trans={trans} />}
      </WhenChoice>
    );
  }

  async submit(spec: INotebookJobSpec): Promise<boolean> {
    const { api, edited, notebooks } = this._options;
    const { schedule } = this._build();
    if (!schedule) {
      throw new StudioError({
        code: 'InvalidSchedule',
        message: this.problem ?? ''
      });
    }
    this._isTrustMissing = false;
    const definition = {
      job: spec,
      schedule,
      kind: this._kind,
      notebookHash: await notebooks.hash(spec.notebookPath)
    };
    const request = edited
      ? await api.revision(edited.definition, edited.trigger, definition)
      : await api.creation(definition);
    return this._carryOut(request, spec);
  }

  cancel(): void {
    const { tasks } = this._options;
    if (this._task) {
      // What became of it shows in the task.
      tasks.cancel(this._task.id).catch(() => undefined);
    }
  }

  save(): unknown {
    return { isActive: this._isActive, form: this._form };
  }

  restore(saved: unknown): void {
    const { isActive, form } = (saved ?? {}) as {
      isActive?: unknown;
      form?: Partial<IScheduleForm>;
    };
    if (typeof form === 'object' && form !== null) {
      this._form = { ...this._form, ...form };
    }
    if (isActive === true) {
      this._activate(true);
    }
  }

  private async _carryOut(
    request: ITaskRequest,
    spec: INotebookJobSpec
  ): Promise<boolean> {
    const { edited, tasks, follow, saved } = this._options;
    const id = edited?.definition.id ?? spec.name;
    const onChange = (_: ITaskClient, task: ITask) => {
      if (task.id === this._task?.id) {
        this._task = task;
        this._emit();
      }
    };
    this._task = await tasks.start({
      ...request,
      clientToken: `${TOKEN_PREFIX}${request.clientToken}`
    });
    tasks.taskChanged.connect(onChange);
    this._emit();
    try {
      const ended = await follow(this._task, id);
      if (ended.state === 'succeeded') {
        saved(id);
        return true;
      }
      if (ended.state === 'cancelled') {
        return false;
      }
      await tasks.forget(ended.id).catch(() => undefined);
      throw this._explain(taskError(ended));
    } finally {
      tasks.taskChanged.disconnect(onChange);
      this._task = undefined;
      this._emit();
    }
  }

  /** What the person can do about a refusal, where this form has the means. */
  private _explain(error: StudioError): StudioError {
    const { trans } = this._options;
    this._isTrustMissing = isTrustMissing(error);
    const isSchedulerDenied =
      isAccessDenied(error.code) &&
      /^(Create|Update)Schedule$/.test(error.operation ?? '');
    if (!isSchedulerDenied || this._options.edited) {
      return error;
    }
    this._kind = 'rule';
    this._reason = error.message;
    const { code, message, operation, requestId, status } = error;
    return new StudioError({
      code,
      message,
      operation,
      requestId,
      status,
      cause: error,
      hint: trans.__(
        'Nothing was left behind. The form now uses an EventBridge rule, whose times are UTC: check them and try again.'
      )
    });
  }

  private _activate(isActive: boolean): void {
    if (isActive !== this._isActive) {
      this._isActive = isActive;
      if (isActive) {
        void this._prepare();
      }
      this._emit();
    }
  }

  /** What only a schedule needs to know; asked for once. */
  private async _prepare(): Promise<void> {
    if (this._isPrepared) {
      return;
    }
    this._isPrepared = true;
    const { api, edited, host, jobs } = this._options;
    if (!edited?.trigger) {
      // Where it can't be found out, AWS says it when the schedule is made.
      const found = await api.triggerKind().catch(() => undefined);
      this._kind = found?.kind ?? this._kind;
      this._reason = found?.reason;
      this._emit();
    }
    const page = await jobs.list({ pageSize: 100 }).catch(() => undefined);
    const name = host.notebookPath.split('/').pop() ?? '';
    this._duration = page && typicalDuration(page.jobs, name);
    this._emit();
  }

  private _set(change: Partial<IScheduleForm>): void {
    this._form = { ...this._form, ...change };
    this._emit();
  }

  private _build(): IBuiltSchedule {
    return buildSchedule(
      this._form,
      this._kind,
      Date.now(),
      this._options.trans
    );
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _form: IScheduleForm;
  private _isActive: boolean;
  private _kind: TriggerKind;
  private _reason: string | undefined;
  private _duration: number | undefined;
  private _task: ITask | undefined;
  private _isTrustMissing = false;
  private _isPrepared = false;
  private _isDisposed = false;
}

export namespace WhenPart {
  export interface IOptions {
    host: IJobFormHost;
    /** What the form changes, if it was opened for a definition. */
    edited?: { definition: IJobDefinitionDetails; trigger: ITrigger | null };
    api: ISchedulesApi;
    jobs: Pick<IJobsApi, 'list'>;
    tasks: ITaskClient;
    notebooks: INotebookFiles;
    /** Follows a task to its end and shows it. */
    follow: (task: ITask, id: string) => Promise<ITask>;
    /** Called once the definition is there, or changed. */
    saved: (id: string) => void;
    trans: TranslationBundle;
    locale?: string;
  }
}

/** Follow the task of a definition in a notification. */
export function followDefinition(
  tasks: ITaskClient,
  task: ITask,
  options: { trans: TranslationBundle; locale?: string; open: () => void }
): Promise<ITask> {
  const { trans, locale, open } = options;
  return notifyTask(tasks, task, {
    trans,
    locale,
    failed: trans.__('The job definition “%1” was not saved', task.title),
    succeeded: ended => ({
      message: isRule(ended)
        ? trans.__(
            'The job definition “%1” was saved, with an EventBridge rule: its times are UTC',
            task.title
          )
        : trans.__('The job definition “%1” was saved', task.title),
      actions: [
        { label: trans.__('Show the definition'), callback: () => open() }
      ]
    })
  }).catch(thrown => {
    throw toStudioError(thrown);
  });
}

function isRule({ result }: ITask): boolean {
  const responses = result?.responses;
  return (
    typeof responses === 'object' &&
    responses !== null &&
    'PutRule' in responses
  );
}
