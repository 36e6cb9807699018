import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  IJobForms,
  IResourceWatcher,
  ISageMakerGateway,
  IStudioContext,
  IStudioSidebar,
  ITaskClient
} from '../tokens';
// Models and commands have to be there at once; what is heavy loads with the first panel.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { assembleJobs } from './assembly';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { CommandIDs, addCommands, notifyCommandsChanged } from './commands';
import type { JobsController } from './controller';

const PLUGIN_ID = 'jupyterlab-sagemaker-studio:jobs';

/** Notebook jobs: form, list, detail, commands. */
export const jobsPlugin: JupyterFrontEndPlugin<IJobForms> = {
  id: PLUGIN_ID,
  description: 'Runs notebooks as SageMaker jobs and shows them.',
  autoStart: true,
  provides: IJobForms,
  requires: [
    ISageMakerGateway,
    IStudioContext,
    IStudioSidebar,
    ITaskClient,
    IResourceWatcher,
    IDocumentManager
  ],
  optional: [
    INotebookTracker,
    IFileBrowserFactory,
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    ILabShell,
    ISettingRegistry,
    IStateDB,
    ITranslator,
    IRenderMimeRegistry
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  gateway: ISageMakerGateway,
  context: IStudioContext,
  sidebar: IStudioSidebar,
  tasks: ITaskClient,
  watcher: IResourceWatcher,
  documents: IDocumentManager,
  tracker: INotebookTracker | null,
  browsers: IFileBrowserFactory | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  restorer: ILayoutRestorer | null,
  labShell: ILabShell | null,
  registry: ISettingRegistry | null,
  database: IStateDB | null,
  translator: ITranslator | null,
  rendermime: IRenderMimeRegistry | null
): IJobForms {
  const jobs = assembleJobs({
    app,
    api: gateway.jobs,
    choices: gateway.jobOptions,
    instances: gateway.instances,
    rendermime,
    context,
    tasks,
    watcher,
    documents,
    tracker,
    database,
    translator: translator ?? nullTranslator
  });
  const { controller, settings, trans } = jobs;
  sidebar.addSection(jobs.section, { rank: 400 });
  addCommands({
    commands: app.commands,
    controller,
    trans,
    tracker,
    browsers,
    palette,
    launcher,
    isNotebookCurrent: () =>
      !!tracker?.currentWidget &&
      tracker.currentWidget === app.shell.currentWidget,
    hasToolbarButton: () => settings.toolbarButton
  });
  labShell?.currentChanged.connect(() => notifyCommandsChanged(app.commands));
  settings.changed.connect(() => notifyCommandsChanged(app.commands));
  // Its defaults hold as long as the settings can't be read.
  registry?.load(PLUGIN_ID).then(
    loaded => settings.connect(loaded),
    () => undefined
  );
  if (restorer) {
    restore(restorer, controller);
  }
  // Not before the forms are back: one of them may belong to a task that ended
  // meanwhile. A missing server part is said in the panels, once they are opened.
  void app.restored
    .then(() => jobs.submissions.resume())
    .catch(() => undefined);
  return jobs.forms;
}

function restore(restorer: ILayoutRestorer, controller: JobsController): void {
  void restorer.restore(controller.lists, {
    command: CommandIDs.openJobs,
    name: () => 'jobs'
  });
  void restorer.restore(controller.details, {
    command: CommandIDs.openJob,
    args: widget => ({ name: widget.content.model.name }),
    name: widget => widget.content.model.name
  });
  void restorer.restore(controller.forms, {
    command: CommandIDs.runAsJob,
    args: ({ content: { model } }) => ({
      path: model.notebookPath,
      ...(model.job && { job: model.job.name }),
      ...(model.definitionId && { definition: model.definitionId })
    }),
    name: widget => widget.content.model.key
  });
}
