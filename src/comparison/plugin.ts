// What is needed before the first click is small and has to be there; the rest is in `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { announcing } from '../components/showStudioError';
import { once } from '../core/once';
import { IResourceWatcher, ISageMakerGateway, ITaskClient } from '../tokens';
import type { JobsOf } from '../tokens';
import type { ComparisonPanel } from './panel';

/**
 * Compares jobs. Args: `sweep`, an id; `notebook`, a file name; or `names` of training jobs.
 * Without any: the runs of the notebook whose tab is in front.
 */
export const COMPARE_COMMAND = 'sagemaker-studio:compare-jobs';

/** Comparison of several runs: table, charts, outputs side by side. */
export const comparisonPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-sagemaker-studio:comparison',
  description: 'Compares the runs of a notebook or a sweep.',
  autoStart: true,
  requires: [
    ISageMakerGateway,
    ITaskClient,
    IResourceWatcher,
    IRenderMimeRegistry
  ],
  optional: [
    INotebookTracker,
    ICommandPalette,
    ILayoutRestorer,
    IStateDB,
    ITranslator
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  gateway: ISageMakerGateway,
  tasks: ITaskClient,
  watcher: IResourceWatcher,
  rendermime: IRenderMimeRegistry,
  notebooks: INotebookTracker | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  database: IStateDB | null,
  translator: ITranslator | null
): void {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const tabs = new WidgetTracker<MainAreaWidget<ComparisonPanel>>({
    namespace: 'sagemaker-studio-comparison'
  });
  const views = once(
    announcing(async () => {
      const [{ ComparisonViews }] = await Promise.all([
        import('./views'),
        import('../components/viewStyles')
      ]);
      return new ComparisonViews({
        app,
        gateway,
        tasks,
        watcher,
        rendermime,
        database,
        tabs,
        trans,
        locale: language.languageCode
      });
    }, trans)
  );
  const source = (args: ReadonlyPartialJSONObject): JobsOf | null => {
    if (Array.isArray(args.names)) {
      return { names: args.names.map(String) };
    }
    if (typeof args.sweep === 'string') {
      return { sweep: args.sweep };
    }
    if (typeof args.notebook === 'string') {
      return { notebook: args.notebook };
    }
    const current = notebooks?.currentWidget;
    return current && current === app.shell.currentWidget
      ? { notebook: current.title.label }
      : null;
  };
  const text = (description: string) => ({ type: 'string', description });
  app.commands.addCommand(COMPARE_COMMAND, {
    label: trans.__('Compare the runs of the notebook'),
    isEnabled: args => source(args) !== null,
    execute: async args => {
      const found = source(args);
      if (found) {
        (await views()).open(found);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          sweep: text('Id of the sweep whose jobs are compared'),
          notebook: text('File name of the notebook whose runs are compared'),
          names: {
            type: 'array',
            items: { type: 'string' },
            description: 'Names of the training jobs to compare'
          }
        }
      }
    }
  });
  palette?.addItem({
    command: COMPARE_COMMAND,
    category: trans.__('SageMaker')
  });
  void restorer?.restore(tabs, {
    command: COMPARE_COMMAND,
    args: ({ content }) => ({ ...content.model.source }),
    name: ({ id }) => id
  });
}
