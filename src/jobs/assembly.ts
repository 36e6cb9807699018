import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IStateDB } from '@jupyterlab/statedb';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';

import type {
  IJobsApi,
  IResourceWatcher,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { JobsController } from './controller';
import { listKernels } from './kernels';
import { JobsModel } from './model';
import { NotebookSource } from './notebook';
import { JobsNotifier } from './notifier';
import { OutputOpener } from './opener';
import { JobsSection } from './panel';
import { JobsSettings } from './settings';
import { JobsStore } from './store';
import { Submissions } from './submissions';
import { JobTracker } from './tracker';

/** What notebook jobs are made from. */
export interface IAssemblyOptions {
  app: JupyterFrontEnd;
  api: IJobsApi;
  context: IStudioContext;
  tasks: ITaskClient;
  watcher: IResourceWatcher;
  documents: IDocumentManager;
  tracker: INotebookTracker | null;
  database: IStateDB | null;
  translator: ITranslator;
}

/** The models and views of notebook jobs, tied together. */
export interface IAssembledJobs {
  controller: JobsController;
  notebooks: NotebookSource;
  section: JobsSection;
  settings: JobsSettings;
  submissions: Submissions;
  trans: TranslationBundle;
}

/** Make everything notebook jobs consist of; touches no network. */
export function assembleJobs(options: IAssemblyOptions): IAssembledJobs {
  const { app, api, documents, tasks, tracker, translator, watcher } = options;
  const trans = translator.load('jupyterlab_sagemaker_studio');
  const locale = translator.languageCode;
  const { contents, kernelspecs } = app.serviceManager;
  const store = new JobsStore(options.database);
  const settings = new JobsSettings();
  const notebooks = new NotebookSource({ contents, documents, tracker, trans });
  const submissions = new Submissions({
    jobs: api,
    tasks,
    store,
    follow: (task, note) => notifier.followSubmission(task, note)
  });
  const model = new JobsModel({
    api,
    context: options.context,
    watcher,
    submissions,
    tracker: new JobTracker(store)
  });
  const opener = new OutputOpener({
    contents,
    documents,
    tasks,
    trans,
    folder: () => settings.outputFolder,
    exists: async job => (await api.output(job)) !== null,
    follow: (task, job) => notifier.followDownload(task, job)
  });
  const controller = new JobsController({
    app,
    api,
    documents,
    model,
    notebooks,
    opener,
    store,
    watcher,
    trans,
    locale,
    icon: notebookIcon,
    defaults: () => settings.defaults,
    kernels: () => listKernels(kernelspecs)
  });
  const panelOptions = { actions: controller, trans, locale };
  const notifier: JobsNotifier = new JobsNotifier({ tasks, ...panelOptions });
  model.tracker.ended.connect((_, job) => notifier.announceEnd(job));
  const section = new JobsSection(model, panelOptions);
  return { controller, notebooks, section, settings, submissions, trans };
}
