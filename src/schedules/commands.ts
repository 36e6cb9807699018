import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { studioIcon } from '../components/icons';
import type { IDefinitionActions } from './components/actions';

/** Commands of job definitions. */
export namespace CommandIDs {
  export const openDefinitions = 'sagemaker-studio:open-job-definitions';
  /** Args: `id` of a definition. */
  export const openDefinition = 'sagemaker-studio:open-job-definition';
}

/** Of the tokens of tasks that save definitions, to tell them from those of jobs. */
export const TOKEN_PREFIX = 'definition:';

/** What the commands work with. */
export interface IScheduleCommandOptions {
  commands: CommandRegistry;
  /** Loads what carries them out. */
  actions: () => Promise<IDefinitionActions>;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  trans: TranslationBundle;
}

/** Register the commands of job definitions, with palette and launcher. */
export function addScheduleCommands(options: IScheduleCommandOptions): void {
  const { commands, actions, palette, launcher, trans } = options;
  const category = trans.__('SageMaker');
  commands.addCommand(CommandIDs.openDefinitions, {
    label: trans.__('Job definitions'),
    caption: trans.__('Open the list of notebooks that run on a schedule'),
    icon: studioIcon,
    execute: async () => (await actions()).openDefinitions(),
    describedBy: { args: { type: 'object', properties: {} } }
  });
  commands.addCommand(CommandIDs.openDefinition, {
    label: trans.__('Open the job definition'),
    execute: async ({ id }) => {
      const all = await actions();
      await (typeof id === 'string'
        ? all.openDefinition(id)
        : all.openDefinitions());
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: {
            type: 'string',
            description: 'Id of the definition: the name of its pipeline'
          }
        }
      }
    }
  });
  palette?.addItem({ command: CommandIDs.openDefinitions, category });
  launcher?.add({ command: CommandIDs.openDefinitions, category, rank: 3 });
}
