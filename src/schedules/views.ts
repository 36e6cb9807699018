import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from '../core/errors';
import type {
  IJobDefinitionDetails,
  IRunValues,
  IJobFormHost,
  IJobExpectations,
  IJobFormPart,
  IJobForms,
  IResourceWatcher,
  ISageMakerGateway,
  ISchedule,
  IStudioContext,
  ITask,
  ITaskClient,
  ITrigger
} from '../tokens';
import { TOKEN_PREFIX } from './commands';
import { isTrustMissing } from './components/TrustHelp';
import { SchedulesController } from './controller';
import type { IDefinitionTrackers } from './controller';
import { DefinitionModel } from './detailModel';
import { askSchedule, confirmRemove, showTrustHelp } from './dialogs';
import { DefinitionsModel } from './model';
import { NotebookFiles } from './notebookFile';
import { DefinitionPanel, DefinitionsPanel } from './panel';
import type { IPanelOptions } from './panel';
import { askRunValues } from './runNowDialog';
import { WhenPart, followDefinition } from './whenPart';

/** Models, panels and dialogs of job definitions; loaded on first use. */
export class SchedulesViews {
  constructor(private readonly _options: SchedulesViews.IOptions) {
    const { app, gateway } = _options;
    this._notebooks = new NotebookFiles(app.serviceManager.contents);
    this.model = new DefinitionsModel({
      ..._options,
      api: gateway.schedules,
      jobs: gateway.jobs
    });
    this.actions = new SchedulesController({
      ..._options,
      api: gateway.schedules,
      views: this
    });
    this._panelOptions = { ..._options, actions: this.actions };
  }

  readonly model: DefinitionsModel;
  readonly actions: SchedulesController;

  /** The table of all definitions. */
  table(): DefinitionsPanel {
    return new DefinitionsPanel(this.model, this._panelOptions);
  }

  /** One definition by its id. */
  detail(id: string): DefinitionPanel {
    const { gateway, watcher } = this._options;
    const model = new DefinitionModel({
      id,
      api: gateway.schedules,
      jobs: gateway.jobs,
      notebooks: this._notebooks,
      watcher
    });
    return new DefinitionPanel(model, this._panelOptions);
  }

  /** The part of a job form that says when. */
  async when(host: IJobFormHost): Promise<IJobFormPart> {
    const { gateway, tasks, trans, locale } = this._options;
    const api = gateway.schedules;
    const id = host.definitionId;
    const edited = id
      ? { definition: await api.describe(id), trigger: await this._trigger(id) }
      : undefined;
    return new WhenPart({
      host,
      edited,
      api,
      jobs: gateway.jobs,
      tasks,
      notebooks: this._notebooks,
      follow: (task, definitionId) => this._follow(task, definitionId),
      saved: this.actions.saved,
      trans,
      locale
    });
  }

  /** Follow what an earlier page has begun, or left to be told. */
  resume(found: ITask[]): void {
    for (const task of found) {
      const id = task.clientToken.slice(TOKEN_PREFIX.length);
      this._follow(task, id).catch(() => undefined); // told in its notification
    }
  }

  askSchedule(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null
  ): Promise<ISchedule | null> {
    const { trans, locale } = this._options;
    return askSchedule({ definition, trigger, trans, locale });
  }

  askRunValues(definition: IJobDefinitionDetails): Promise<IRunValues | null> {
    return askRunValues(definition, this._options.trans);
  }

  confirmRemove(
    definition: IJobDefinitionDetails,
    trigger: ITrigger | null
  ): Promise<boolean> {
    return confirmRemove(definition, trigger, this._options.trans);
  }

  /** Help with an error, where there is more to say than its card does. */
  async explain(error: StudioError): Promise<void> {
    if (isTrustMissing(error)) {
      await showTrustHelp(this._options.trans);
    }
  }

  private async _trigger(id: string): Promise<ITrigger | null> {
    const found = await this._options.gateway.schedules.trigger(id);
    if ('reason' in found) {
      throw found.error ?? new Error(found.reason);
    }
    return found.value;
  }

  private _follow(task: ITask, id: string): Promise<ITask> {
    const { tasks, trans, locale } = this._options;
    return followDefinition(tasks, task, {
      trans,
      locale,
      open: () => void this.actions.openDefinition(id)
    });
  }

  private readonly _notebooks: NotebookFiles;
  private readonly _panelOptions: IPanelOptions;
}

export namespace SchedulesViews {
  export interface IOptions {
    app: JupyterFrontEnd;
    forms: IJobForms | null;
    trackers: IDefinitionTrackers;
    gateway: ISageMakerGateway;
    context: IStudioContext;
    /** Told which definitions start jobs by themselves. */
    expectations: IJobExpectations | null;
    tasks: ITaskClient;
    watcher: IResourceWatcher;
    trans: TranslationBundle;
    locale?: string;
  }
}
