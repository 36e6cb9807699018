// What is needed before the first click is small and has to be there; the rest is in `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { LazySection } from '../components/LazySection';
import { announcing } from '../components/showStudioError';
import { once } from '../core/once';
import {
  IResourceWatcher,
  ISageMakerGateway,
  ISpaceChanges,
  IStudioContext,
  IStudioSidebar,
  ITaskClient
} from '../tokens';
import { addRepositoryCommands } from './commands';

const PLUGIN_ID = 'jupyterlab-sagemaker-studio:repositories';
const SECTION_ID = 'jp-sagemaker-studio-repositories';

/** Git repositories that are suggested here: cloning, attaching, pulling. */
export const repositoriesPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description:
    'Shows the Git repositories SageMaker suggests, clones and attaches them.',
  autoStart: true,
  requires: [
    ISageMakerGateway,
    IStudioContext,
    IStudioSidebar,
    ITaskClient,
    IResourceWatcher,
    ISpaceChanges
  ],
  optional: [
    IFileBrowserFactory,
    IDefaultFileBrowser,
    ICommandPalette,
    ILauncher,
    ITranslator
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
  changes: ISpaceChanges,
  browsers: IFileBrowserFactory | null,
  browser: IDefaultFileBrowser | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  translator: ITranslator | null
): void {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const { serverSettings } = app.serviceManager;
  // A task may ask a person: every tab of this server puts its questions.
  const tabs =
    typeof BroadcastChannel === 'undefined'
      ? null
      : new BroadcastChannel(`${PLUGIN_ID}:${serverSettings.baseUrl}`);
  const views = once(
    announcing(async () => {
      const [{ RepositoriesViews }] = await Promise.all([
        import('./views'),
        import('../components/viewStyles')
      ]);
      return new RepositoriesViews({
        app,
        api: gateway.repositories,
        changes,
        context,
        tasks,
        watcher,
        browsers,
        browser,
        announce: taskId => tabs?.postMessage(taskId),
        trans,
        locale: language.languageCode
      });
    }, trans)
  );
  sidebar.addSection(
    new LazySection(SECTION_ID, trans.__('Repositories'), async () =>
      (await views()).section()
    ),
    { rank: 200, isFolded: true }
  );
  addRepositoryCommands({
    commands: app.commands,
    views,
    showRepositories: () => sidebar.reveal(SECTION_ID),
    palette,
    launcher,
    trans
  });
  if (tabs) {
    tabs.onmessage = ({ data }) =>
      void views().then(
        ({ git }) => git.watch(String(data)),
        () => undefined
      );
  }
  // Clones go on without a page.
  tasks.pickUp(
    ({ kind }) => kind === 'clone' || kind === 'pull',
    async found => (await views()).git.resume(found)
  );
}
