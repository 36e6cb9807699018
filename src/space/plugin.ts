// What is needed before the first click is small and has to be there; the rest is in the models and `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import {
  IRunningSessionManagers,
  IRunningSessionSidebar
} from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { LazySection } from '../components/LazySection';
import { announcing } from '../components/showStudioError';
import { field } from '../core/context';
import { once } from '../core/once';
import { whenIdle } from '../core/page';
import { StudioStore } from '../core/store';
import {
  IResourceWatcher,
  ISageMakerGateway,
  ISpaceChanges,
  IStudioContext,
  IStudioSidebar,
  ITaskClient,
  IVolumeWarnings
} from '../tokens';
import { ChangeChannel } from './change/channel';
import { ChangeController } from './change/controller';
import { CommandIDs, addSpaceCommands } from './commands';
import { CachedInstances } from './instances';
import { loadInstanceFacts } from './instanceTypes';
import { LocalSpaceApi } from './local';
import type { CataloguePanel } from './panel';
import { RunningSpaces } from './running';
import { SpaceSettings } from './settings';
import { StatusItem } from './statusItem';

const PLUGIN_ID = 'jupyterlab-sagemaker-studio:space';
const SECTION_ID = 'jp-sagemaker-studio-space';

/** The space this JupyterLab runs in, its instance, and the person's other spaces. */
export const spacePlugin: JupyterFrontEndPlugin<ISpaceChanges> = {
  id: PLUGIN_ID,
  description:
    'Shows the SageMaker space, what it costs, and changes its instance.',
  autoStart: true,
  requires: [
    ISageMakerGateway,
    IStudioContext,
    IStudioSidebar,
    ITaskClient,
    IResourceWatcher,
    IDocumentManager
  ],
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    IStatusBar,
    IRunningSessionManagers,
    IRunningSessionSidebar,
    ISettingRegistry,
    IStateDB,
    ITranslator,
    IVolumeWarnings
  ],
  provides: ISpaceChanges,
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
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  statusBar: IStatusBar | null,
  runningManagers: IRunningSessionManagers | null,
  runningSidebar: IRunningSessionSidebar | null,
  registry: ISettingRegistry | null,
  database: IStateDB | null,
  translator: ITranslator | null,
  warnings: IVolumeWarnings | null
): ISpaceChanges {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const locale = language.languageCode;
  const { commands } = app;
  const store = new StudioStore(database, 'space');
  const settings = new SpaceSettings();
  const local = new LocalSpaceApi(app.serviceManager.serverSettings);
  const instances = new CachedInstances(gateway.instances, store, async () =>
    field(await context.get(), 'region')
  );
  const catalogues = new WidgetTracker<MainAreaWidget<CataloguePanel>>({
    namespace: 'sagemaker-studio-instance-catalogue'
  });
  const common = { app, context, tasks, documents, local, trans, locale };
  const changes = new ChangeController({
    ...common,
    gateway: {
      fileSystems: gateway.fileSystems,
      spaces: gateway.spaces,
      stateMachines: gateway.stateMachines,
      instances
    },
    poller: watcher,
    store,
    settings: () => settings.change,
    instanceFacts: loadInstanceFacts,
    // Several servers may share an origin, e.g. behind JupyterHub.
    channel: new ChangeChannel(
      `jupyterlab-sagemaker-studio:${app.serviceManager.serverSettings.baseUrl}`
    )
  });
  const item = new StatusItem({
    commands,
    isWanted: () => settings.statusBar,
    trans,
    locale
  });
  // A space was started, stopped or changed; the models below read anew after this.
  changes.done.connect(() => instances.forget());
  const model = once(async () => {
    const { SpaceModel } = await import('./model');
    const { spaces } = gateway;
    const facts = { instances, instanceFacts: loadInstanceFacts };
    const loaded = new SpaceModel({
      context,
      spaces,
      local,
      watcher,
      ...facts
    });
    changes.done.connect(() => void loaded.refreshIfSeen());
    item.connect(loaded, changes);
    loaded.changed.connect(({ facts }) => {
      const home = facts?.local.value?.home.value;
      if (home) {
        const name = trans.__('Home folder');
        void warnings?.check([{ key: 'home', name, ...home }]);
      }
    });
    return loaded;
  });
  const list = once(async () => {
    const { SpacesModel } = await import('./spacesModel');
    const loaded = new SpacesModel({ context, api: gateway.spaces, watcher });
    changes.done.connect(() => void loaded.refreshIfSeen());
    runningSpaces.connect(loaded);
    return loaded;
  });
  const views = once(async () => {
    const [{ SpaceViews }, ownSpace, spacesList] = await Promise.all([
      import('./views'),
      model(),
      list(),
      import('../components/viewStyles')
    ]);
    return new SpaceViews({
      ...common,
      spaces: gateway.spaces,
      model: ownSpace,
      list: spacesList,
      instances,
      settings,
      changes,
      catalogues
    });
  });
  const actions = async () => (await views()).actions;
  const runningSpaces = new RunningSpaces({
    panel: runningSidebar instanceof Widget ? runningSidebar : null,
    load: list,
    actions,
    trans
  });

  sidebar.addSection(
    new LazySection(
      SECTION_ID,
      trans.__('Space'),
      announcing(async () => (await views()).section(), trans)
    ),
    { rank: 100 }
  );
  addSpaceCommands({
    commands,
    actions,
    showSpace: () => sidebar.reveal(SECTION_ID),
    palette,
    trans
  });
  statusBar?.registerStatusItem(PLUGIN_ID, {
    item,
    align: 'right',
    rank: 100,
    isActive: () => item.isActive,
    activeStateChanged: item.activeChanged
  });
  runningManagers?.add(runningSpaces);
  void restorer?.restore(catalogues, {
    command: CommandIDs.openCatalogue,
    name: () => 'instance-catalogue'
  });

  // What a status bar shows is not worth slowing the page down for.
  const idle = app.restored.then(whenIdle);
  tasks.pickUp(
    ({ kind }) => kind === 'change',
    found => changes.resume(found)
  );
  const showStatus = async () => {
    item.refresh();
    await idle;
    if (settings.statusBar && statusBar) {
      // A missing server part is said in the panel, once it is opened.
      await (await model()).refreshIfStale();
    }
  };
  settings.changed.connect(() => void showStatus().catch(() => undefined));
  // Its defaults hold as long as the settings can't be read.
  void Promise.resolve(registry?.load(PLUGIN_ID))
    .then(loaded => (loaded ? settings.connect(loaded) : showStatus()))
    .catch(() => showStatus())
    .catch(() => undefined);
  return changes;
}
