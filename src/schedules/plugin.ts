// What is needed before the first click is small and has to be there; the rest is in `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { announcing } from '../components/showStudioError';
import { once } from '../core/once';
import {
  IJobExpectations,
  IJobForms,
  IResourceWatcher,
  ISageMakerGateway,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { CommandIDs, TOKEN_PREFIX, addScheduleCommands } from './commands';
import type { IDefinitionTrackers } from './controller';

/** Notebooks that run on a schedule: list, detail, and the job form's “When”. */
export const schedulesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-sagemaker-studio:schedules',
  description: 'Runs notebooks on a schedule and shows their definitions.',
  autoStart: true,
  requires: [ISageMakerGateway, IStudioContext, ITaskClient, IResourceWatcher],
  optional: [
    IJobForms,
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    ITranslator,
    IJobExpectations
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  gateway: ISageMakerGateway,
  context: IStudioContext,
  tasks: ITaskClient,
  watcher: IResourceWatcher,
  forms: IJobForms | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  restorer: ILayoutRestorer | null,
  translator: ITranslator | null,
  expectations: IJobExpectations | null
): void {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const trackers: IDefinitionTrackers = {
    lists: new WidgetTracker({ namespace: 'sagemaker-studio-job-definitions' }),
    details: new WidgetTracker({ namespace: 'sagemaker-studio-job-definition' })
  };
  const load = once(async () => {
    const [{ SchedulesViews }] = await Promise.all([
      import('./views'),
      import('../components/viewStyles')
    ]);
    return new SchedulesViews({
      app,
      forms,
      trackers,
      gateway,
      context,
      expectations,
      tasks,
      watcher,
      trans,
      locale: language.languageCode
    });
  });
  const views = announcing(load, trans);
  addScheduleCommands({
    commands: app.commands,
    actions: async () => (await views()).actions,
    palette,
    launcher,
    trans
  });
  forms?.setPart('when', async host => (await views()).when(host));
  // One that was saved while no page was open is told of; what can't be listed, the panels say.
  tasks.pickUp(
    ({ clientToken }) => clientToken.startsWith(TOKEN_PREFIX),
    async found => (await views()).resume(found)
  );
  if (restorer) {
    void restorer.restore(trackers.lists, {
      command: CommandIDs.openDefinitions,
      name: () => 'job-definitions'
    });
    void restorer.restore(trackers.details, {
      command: CommandIDs.openDefinition,
      args: widget => ({ id: widget.content.model.id }),
      name: widget => widget.content.model.id
    });
  }
}
