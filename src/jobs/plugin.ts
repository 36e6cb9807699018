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
  IJobExpectations,
  IJobForms,
  IResourceWatcher,
  ISageMakerGateway,
  IStudioContext,
  IStudioSidebar,
  ITaskClient
} from '../tokens';
// Models and commands have to be there at once; what is heavy loads with the first panel.
import { StudioStore } from '../core/store';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { assembleJobs } from './assembly';
import { JobExpectations } from './expectations';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { CommandIDs, addCommands, notifyCommandsChanged } from './commands';
import type { JobsController } from './controller';
import { hasOurButton, showNeighbourButton } from './neighbour';

const PLUGIN_ID = 'jupyterlab-sagemaker-studio:jobs';

/** What is known of schedules, told by whoever lists them. */
export const expectationsPlugin: JupyterFrontEndPlugin<IJobExpectations> = {
  id: 'jupyterlab-sagemaker-studio:job-expectations',
  description: 'Keeps which job definitions start notebook jobs by themselves.',
  autoStart: true,
  optional: [IStateDB],
  provides: IJobExpectations,
  activate: (_: JupyterFrontEnd, database: IStateDB | null) =>
    new JobExpectations(new StudioStore(database, 'expectations'))
};

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
    IDocumentManager,
    IJobExpectations
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
  expectations: IJobExpectations,
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
    expectations,
    tasks,
    watcher,
    documents,
    tracker,
    database,
    translator: translator ?? nullTranslator
  });
  const { controller, settings, trans } = jobs;
  sidebar.addSection(jobs.section, { rank: 400 });
  const { failures } = jobs;
  failures.changed.connect(() => {
    const count = failures.names.size;
    sidebar.setBadge(
      count,
      trans._n(
        '%1 failed notebook job not looked at',
        '%1 failed notebook jobs not looked at',
        count
      )
    );
  });
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
    hasToolbarButton: () => hasOurButton(settings.toolbarButton, app.commands)
  });
  labShell?.currentChanged.connect(() => notifyCommandsChanged(app.commands));
  settings.changed.connect(() => {
    showNeighbourButton(settings.toolbarButton);
    notifyCommandsChanged(app.commands);
  });
  showNeighbourButton(settings.toolbarButton);
  // Its defaults hold as long as the settings can't be read.
  registry?.load(PLUGIN_ID).then(
    loaded => settings.connect(loaded),
    () => undefined
  );
  if (restorer) {
    restore(restorer, controller);
  }
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
