import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import { LazySection } from '../components/LazySection';
import { announcing, showLoadError } from '../components/showStudioError';
import { once } from '../core/once';
import { StudioStore } from '../core/store';
import type {
  IJobOptionsApi,
  IInstancesApi,
  IJobsApi,
  IResourceWatcher,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { JobsController } from './controller';
import { JobForms } from './forms';
import { JobsModel } from './model';
import { JobsSettings } from './settings';
import { Submissions } from './submissions';
import { JobTracker } from './tracker';
import type { JobsViews } from './views';

/** What notebook jobs are made from. */
export interface IAssemblyOptions {
  app: JupyterFrontEnd;
  api: IJobsApi;
  choices: IJobOptionsApi;
  instances: IInstancesApi;
  rendermime: IRenderMimeRegistry | null;
  context: IStudioContext;
  tasks: ITaskClient;
  watcher: IResourceWatcher;
  documents: IDocumentManager;
  tracker: INotebookTracker | null;
  database: IStateDB | null;
  translator: ITranslator;
}

/** The parts of notebook jobs that are there from the start. */
export interface IAssembledJobs {
  controller: JobsController;
  forms: JobForms;
  section: LazySection;
  settings: JobsSettings;
  submissions: Submissions;
  trans: TranslationBundle;
}

/** Tie models, notifications and the views that load later together; touches no network. */
export function assembleJobs(options: IAssemblyOptions): IAssembledJobs {
  const { app, api, context, tasks, translator, watcher } = options;
  const trans = translator.load('jupyterlab_sagemaker_studio');
  const locale = translator.languageCode;
  const store = new StudioStore(options.database, 'jobs');
  const settings = new JobsSettings();
  const submissions: Submissions = new Submissions({
    jobs: api,
    tasks,
    store,
    follow: async (task, note) =>
      (await notifier()).followSubmission(task, note)
  });
  const tracker = new JobTracker(store);
  const model = new JobsModel({ api, context, watcher, submissions, tracker });
  const views = once(async (): Promise<JobsViews> => {
    const [module] = await Promise.all([
      import('./views'),
      import('../components/viewStyles')
    ]);
    return new module.JobsViews({
      ...options,
      actions: controller,
      model,
      settings,
      store,
      trans,
      locale,
      parts: forms.parts,
      followDownload: async (task, job) =>
        (await notifier()).followDownload(task, job)
    });
  });
  const controller: JobsController = new JobsController({
    app,
    api,
    model,
    trans,
    views
  });
  const forms = new JobForms(controller.openForm);
  const notifier = once(async () => {
    const { JobsNotifier } = await import('./notifier');
    return new JobsNotifier({ tasks, actions: controller, trans, locale });
  });
  tracker.ended.connect((_, job) => {
    notifier().then(
      loaded => loaded.announceEnd(job),
      error => showLoadError(error, trans)
    );
  });
  const section = new LazySection(
    'jp-sagemaker-studio-jobs',
    trans.__('Notebook jobs'),
    announcing(async () => (await views()).list(), trans)
  );
  return { controller, forms, section, settings, submissions, trans };
}
