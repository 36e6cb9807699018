import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IStateDB } from '@jupyterlab/statedb';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import { LazySection } from '../components/LazySection';
import { showStudioError } from '../components/showStudioError';
import { toStudioError } from '../core/errors';
import { StudioStore } from '../core/store';
import type {
  IJobsApi,
  IResourceWatcher,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { JobsController } from './controller';
import { JobsModel } from './model';
import { JobsNotifier } from './notifier';
import { JobsSettings } from './settings';
import { Submissions } from './submissions';
import { JobTracker } from './tracker';
import type { JobsViews } from './views';

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

/** The parts of notebook jobs that are there from the start. */
export interface IAssembledJobs {
  controller: JobsController;
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
    follow: (task, note) => notifier.followSubmission(task, note)
  });
  const tracker = new JobTracker(store);
  const model = new JobsModel({ api, context, watcher, submissions, tracker });
  let loading: Promise<JobsViews> | undefined;
  const loadViews = async (): Promise<JobsViews> => {
    const module = await import('./views');
    return new module.JobsViews({
      ...options,
      actions: controller,
      model,
      settings,
      store,
      trans,
      locale,
      followDownload: (task, job) => notifier.followDownload(task, job)
    });
  };
  const views = () =>
    (loading ??= loadViews().catch(error => {
      loading = undefined;
      throw error;
    }));
  const controller: JobsController = new JobsController({
    app,
    api,
    model,
    trans,
    views
  });
  const notifier: JobsNotifier = new JobsNotifier({
    tasks,
    actions: controller,
    trans,
    locale
  });
  tracker.ended.connect((_, job) => notifier.announceEnd(job));
  const section = new LazySection(
    'jp-sagemaker-studio-jobs',
    trans.__('Notebook jobs'),
    async () => {
      try {
        return (await views()).list();
      } catch (error) {
        showStudioError(toStudioError(error), trans);
        throw error;
      }
    }
  );
  return { controller, section, settings, submissions, trans };
}
