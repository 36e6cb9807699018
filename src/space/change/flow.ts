import { Notification } from '@jupyterlab/apputils';

import { showStudioError } from '../../components/showStudioError';
import { field, ownSpace } from '../../core/context';
import { toStudioError } from '../../core/errors';
import type {
  ISpaceChangeSpec,
  ISpaceDraft,
  ITask,
  ITaskRequest
} from '../../tokens';
import { changedSpace, clientTokenFor } from './awsFindings';
import type { IBegun } from './channel';
import type { IChangeOptions } from './controller';
import { isEmptyDraft } from './draft';
import { LabFacts } from './facts';
import { isUnfinished } from './findings';
import { ChangeHistory } from './history';
import { OwnChange } from './ownChange';
import { ProgressNote } from './note';
import { PlanDialog } from './planDialog';
import type { Purpose } from './plan';
import { stopsApp } from './plan';
import { Proposal } from './proposal';
import type { IChangeRecord } from './record';
import { makeRecord } from './record';
import { reportOf } from './report';
import type { IChangeReport } from './report';
import { ChangeReporter } from './reporter';
import { Reviver } from './revive';
import { composeSpec } from './spec';
import { titleOf } from './words';

/** The change of the own space that was started last; kept, as the page may be loaded anew. */
interface ICurrent {
  taskId: string;
  request: ITaskRequest;
  startedAt: number;
}

/** What the flow tells its owner. */
export interface IFlowEvents {
  /** An activity began, moved on, or ended. */
  onActivity: () => void;
  /** A space was changed, started or stopped. */
  onDone: (spaceName: string) => void;
  /** Put a draft back that was not applied. */
  onRefused: (draft: ISpaceDraft, spaceName: string) => void;
  propose: (draft: ISpaceDraft, spaceName: string | undefined) => void;
}

/** A task under way. */
export interface IRunning {
  spaceName: string;
  task: ITask;
  own?: OwnChange;
}

/** From a proposal to the report; loaded on first use, and whole before a server goes away. */
export class ChangeFlow {
  constructor(
    private readonly _options: IChangeOptions,
    private readonly _events: IFlowEvents
  ) {
    const { store, trans, locale } = _options;
    this._lab = new LabFacts(_options);
    this._history = new ChangeHistory(store);
    this._reporter = new ChangeReporter({
      reviver: new Reviver(_options),
      tryType: (instanceType, spaceName) =>
        _events.propose({ instanceType }, spaceName),
      onSeen: report => void this._forget(report.taskId),
      trans,
      locale
    });
  }

  /** Changes under way, by task. */
  readonly running = new Map<string, IRunning>();

  /**
   * Ask, and carry out what was confirmed.
   *
   * @returns what is still wanted and not begun; null where nobody was asked what they want.
   */
  async propose(
    purpose: Purpose,
    draft: ISpaceDraft,
    spaceName: string | undefined,
    focus?: keyof ISpaceDraft
  ): Promise<ISpaceDraft | null> {
    const { trans, locale, gateway, context, instanceFacts } = this._options;
    const proposal = new Proposal({
      draft,
      focus,
      purpose,
      spaceName,
      gateway,
      context,
      lab: this._lab,
      history: this._history,
      settings: this._options.settings(),
      instanceFacts,
      trans,
      locale
    });
    try {
      const loading = proposal.load();
      if (purpose === 'start') {
        await loading;
      }
      // Starting a space takes nothing away; it is only asked about if something is in its way.
      if (purpose !== 'start' || !proposal.isReady) {
        const name = spaceName ?? field(await context.get(), 'spaceName') ?? '';
        const title = titleOf(purpose, name, draft.instanceType, trans);
        const dialog = new PlanDialog(proposal, { title, trans, locale });
        const { button } = await dialog.launch();
        if (!button.accept || !proposal.isReady) {
          if (purpose !== 'change') {
            return null;
          }
          if (!isEmptyDraft(proposal.draft)) {
            Notification.info(
              trans.__('Nothing was changed; the Space panel keeps the plan.'),
              { autoClose: 4000 }
            );
          }
          return proposal.draft;
        }
      }
      const isStarted = await this._apply(proposal);
      return purpose === 'restart' || purpose === 'stop'
        ? null
        : isStarted
          ? {}
          : proposal.draft;
    } finally {
      proposal.dispose();
    }
  }

  /** Take up what was under way when this page was loaded, and tell what has ended. */
  async resume(tasks: readonly ITask[]): Promise<void> {
    const context = await this._options.context.get();
    const current = await this._options.store.load<ICurrent>('current');
    for (const task of tasks) {
      if (this.running.has(task.id)) {
        continue;
      }
      if (task.state !== 'queued' && task.state !== 'running') {
        await this._report(task);
        continue;
      }
      const isCurrent = current?.taskId === task.id;
      const record = isCurrent ? recordOf(current.request) : null;
      if (isCurrent && record && record.bootId === context.bootId) {
        void this._followOwn(task, current.request, record, current.startedAt);
      } else {
        void this._follow(task);
      }
    }
  }

  /** Another tab has begun a change of this server's space; other servers' are ignored. */
  async join(begun: IBegun): Promise<void> {
    // One address may lead to one server after the other, so it says too little.
    const context = await this._options.context.get();
    const isOurs =
      begun.record.bootId === context.bootId &&
      begun.record.spaceName === ownSpace(context);
    if (
      isOurs &&
      !this._joined.has(begun.taskId) &&
      !this.running.has(begun.taskId)
    ) {
      this._joined.add(begun.taskId);
      const { taskId, record, startedAt } = begun;
      const own = this._own(taskId, record, startedAt, undefined);
      void own.begin(false);
    }
  }

  /** Start a change that waits for running cells without waiting. */
  async switchNow(running: IRunning): Promise<void> {
    const { store, tasks } = this._options;
    const current = await store.load<ICurrent>('current');
    if (current?.taskId !== running.task.id) {
      return;
    }
    await tasks.cancel(running.task.id);
    await running.own?.ended;
    const { request } = current;
    const spec = { ...request.spec, waitForCells: false };
    const clientToken = clientTokenFor(running.spaceName);
    await this._lab.saveAll();
    await this._start({ ...request, clientToken, spec });
  }

  private async _apply(proposal: Proposal): Promise<boolean> {
    const { trans, settings } = this._options;
    const { plan, executor, isOwn, choices, draft } = proposal;
    if (!plan || !executor) {
      return false;
    }
    const { name } = plan.space;
    const retry = () => this._events.propose(draft, isOwn ? undefined : name);
    try {
      if (isOwn && stopsApp(plan) && choices.saveAll) {
        await this._lab.saveAll();
      }
      const kernels = isOwn ? await this._lab.kernels() : { value: [] };
      const now = new Date();
      const record = makeRecord(plan, {
        executor: executor.kind,
        isOwn,
        bootId: proposal.bootId,
        alternative: proposal.alternative,
        kernels: kernels.value ?? [],
        studioUrl: proposal.studioUrl,
        now
      });
      const spec = composeSpec(plan, {
        executor: executor.kind,
        record,
        waitForCells: choices.waitForCells && !executor.cannotWait,
        machineArn: proposal.machineArn,
        schedulerRoleArn: settings().schedulerRoleArn,
        suffix: crypto.randomUUID().slice(0, 8),
        now,
        trans
      });
      await this._start({
        kind: 'change',
        clientToken: clientTokenFor(name),
        title: titleOf(plan.purpose, name, plan.draft.instanceType, trans),
        spec: spec as unknown as Record<string, unknown>
      });
      return true;
    } catch (error) {
      showStudioError(toStudioError(error), trans, {
        title: trans.__('Nothing was changed'),
        onRetry: retry
      });
      return false;
    }
  }

  private async _start(request: ITaskRequest): Promise<void> {
    const { store, tasks } = this._options;
    const task = await tasks.start(request);
    const record = recordOf(request);
    if (!record?.isOwn || record.purpose === 'start') {
      void this._follow(task);
      return;
    }
    const startedAt = Date.now();
    const current: ICurrent = { taskId: task.id, request, startedAt };
    await store.save('current', current);
    void this._followOwn(task, request, record, startedAt);
  }

  /** Follow a change of this server's own space, from its own page. */
  private async _followOwn(
    task: ITask,
    request: ITaskRequest,
    record: IChangeRecord,
    startedAt: number
  ): Promise<void> {
    const spec = request.spec as unknown as ISpaceChangeSpec;
    const own = this._own(task.id, record, startedAt, spec);
    const running: IRunning = { spaceName: record.spaceName, task, own };
    this.running.set(task.id, running);
    this._events.onActivity();
    const ended = await own.follow(task, changed => {
      running.task = changed;
      this._events.onActivity();
    });
    this.running.delete(task.id);
    this._events.onActivity();
    if (!ended) {
      return; // The server went away, as it should; the next page tells how it ended.
    }
    if (ended.state !== 'succeeded') {
      this._events.onRefused(record.draft, record.spaceName);
    }
    await this._report(ended);
  }

  /** Follow any other change in a notification: of another space, or being finished. */
  private async _follow(task: ITask): Promise<void> {
    const { tasks, trans } = this._options;
    const running: IRunning = { spaceName: changedSpace(task) ?? '', task };
    this.running.set(task.id, running);
    const words = (each: ITask) =>
      each.phase ? trans.__('%1: %2', each.title, each.phase) : each.title;
    const note = new ProgressNote(words(task), [
      {
        label: trans.__('Cancel'),
        callback: event => {
          event.preventDefault();
          tasks.cancel(task.id).catch(error =>
            showStudioError(toStudioError(error), trans, {
              title: trans.__('“%1” was not cancelled', task.title)
            })
          );
        }
      }
    ]);
    this._events.onActivity();
    try {
      const ended = await tasks.follow(task.id, changed => {
        running.task = changed;
        // The end is told by the report; an update may open what is being closed again.
        if (isUnfinished(changed)) {
          note.update(words(changed));
        }
        this._events.onActivity();
      });
      note.end();
      await this._report(ended);
    } catch (error) {
      note.end();
      showStudioError(toStudioError(error), trans, { title: task.title });
    } finally {
      this.running.delete(task.id);
      this._events.onActivity();
      this._events.onDone(running.spaceName);
    }
  }

  private _own(
    taskId: string,
    record: IChangeRecord,
    startedAt: number,
    spec: ISpaceChangeSpec | undefined
  ): OwnChange {
    return new OwnChange({
      ...this._options,
      taskId,
      record,
      startedAt,
      spec,
      lab: this._lab,
      history: this._history
    });
  }

  /** Tell how a task ended, and remember how long it took. */
  private async _report(task: ITask): Promise<void> {
    const { trans, locale, store } = this._options;
    const report = reportOf(task, { trans, locale });
    await this._remember(report);
    if (!report) {
      await this._forget(task.id);
      return;
    }
    await this._reporter.show(report);
    // Shown at most on two pages, even if nobody ever closes it.
    const shown = (await store.load<string[]>('shown')) ?? [];
    if (shown.includes(task.id)) {
      await this._forget(task.id);
    } else {
      await store.save('shown', [task.id, ...shown].slice(0, 20));
    }
  }

  private async _remember(report: IChangeReport | null): Promise<void> {
    if (report) {
      await this._history.add(report);
    }
    const { spaceName } = report?.record ?? {};
    if (spaceName) {
      this._events.onDone(spaceName);
    }
  }

  private async _forget(taskId: string): Promise<void> {
    if (this._forgotten.has(taskId)) {
      return;
    }
    this._forgotten.add(taskId);
    // If the server can't be told, it is only reported once more.
    await this._options.tasks.forget(taskId).catch(() => undefined);
  }

  private readonly _lab: LabFacts;
  private readonly _history: ChangeHistory;
  private readonly _reporter: ChangeReporter;
  private readonly _joined = new Set<string>();
  /** Tasks the server was told to forget: a report can be closed after its last showing. */
  private readonly _forgotten = new Set<string>();
}

function recordOf(request: ITaskRequest): IChangeRecord | null {
  const spec = request.spec as unknown as ISpaceChangeSpec;
  return spec.plan as unknown as IChangeRecord | null;
}
