import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { studioIcon } from '../components/icons';
import type { RepositoriesViews } from './views';

/** Commands of repositories. */
export namespace CommandIDs {
  export const showRepositories = 'sagemaker-studio:show-repositories';
  /** Args: `url`; `origin`: `file-browser` for the folder that is selected there. */
  export const cloneRepository = 'sagemaker-studio:clone-repository';
  /** Args: `url`. */
  export const attachRepository = 'sagemaker-studio:attach-repository';
  /** Args: `url`. */
  export const registerRepository = 'sagemaker-studio:register-repository';
  export const refreshRepositories = 'sagemaker-studio:refresh-repositories';
}

/** What the commands work with. */
export interface IRepositoryCommandOptions {
  commands: CommandRegistry;
  /** Loads what carries them out. */
  views: () => Promise<RepositoriesViews>;
  showRepositories: () => void;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  trans: TranslationBundle;
}

/** Register all commands of repositories, with palette and launcher. */
export function addRepositoryCommands(
  options: IRepositoryCommandOptions
): void {
  const { commands, views, palette, launcher, trans } = options;
  const url = { type: 'string', description: 'Address of a repository' };
  const urlOf = (args: { url?: unknown }) =>
    typeof args.url === 'string' ? args.url : undefined;
  commands.addCommand(CommandIDs.cloneRepository, {
    label: args =>
      args.origin === 'file-browser'
        ? trans.__('Clone a repository here…')
        : trans.__('Clone a repository…'),
    caption: trans.__('Clone a Git repository into a folder'),
    icon: studioIcon,
    isEnabled: () => true,
    execute: async args => {
      const { actions, folders } = await views();
      const isHere = args.origin === 'file-browser';
      await actions.clone(urlOf(args), isHere ? folders.selected : undefined);
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          url,
          origin: {
            type: 'string',
            description: 'Where the command was given, e.g. file-browser'
          }
        }
      }
    }
  });
  commands.addCommand(CommandIDs.attachRepository, {
    label: trans.__('Attach a repository…'),
    caption: trans.__('Suggest a repository in the space, profile or domain'),
    isEnabled: () => true,
    execute: async args => (await views()).actions.attach(urlOf(args)),
    describedBy: { args: { type: 'object', properties: { url } } }
  });
  commands.addCommand(CommandIDs.registerRepository, {
    label: trans.__('Register a repository in the account…'),
    isEnabled: () => true,
    execute: async args => (await views()).actions.register(urlOf(args)),
    describedBy: { args: { type: 'object', properties: { url } } }
  });
  commands.addCommand(CommandIDs.showRepositories, {
    label: trans.__('Show the repositories'),
    icon: studioIcon,
    isEnabled: () => true,
    execute: options.showRepositories,
    describedBy: { args: { type: 'object', properties: {} } }
  });
  commands.addCommand(CommandIDs.refreshRepositories, {
    label: trans.__('Refresh the repositories'),
    isEnabled: () => true,
    execute: async () => (await views()).actions.refresh(),
    describedBy: { args: { type: 'object', properties: {} } }
  });
  const category = trans.__('SageMaker');
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category });
  }
  launcher?.add({ command: CommandIDs.cloneRepository, category, rank: 3 });
}
