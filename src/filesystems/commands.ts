import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { studioIcon } from '../components/icons';
import type { FileSystemsController } from './controller';

/** Commands of file systems; where none is named by `id`, the person chooses. */
export namespace CommandIDs {
  export const showFileSystems = 'sagemaker-studio:show-file-systems';
  export const refreshFileSystems = 'sagemaker-studio:refresh-file-systems';
  export const attachFileSystem = 'sagemaker-studio:attach-file-system';
  export const detachFileSystem = 'sagemaker-studio:detach-file-system';
  export const browseFileSystem = 'sagemaker-studio:browse-file-system';
  export const addShortcut = 'sagemaker-studio:add-file-system-shortcut';
  export const copyPath = 'sagemaker-studio:copy-file-system-path';
  export const insertPath = 'sagemaker-studio:insert-file-system-path';
  export const insertCode = 'sagemaker-studio:insert-file-system-code';
}

/** What the commands work with. */
export interface IFileSystemCommandOptions {
  commands: CommandRegistry;
  /** Loads what carries them out. */
  actions: () => Promise<FileSystemsController>;
  /** Opens the sidebar at the section. */
  show: () => void;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** Register all commands of file systems, with palette entries. */
export function addFileSystemCommands(
  options: IFileSystemCommandOptions
): void {
  const { commands, actions, show, palette, trans } = options;
  const add = (
    command: string,
    label: string,
    act: (all: FileSystemsController, id: string | undefined) => unknown
  ) => {
    commands.addCommand(command, {
      label,
      execute: async ({ id }) => {
        await act(await actions(), typeof id === 'string' ? id : undefined);
      },
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: { type: 'string', description: 'Id of a file system, fs-…' }
          }
        }
      }
    });
    palette?.addItem({ command, category: trans.__('SageMaker') });
  };
  commands.addCommand(CommandIDs.showFileSystems, {
    label: trans.__('Show the file systems'),
    icon: studioIcon,
    execute: show,
    describedBy: { args: { type: 'object', properties: {} } }
  });
  palette?.addItem({
    command: CommandIDs.showFileSystems,
    category: trans.__('SageMaker')
  });
  add(
    CommandIDs.refreshFileSystems,
    trans.__('Refresh the file systems'),
    all => all.refresh()
  );
  add(
    CommandIDs.attachFileSystem,
    trans.__('Attach a file system…'),
    (all, id) => all.withFileSystem(id, all.attach)
  );
  add(
    CommandIDs.detachFileSystem,
    trans.__('Detach a file system…'),
    (all, id) => all.withFileSystem(id, all.detach)
  );
  add(
    CommandIDs.browseFileSystem,
    trans.__('Open a file system in the file browser…'),
    (all, id) => all.withMount(id, all.browse)
  );
  add(
    CommandIDs.addShortcut,
    trans.__('Make a shortcut to a file system…'),
    (all, id) => all.withMount(id, all.addShortcut)
  );
  add(
    CommandIDs.copyPath,
    trans.__('Copy the path of a file system…'),
    (all, id) => all.withMount(id, all.copyPath)
  );
  add(
    CommandIDs.insertPath,
    trans.__('Insert the path of a file system as a string…'),
    (all, id) => all.withMount(id, row => all.insert(row, 'string'))
  );
  add(
    CommandIDs.insertCode,
    trans.__('Insert the path of a file system as code…'),
    (all, id) => all.withMount(id, row => all.insert(row, 'code'))
  );
}
