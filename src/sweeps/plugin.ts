// What is needed before the first click is small and has to be there; the rest is in `views.ts`.
/* eslint-disable jupyter/prefer-lazy-imports */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { announcing } from '../components/showStudioError';
import { once } from '../core/once';
import {
  IJobForms,
  IResourceWatcher,
  ISageMakerGateway,
  ITaskClient
} from '../tokens';
import type { SweepPanel } from './panel';

/** Opens a sweep by its `id`, the value of its tag. */
export const OPEN_SWEEP = 'sagemaker-studio:open-sweep';

/** Sweeps: one notebook with many combinations of parameters. */
export const sweepsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-sagemaker-studio:sweeps',
  description: 'Runs a notebook with several values of its parameters.',
  autoStart: true,
  requires: [IJobForms, ISageMakerGateway, ITaskClient, IResourceWatcher],
  optional: [ILayoutRestorer, IStateDB, ITranslator],
  activate
};

function activate(
  app: JupyterFrontEnd,
  forms: IJobForms,
  gateway: ISageMakerGateway,
  tasks: ITaskClient,
  watcher: IResourceWatcher,
  restorer: ILayoutRestorer | null,
  database: IStateDB | null,
  translator: ITranslator | null
): void {
  const language = translator ?? nullTranslator;
  const trans = language.load('jupyterlab_sagemaker_studio');
  const tabs = new WidgetTracker<MainAreaWidget<SweepPanel>>({
    namespace: 'sagemaker-studio-sweep'
  });
  const views = once(
    announcing(async () => {
      const [{ SweepViews }] = await Promise.all([
        import('./views'),
        import('../components/viewStyles')
      ]);
      return new SweepViews({
        app,
        gateway,
        tasks,
        watcher,
        database,
        tabs,
        trans,
        locale: language.languageCode
      });
    }, trans)
  );
  forms.setPart('sweep', async host => (await views()).part(host));
  app.commands.addCommand(OPEN_SWEEP, {
    label: trans.__('Open the sweep'),
    isEnabled: args => typeof args.id === 'string',
    execute: async args => {
      if (typeof args.id === 'string') {
        (await views()).open(args.id);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: {
            type: 'string',
            description:
              'Id of the sweep: value of the tag jupyterlab-sagemaker-studio:sweep of its jobs'
          }
        }
      }
    }
  });
  void restorer?.restore(tabs, {
    command: OPEN_SWEEP,
    args: ({ content }) => ({ id: content.model.id }),
    name: ({ id }) => id
  });
  tasks.pickUp(
    ({ kind }) => kind === 'sweep',
    async found => (await views()).sweeps.resume(found)
  );
}
