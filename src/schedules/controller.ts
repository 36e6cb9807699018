import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { studioIcon } from '../components/icons';
import { clip, showStudioError } from '../components/showStudioError';
import { StudioError, toStudioError } from '../core/errors';
import type {
  IJobDefinitionDetails,
  IJobForms,
  ISchedulesApi,
  ITrigger
} from '../tokens';
import type { IDefinitionActions } from './components/actions';
import type { DefinitionPanel, DefinitionsPanel } from './panel';
import type { SchedulesViews } from './views';

/** The open tabs, which JupyterLab brings back after a reload. */
export interface IDefinitionTrackers {
  lists: WidgetTracker<MainAreaWidget<DefinitionsPanel>>;
  details: WidgetTracker<MainAreaWidget<DefinitionPanel>>;
}

/** Opens the views of job definitions and carries out what is asked for in them. */
export class SchedulesController implements IDefinitionActions {
  constructor(private readonly _options: SchedulesController.IOptions) {}

  readonly openDefinitions = (): Promise<void> =>
    this._show(
      () => this._options.trackers.lists.find(() => true),
      views => this._addList(views)
    );

  readonly openDefinition = (id: string): Promise<void> =>
    this._show(
      () => this._detail(id),
      views => this._addDetail(views, id)
    );

  readonly openJob = async (name: string): Promise<void> => {
    await this._options.app.commands.execute('sagemaker-studio:open-job', {
      name
    });
  };

  readonly pause = (id: string): Promise<void> => this._setEnabled(id, false);

  readonly resume = (id: string): Promise<void> => this._setEnabled(id, true);

  readonly editSchedule = (id: string): Promise<void> => {
    const { api, trans } = this._options;
    const title = trans.__('The schedule was not changed');
    return this._try(id, title, async () => {
      const { definition, trigger } = await this._read(id);
      const { views } = this._options;
      const schedule = await views.askSchedule(definition, trigger);
      if (schedule) {
        await api.reschedule(definition, trigger, schedule);
        await this._changed(id);
      }
    });
  };

  readonly editAll = (id: string): Promise<void> => {
    const { forms, trans } = this._options;
    const title = trans.__('The job definition can’t be edited');
    return this._try(id, title, async () => {
      const { definition } = await this._read(id);
      if (!definition.job || !forms) {
        throw new StudioError({
          code: 'NotANotebookJob',
          message: trans.__(
            'The pipeline %1 does not consist of one notebook job.',
            id
          )
        });
      }
      await forms.open({
        path: definition.notebookPath,
        job: definition.job,
        definitionId: id
      });
    });
  };

  readonly runNow = (id: string): Promise<void> => {
    const { api, trans } = this._options;
    const title = trans.__('The job was not started');
    return this._try(id, title, async () => {
      const definition = await api.describe(id);
      const { views } = this._options;
      const values = await views.askRunValues(definition);
      if (values) {
        const name = await api.runNow(id, values);
        Notification.success(
          clip(trans.__('A job of “%1” was started', definition.displayName)),
          {
            autoClose: 8000,
            actions: [
              {
                label: trans.__('Show job'),
                callback: () => void this.openJob(name)
              }
            ]
          }
        );
        await this._changed(id);
      }
    });
  };

  readonly remove = (id: string): Promise<void> => {
    const { api, trans } = this._options;
    const title = trans.__('The job definition was not deleted');
    return this._try(id, title, async () => {
      const { definition, trigger } = await this._read(id);
      const { views } = this._options;
      if (await views.confirmRemove(definition, trigger)) {
        try {
          await api.remove(id, trigger?.kind ?? null);
        } catch (error) {
          // Part of it may be gone: show what is left.
          await this._changed(id);
          throw error;
        }
        views.model.drop(id);
        this._detail(id)?.close();
      }
    });
  };

  readonly refresh = async (): Promise<void> => {
    await this._options.views.model.refresh();
  };

  /** A definition was made or changed: show it as it is now. */
  readonly saved = (id: string): void => {
    void this.openDefinition(id).then(() => this._changed(id));
  };

  private _setEnabled(id: string, isEnabled: boolean): Promise<void> {
    const { api, trans } = this._options;
    const title = isEnabled
      ? trans.__('The job definition was not resumed')
      : trans.__('The job definition was not paused');
    return this._try(id, title, async () => {
      const found = await api.trigger(id);
      const trigger = known(found);
      if (!trigger) {
        await this._changed(id);
        throw new StudioError({
          code: 'ScheduleMissing',
          message: trans.__(
            'Its schedule was deleted. Choose “Change the schedule” to give it a new one.'
          )
        });
      }
      await api.setEnabled(id, trigger.kind, isEnabled);
      await this._changed(id);
    });
  }

  /** A definition and its schedule as they are now, read together. */
  private async _read(
    id: string
  ): Promise<{ definition: IJobDefinitionDetails; trigger: ITrigger | null }> {
    const { api } = this._options;
    const [definition, trigger] = await Promise.all([
      api.describe(id),
      api.trigger(id)
    ]);
    return { definition, trigger: known(trigger) };
  }

  /** Read anew what is open. */
  private async _changed(id: string): Promise<void> {
    const { model } = this._options.views;
    await Promise.all([
      model.readTrigger(id).catch(() => undefined),
      model.refreshJobs(),
      this._detail(id)?.content.model.refresh()
    ]);
  }

  private _detail(id: string): MainAreaWidget<DefinitionPanel> | undefined {
    return this._options.trackers.details.find(
      each => each.content.model.id === id
    );
  }

  /** Bring what is open to the front, or open it. */
  private async _show(
    find: () => MainAreaWidget | undefined,
    add: (views: SchedulesViews) => MainAreaWidget
  ): Promise<void> {
    const { app, views } = this._options;
    app.shell.activateById((find() ?? add(views)).id);
  }

  private _addList(views: SchedulesViews): MainAreaWidget {
    const widget = new MainAreaWidget({ content: views.table() });
    widget.id = 'jp-sagemaker-studio-job-definitions';
    this._add(widget, this._options.trans.__('Job definitions'));
    void this._options.trackers.lists.add(widget);
    return widget;
  }

  private _addDetail(views: SchedulesViews, id: string): MainAreaWidget {
    const widget = new MainAreaWidget({ content: views.detail(id) });
    const { model } = widget.content;
    widget.id = `jp-sagemaker-studio-job-definition-${id}`;
    widget.title.caption = id;
    this._add(widget, views.model.find(id)?.displayName ?? id);
    model.changed.connect(() => {
      widget.title.label = model.definition?.displayName ?? widget.title.label;
    });
    void this._options.trackers.details.add(widget);
    return widget;
  }

  private _add(widget: MainAreaWidget, label: string): void {
    widget.title.label = label;
    widget.title.icon = studioIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    this._options.app.shell.add(widget, 'main', { type: 'SageMaker Studio' });
  }

  private async _try(
    id: string,
    title: string,
    act: () => Promise<void>
  ): Promise<void> {
    const { trans, views } = this._options;
    if (this._busy.has(id)) {
      return; // the second click on the same button
    }
    this._busy.add(id);
    try {
      await act();
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (error.code === 'DefinitionMissing') {
        // Deleted in another tab or by AWS's own scheduler.
        views.model.drop(id);
        this._detail(id)?.content.model.drop();
      }
      showStudioError(error, trans, { title });
      await views.explain(error);
    } finally {
      this._busy.delete(id);
    }
  }

  private readonly _busy = new Set<string>();
}

/** What is known, or the error why it isn't. */
function known(
  found: Awaited<ReturnType<ISchedulesApi['trigger']>>
): ITrigger | null {
  if ('reason' in found) {
    throw found.error ?? new Error(found.reason);
  }
  return found.value;
}

export namespace SchedulesController {
  export interface IOptions {
    app: JupyterFrontEnd;
    api: ISchedulesApi;
    forms: IJobForms | null;
    trans: TranslationBundle;
    trackers: IDefinitionTrackers;
    views: SchedulesViews;
  }
}
