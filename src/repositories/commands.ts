import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
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
  const category = trans.__('SageMaker');
  const text = { type: 'string' as const };
  const add = (
    id: string,
    label: CommandRegistry.ICommandOptions['label'],
    act: (args: { url?: string; origin?: string }) => unknown,
    properties: Record<string, typeof text> = {},
    icon?: LabIcon
  ) => {
    commands.addCommand(id, {
      label,
      icon,
      isEnabled: () => true,
      execute: act,
      describedBy: { args: { type: 'object', properties } }
    });
    palette?.addItem({ command: id, category });
  };
  add(
    CommandIDs.cloneRepository,
    args =>
      args.origin
        ? trans.__('Clone a repository here…')
        : trans.__('Clone a repository…'),
    async ({ url, origin }) => {
      const { actions, folders } = await views();
      await actions.clone(url, origin && folders.selected);
    },
    { url: text, origin: text },
    studioIcon
  );
  add(
    CommandIDs.attachRepository,
    trans.__('Attach a repository…'),
    async ({ url }) => (await views()).actions.attach(url),
    { url: text }
  );
  add(
    CommandIDs.registerRepository,
    trans.__('Register a repository in the account…'),
    async ({ url }) => (await views()).actions.register(url),
    { url: text }
  );
  add(
    CommandIDs.showRepositories,
    trans.__('Show the repositories'),
    options.showRepositories
  );
  add(
    CommandIDs.refreshRepositories,
    trans.__('Refresh the repositories'),
    async () => (await views()).actions.refresh()
  );
  launcher?.add({ command: CommandIDs.cloneRepository, category, rank: 3 });
}
