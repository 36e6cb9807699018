import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { studioIcon } from '../components/icons';
import type { SchedulesController } from './controller';

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
  controller: SchedulesController;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  trans: TranslationBundle;
}

/** Register the commands of job definitions, with palette and launcher. */
export function addScheduleCommands(options: IScheduleCommandOptions): void {
  const { commands, controller, palette, launcher, trans } = options;
  const category = trans.__('SageMaker');
  commands.addCommand(CommandIDs.openDefinitions, {
    label: trans.__('Job definitions'),
    caption: trans.__('Open the list of notebooks that run on a schedule'),
    icon: studioIcon,
    execute: controller.openDefinitions,
    describedBy: { args: { type: 'object', properties: {} } }
  });
  commands.addCommand(CommandIDs.openDefinition, {
    label: trans.__('Open the job definition'),
    execute: ({ id }) =>
      typeof id === 'string'
        ? controller.openDefinition(id)
        : controller.openDefinitions(),
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
