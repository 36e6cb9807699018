// The services below are handed out when activated, so their few kB must be there; what is large is
// loaded on first use.
/* eslint-disable jupyter/prefer-lazy-imports */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { gatewayLoaders } from '../aws';
import {
  IResourceWatcher,
  ISageMakerGateway,
  IStudioContext,
  IStudioSidebar,
  ITaskClient
} from '../tokens';
import { StudioContext } from './context';
import { LazyGateway } from './gateway';
import { whenIdle } from './page';
import { StudioSidebar } from './sidebar';
import { TaskClient } from './tasks';
import { ResourceWatcher } from './watcher';

const context: JupyterFrontEndPlugin<IStudioContext> = {
  id: 'jupyterlab-sagemaker-studio:context',
  description: 'Knows where this JupyterLab runs: mode, region, domain, space.',
  autoStart: true,
  provides: IStudioContext,
  activate: (app: JupyterFrontEnd) =>
    new StudioContext(app.serviceManager.serverSettings)
};

const gateway: JupyterFrontEndPlugin<ISageMakerGateway> = {
  id: 'jupyterlab-sagemaker-studio:gateway',
  description:
    'Talks to AWS through the signing endpoint; loads its parts on first use.',
  autoStart: true,
  requires: [IStudioContext],
  provides: ISageMakerGateway,
  activate: (app: JupyterFrontEnd, context: IStudioContext) =>
    new LazyGateway(gatewayLoaders(app.serviceManager.serverSettings, context))
};

const tasks: JupyterFrontEndPlugin<ITaskClient> = {
  id: 'jupyterlab-sagemaker-studio:tasks',
  description: 'Starts and follows durable work on the server.',
  autoStart: true,
  provides: ITaskClient,
  activate: (app: JupyterFrontEnd) =>
    new TaskClient(app.serviceManager.serverSettings, {
      isIdle: app.restored.then(whenIdle)
    })
};

const watcher: JupyterFrontEndPlugin<IResourceWatcher> = {
  id: 'jupyterlab-sagemaker-studio:watcher',
  description: 'Polls what is seen or awaited, and nothing else.',
  autoStart: true,
  provides: IResourceWatcher,
  activate: () => new ResourceWatcher()
};

const sidebar: JupyterFrontEndPlugin<IStudioSidebar> = {
  id: 'jupyterlab-sagemaker-studio:sidebar',
  description: 'The sidebar that capabilities add their sections to.',
  autoStart: true,
  optional: [ILabShell, ILayoutRestorer, ITranslator],
  provides: IStudioSidebar,
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const panel = new StudioSidebar(shell, translator ?? nullTranslator);
    app.shell.add(panel, 'left', { rank: 350, type: 'SageMaker Studio' });
    restorer?.add(panel, panel.id);
    return panel;
  }
};

/** What every capability builds on. None of them touches the network when activated. */
export const corePlugins: JupyterFrontEndPlugin<unknown>[] = [
  context,
  gateway,
  tasks,
  watcher,
  sidebar
];
