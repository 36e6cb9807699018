import { showStudioError } from '../../components/showStudioError';
import { toStudioError } from '../../core/errors';
import type { ISpaceChangeSpec, ITask } from '../../tokens';
import type { IChangeOptions } from './controller';
import type { LabFacts } from './facts';
import type { ChangeHistory } from './history';
import { ProgressNote } from './note';
import { ProgressOverlay, reloadPage } from './overlay';
import { probe } from './probe';
import type { IChangeRecord } from './record';
import { ChangeWatcher } from './watcher';

/** How the server calls its two phases that are no steps; see `tasks` in the server part. */
const WAITING = /^Waiting for running cells/;
const STOPPING = /^SageMaker is stopping/;

/** What an {@link OwnChange} is made of. */
export interface IOwnChangeOptions extends IChangeOptions {
  taskId: string;
  record: IChangeRecord;
  startedAt: number;
  /** The task's spec, on the page that started it. */
  spec: ISpaceChangeSpec | undefined;
  lab: LabFacts;
  history: ChangeHistory;
}

/** Whether a task waits for running cells, and can be given up. */
export function isWaiting(task: ITask): boolean {
  return (
    task.state === 'queued' ||
    (task.state === 'running' && WAITING.test(task.phase))
  );
}

/** A change of this server's own space, on the page it began on or on another tab. */
export class OwnChange {
  constructor(private readonly _options: IOwnChangeOptions) {
    this.ended = new Promise(resolve => (this._end = resolve));
  }

  /** Resolves when the task has ended, or its server is gone. */
  readonly ended: Promise<void>;

  /**
   * Follow the task: in a notification while it waits, then in the full window.
   *
   * @returns the task, if it ended on the server it began on; else null.
   */
  async follow(
    task: ITask,
    onChange: (task: ITask) => void
  ): Promise<ITask | null> {
    const { tasks } = this._options;
    const take = (changed: ITask) => {
      onChange(changed);
      this._take(changed);
    };
    take(task);
    try {
      const ended = await tasks.follow(task.id, take);
      return await this._settle(ended);
    } catch {
      // It can't be followed any more: signed out, or forgotten by another tab. The watcher sees.
      return null;
    } finally {
      this._note?.end();
      this._end();
    }
  }

  /**
   * Cover the window and watch the server go.
   *
   * @param isFirst - whether the change began on this page, so the other tabs are to be told.
   */
  async begin(isFirst: boolean): Promise<void> {
    if (this._watcher) {
      return;
    }
    const { app, channel, gateway, lab, poller, trans, locale } = this._options;
    const { taskId, record, startedAt, history } = this._options;
    const watcher = new ChangeWatcher({
      taskId,
      record,
      startedAt,
      settings: app.serviceManager.serverSettings,
      spaces: gateway.spaces,
      channel
    });
    this._watcher = watcher;
    if (isFirst) {
      channel.announce({ taskId, record, startedAt });
    }
    const usual = await history.usual(record.executor);
    this._overlay = new ProgressOverlay({
      app,
      watcher,
      poller,
      lab,
      usual,
      cancel: isFirst ? () => void this._cancel() : undefined,
      reload: reloadPage,
      trans,
      locale
    });
    watcher.changed.connect(() => {
      if (watcher.state.phase === 'refused') {
        this._uncover();
      }
    });
    if (!this._isOver) {
      this._overlay.cover();
    }
    // Cells may have written since the documents were saved. What fails shows when it is back.
    await lab.saveAll().catch(() => undefined);
  }

  private _take(task: ITask): void {
    const { spec } = this._options;
    if (isWaiting(task)) {
      this._wait(task);
      return;
    }
    if (task.state !== 'running') {
      return;
    }
    const step = spec?.steps.find(({ title }) => title === task.phase);
    const isHandedOver = STOPPING.test(task.phase) || !!step?.isHandOver;
    if (spec?.waitForCells && !step && !isHandedOver) {
      return; // It is only being checked before it waits.
    }
    this._note?.end();
    this._note = undefined;
    void this.begin(true);
    this._watcher?.tell({
      kind: 'step',
      at: Date.now(),
      step: task.phase,
      isHandedOver
    });
  }

  private _wait(task: ITask): void {
    const { trans, switchNow } = this._options;
    const message = trans.__('%1: %2', task.title, task.phase);
    if (this._note) {
      this._note.update(message);
      return;
    }
    this._note = new ProgressNote(message, [
      { label: trans.__('Switch now'), callback: () => switchNow() },
      { label: trans.__('Cancel'), callback: () => void this._cancel() }
    ]);
  }

  /** What the end of the task means: that nothing came of it, if the old server tells of it. */
  private async _settle(task: ITask): Promise<ITask | null> {
    const { app, record } = this._options;
    if (task.state === 'cancelled') {
      this._refuse();
      return task;
    }
    const answer = await probe(app.serviceManager.serverSettings);
    if (answer.kind === 'answer' && answer.bootId === record.bootId) {
      this._refuse();
      return task;
    }
    return null;
  }

  private _refuse(): void {
    this._isOver = true;
    this._watcher?.tell({ kind: 'refused', at: Date.now() });
    this._uncover();
  }

  private _uncover(): void {
    this._overlay?.dispose();
    this._watcher?.dispose();
  }

  private async _cancel(): Promise<void> {
    const { tasks, taskId, trans } = this._options;
    try {
      await tasks.cancel(taskId);
    } catch (error) {
      showStudioError(toStudioError(error), trans, {
        title: trans.__('The change was not cancelled')
      });
    }
  }

  private _watcher: ChangeWatcher | undefined;
  private _overlay: ProgressOverlay | undefined;
  private _note: ProgressNote | undefined;
  private _isOver = false;
  private _end: () => void = () => undefined;
}
