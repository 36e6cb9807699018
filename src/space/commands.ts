import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  editIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { studioIcon } from '../components/icons';
import type { ISpaceActions } from './components/actions';

/** Commands of spaces; those on one space take its `name`, or act on this JupyterLab's own. */
export namespace CommandIDs {
  export const showSpace = 'sagemaker-studio:show-space';
  export const changeSpace = 'sagemaker-studio:change-space';
  /** Args: `instanceType`, to have it in the plan at once. */
  export const changeInstance = 'sagemaker-studio:change-instance';
  export const openCatalogue = 'sagemaker-studio:open-instance-catalogue';
  export const stopSpace = 'sagemaker-studio:stop-space';
  export const restartSpace = 'sagemaker-studio:restart-space';
  export const startSpace = 'sagemaker-studio:start-space';
  export const openSpace = 'sagemaker-studio:open-space';
  export const createSpace = 'sagemaker-studio:create-space';
  export const deleteSpace = 'sagemaker-studio:delete-space';
  export const keepAwake = 'sagemaker-studio:keep-awake';
  export const endKeepAwake = 'sagemaker-studio:end-keep-awake';
  export const restartJupyter = 'sagemaker-studio:restart-jupyter';
  export const refreshSpace = 'sagemaker-studio:refresh-space';
}

/** What the commands work with. */
export interface ISpaceCommandOptions {
  commands: CommandRegistry;
  /** Loads what carries them out. */
  actions: () => Promise<ISpaceActions>;
  /** Opens the sidebar at the section of the space. */
  showSpace: () => void;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

const NAME = {
  name: {
    type: 'string' as const,
    description: 'Name of a space; default: the one this JupyterLab runs in'
  }
};
const INSTANCE_TYPE = {
  instanceType: {
    type: 'string' as const,
    description: 'An instance type to have in the plan, e.g. ml.m5.xlarge'
  }
};

/** Register all commands of spaces, with palette entries. */
export function addSpaceCommands(options: ISpaceCommandOptions): void {
  const { commands, palette, trans } = options;
  addOwn(options);
  addNamed(options);
  commands.addCommand(CommandIDs.showSpace, {
    label: trans.__('Show the SageMaker space'),
    icon: studioIcon,
    isEnabled: () => true,
    execute: options.showSpace,
    describedBy: { args: { type: 'object', properties: {} } }
  });
  const category = trans.__('SageMaker');
  // Those on another space need its name, which the palette can't ask for.
  const unnamed = Object.values(CommandIDs).filter(
    command =>
      command !== CommandIDs.startSpace &&
      command !== CommandIDs.openSpace &&
      command !== CommandIDs.deleteSpace
  );
  for (const command of unnamed) {
    palette?.addItem({ command, category });
  }
}

/** Commands on this JupyterLab's own space. */
function addOwn(options: ISpaceCommandOptions): void {
  const { trans } = options;
  add(options, CommandIDs.changeInstance, {
    label: trans.__('Change the instance…'),
    caption: trans.__('Run this space on another instance type'),
    icon: editIcon,
    properties: INSTANCE_TYPE,
    act: (actions, args) =>
      typeof args.instanceType === 'string'
        ? actions.switchTo(args.instanceType)
        : actions.change('instanceType')
  });
  add(options, CommandIDs.openCatalogue, {
    label: trans.__('Instance catalogue'),
    caption: trans.__('All instance types with their prices and quotas'),
    icon: studioIcon,
    act: actions => actions.openCatalogue()
  });
  add(options, CommandIDs.createSpace, {
    label: trans.__('Create a private space…'),
    icon: addIcon,
    act: actions => actions.create()
  });
  add(options, CommandIDs.keepAwake, {
    label: trans.__('Keep the space awake…'),
    caption: trans.__('Put off idle shutdown for a while'),
    act: actions => actions.keepAwake()
  });
  add(options, CommandIDs.endKeepAwake, {
    label: trans.__('Stop keeping the space awake'),
    act: actions => actions.endKeepAwake()
  });
  add(options, CommandIDs.restartJupyter, {
    label: trans.__('Restart Jupyter only…'),
    caption: trans.__('Restart the JupyterLab server; the instance goes on'),
    icon: refreshIcon,
    act: actions => actions.restartJupyter()
  });
  add(options, CommandIDs.refreshSpace, {
    label: trans.__('Refresh the space'),
    icon: refreshIcon,
    act: actions => actions.refresh()
  });
}

/** Commands on a space by name, most of them on this one by default. */
function addNamed(options: ISpaceCommandOptions): void {
  const { trans } = options;
  const named = (args: ReadonlyPartialJSONObject) =>
    typeof args.name === 'string' ? args.name : undefined;
  add(options, CommandIDs.changeSpace, {
    label: trans.__('Change the space…'),
    caption: trans.__('Instance, image, volume, script and idle time-out'),
    icon: editIcon,
    properties: NAME,
    act: (actions, args) => actions.change(undefined, named(args))
  });
  add(options, CommandIDs.stopSpace, {
    label: trans.__('Stop the space…'),
    icon: stopIcon,
    properties: NAME,
    act: (actions, args) => actions.stop(named(args))
  });
  add(options, CommandIDs.restartSpace, {
    label: trans.__('Restart the space…'),
    icon: refreshIcon,
    properties: NAME,
    act: (actions, args) => actions.restart(named(args))
  });
  const needsName = {
    properties: NAME,
    isEnabled: (args: ReadonlyPartialJSONObject) => named(args) !== undefined
  };
  add(options, CommandIDs.startSpace, {
    label: trans.__('Start another space'),
    icon: runIcon,
    ...needsName,
    act: (actions, args) => actions.start(named(args) ?? '')
  });
  add(options, CommandIDs.openSpace, {
    label: trans.__('Open another space'),
    ...needsName,
    act: (actions, args) => actions.open(named(args) ?? '')
  });
  add(options, CommandIDs.deleteSpace, {
    label: trans.__('Delete another space…'),
    ...needsName,
    act: (actions, args) => actions.remove(named(args) ?? '')
  });
}

/** One command; it loads what carries it out. */
function add(
  options: ISpaceCommandOptions,
  id: string,
  command: {
    label: string;
    caption?: string;
    icon?: LabIcon;
    properties?: Record<string, { type: 'string'; description: string }>;
    isEnabled?: (args: ReadonlyPartialJSONObject) => boolean;
    act: (actions: ISpaceActions, args: ReadonlyPartialJSONObject) => unknown;
  }
): void {
  const { commands, actions } = options;
  const { label, caption, icon, properties = {}, isEnabled, act } = command;
  commands.addCommand(id, {
    label,
    caption,
    icon,
    isEnabled: isEnabled ?? (() => true),
    execute: async args => {
      await act(await actions(), args);
    },
    describedBy: { args: { type: 'object', properties } }
  });
}
