// What is needed before the first click is small and has to be there; the rest is in `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { LazySection } from '../components/LazySection';
import { announcing } from '../components/showStudioError';
import { once } from '../core/once';
import { StudioStore } from '../core/store';
import {
  IResourceWatcher,
  ISageMakerGateway,
  ISpaceChanges,
  IStudioContext,
  IStudioSidebar,
  IVolumeWarnings
} from '../tokens';
import { CommandIDs, addFileSystemCommands } from './commands';

const PLUGIN_ID = 'jupyterlab-sagemaker-studio:filesystems';
const SECTION_ID = 'jp-sagemaker-studio-file-systems';

/** Warns before a volume is full; by itself, as other capabilities know of volumes, too. */
export const volumesPlugin: JupyterFrontEndPlugin<IVolumeWarnings> = {
  id: 'jupyterlab-sagemaker-studio:volumes',
  description: 'Warns once of each volume that is nearly full.',
  autoStart: true,
  optional: [ISettingRegistry, IStateDB, ITranslator],
  provides: IVolumeWarnings,
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    database: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const load = once(async () => {
      const { makeWarnings } = await import('./usage');
      return makeWarnings({
        loadSettings: async () => registry?.load(PLUGIN_ID),
        store: new StudioStore(database, 'filesystems'),
        show: () => void app.commands.execute(CommandIDs.showFileSystems),
        language: translator ?? nullTranslator
      });
    });
    return {
      check: async volumes => {
        // What can't be loaded is said by the panels.
        await load().then(
          warnings => warnings.check(volumes),
          () => undefined
        );
      }
    };
  }
};

/** File systems of the space: what is mounted, what could be, and why one is not. */
export const fileSystemsPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Shows, attaches and browses file systems of the space.',
  autoStart: true,
  requires: [
    ISageMakerGateway,
    IStudioContext,
    IStudioSidebar,
    ISpaceChanges,
    IResourceWatcher,
    IVolumeWarnings
  ],
  optional: [INotebookTracker, ICommandPalette, ITranslator],
  activate
};

function activate(
  app: JupyterFrontEnd,
  gateway: ISageMakerGateway,
  context: IStudioContext,
  sidebar: IStudioSidebar,
  changes: ISpaceChanges,
  watcher: IResourceWatcher,
  warnings: IVolumeWarnings,
  tracker: INotebookTracker | null,
  palette: ICommandPalette | null,
  translator: ITranslator | null
): void {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const show = () => sidebar.reveal(SECTION_ID);
  const load = once(async () => {
    const [{ FileSystemsViews }] = await Promise.all([
      import('./views'),
      import('../components/viewStyles')
    ]);
    return new FileSystemsViews({
      app,
      gateway,
      context,
      changes,
      watcher,
      tracker,
      warnings,
      trans,
      locale: language.languageCode
    });
  });
  const views = announcing(load, trans);
  sidebar.addSection(
    new LazySection(SECTION_ID, trans.__('File systems'), async () =>
      (await views()).section()
    ),
    { rank: 300, isFolded: true }
  );
  addFileSystemCommands({
    commands: app.commands,
    actions: async () => (await views()).actions,
    show,
    palette,
    trans
  });
}
