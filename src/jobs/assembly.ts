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
  IJobExpectations,
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  IStudioContext,
  ITaskClient
} from '../tokens';
import { JobsController } from './controller';
import { JobForms } from './forms';
import { UnseenFailures } from './failures';
import { Lookout } from './lookout';
import { JobsModel } from './model';
import { JobsSettings } from './settings';
import { Submissions, isSubmission } from './submissions';
import { sourceOf } from './sources';
import { claim } from './told';
import { JobTracker, hasTimedOut } from './tracker';
import type { JobsViews } from './views';

/** What notebook jobs are made from. */
export interface IAssemblyOptions {
  app: JupyterFrontEnd;
  api: IJobsApi;
  expectations: IJobExpectations;
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
  failures: UnseenFailures;
  lookout: Lookout;
  forms: JobForms;
  section: LazySection;
  settings: JobsSettings;
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
      onLooked: () => failures.see(),
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
  const failures = new UnseenFailures(store, () => model.isSeen);
  const announce = async (job: INotebookJob): Promise<void> => {
    // A sweep tells of its end as a whole.
    if (sourceOf(job) !== 'sweep' && (await claim(job.name))) {
      (await notifier()).announceEnd(job);
    }
  };
  tracker.ended.connect((_, job) => {
    if (job.status === 'Failed' || hasTimedOut(job)) {
      failures.add(job.name);
    }
    announce(job).catch(error => showLoadError(error, trans));
  });
  const lookout = new Lookout({
    jobs: model,
    watcher,
    expectations: options.expectations,
    isWanted: () => settings.backgroundCheck
  });
  controller.details.currentChanged.connect((_, detail) =>
    failures.see(detail?.content.model.name ?? '')
  );
  // Not before the forms are back: one of them may belong to a task that ended meanwhile.
  tasks.pickUp(isSubmission, found => submissions.resume(found));
  const section = new LazySection(
    'jp-sagemaker-studio-jobs',
    trans.__('Notebook jobs'),
    announcing(async () => (await views()).list(), trans)
  );
  return {
    controller,
    failures,
    forms,
    lookout,
    section,
    settings,
    trans
  };
}
