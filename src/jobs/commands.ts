import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { ILauncher } from '@jupyterlab/launcher';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  deleteIcon,
  notebookIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { studioIcon } from '../components/icons';
import type { INotebookJob } from '../tokens';
import type { JobsController } from './controller';
import { hasEnded } from './tracker';

/** Commands of notebook jobs; those on one job take its `name`, or act on the tab in front. */
export namespace CommandIDs {
  /** Args: `path` of a notebook; `origin`: `toolbar`, `launcher` or `file-browser`. */
  export const runAsJob = 'sagemaker-studio:run-as-job';
  export const openJobs = 'sagemaker-studio:open-jobs';
  export const openJob = 'sagemaker-studio:open-job';
  export const stopJob = 'sagemaker-studio:stop-job';
  export const deleteJob = 'sagemaker-studio:delete-job';
  export const openJobOutput = 'sagemaker-studio:open-job-output';
  export const openJobOutputHtml = 'sagemaker-studio:open-job-output-html';
  export const tagParametersCell = 'sagemaker-studio:tag-parameters-cell';
  export const runAgain = 'sagemaker-studio:run-again';
  export const refreshJobs = 'sagemaker-studio:refresh-jobs';
}

/** What the commands work with. */
export interface ICommandOptions {
  commands: CommandRegistry;
  controller: JobsController;
  trans: TranslationBundle;
  tracker: INotebookTracker | null;
  browsers: IFileBrowserFactory | null;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  /** Whether the notebook that was used last is the tab in front. */
  isNotebookCurrent: () => boolean;
  /** Whether the settings want the button in the notebook's toolbar. */
  hasToolbarButton: () => boolean;
}

/** Register all commands of notebook jobs, with palette and launcher. */
export function addCommands(options: ICommandOptions): void {
  const { commands, palette, launcher, trans } = options;
  addRunAsJob(options);
  addTagCell(options);
  addViews(options);
  addJobCommands(options);
  const category = trans.__('SageMaker');
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category });
  }
  launcher?.add({
    command: CommandIDs.runAsJob,
    args: { origin: 'launcher' },
    category,
    rank: 1
  });
  launcher?.add({ command: CommandIDs.openJobs, category, rank: 2 });
  const { tracker, controller } = options;
  const onChange = () => notifyCommandsChanged(commands);
  tracker?.activeCellChanged.connect(onChange);
  controller.details.currentChanged.connect(onChange);
}

/** Let toolbars and menus ask again what is enabled and visible. */
export function notifyCommandsChanged(commands: CommandRegistry): void {
  for (const command of Object.values(CommandIDs)) {
    commands.notifyCommandChanged(command);
  }
}

function addRunAsJob(options: ICommandOptions): void {
  const { commands, controller, trans, tracker, browsers } = options;
  const notebookOf = (args: ReadonlyPartialJSONObject): string | null => {
    if (typeof args.path === 'string') {
      return args.path;
    }
    switch (args.origin) {
      case 'file-browser': {
        const selected = browsers?.tracker.currentWidget?.selectedItems();
        const found = [...(selected ?? [])].find(
          item => item.type === 'notebook'
        );
        return found?.path ?? null;
      }
      case 'toolbar':
        return tracker?.currentWidget?.context.path ?? null;
      case 'launcher':
        return null;
      default:
        return options.isNotebookCurrent()
          ? (tracker?.currentWidget?.context.path ?? null)
          : null;
    }
  };
  commands.addCommand(CommandIDs.runAsJob, {
    label: trans.__('Run as job'),
    caption: trans.__('Run the notebook as a SageMaker job'),
    icon: studioIcon,
    isEnabled: args => args.origin !== 'toolbar' || notebookOf(args) !== null,
    isVisible: args => args.origin !== 'toolbar' || options.hasToolbarButton(),
    execute: args => {
      const path = notebookOf(args);
      return path === null
        ? controller.chooseNotebook(browsers?.tracker.currentWidget?.model.path)
        : typeof args.job === 'string'
          ? controller.runAgain(args.job, path)
          : controller.openForm({
              path,
              ...(typeof args.definition === 'string' && {
                definitionId: args.definition
              })
            });
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: 'Path of the notebook; asked for if it is not known'
          },
          origin: {
            type: 'string',
            description:
              'Where the command was given: toolbar, launcher or file-browser'
          },
          job: {
            type: 'string',
            description: 'Name of the training job to begin with the options of'
          },
          definition: {
            type: 'string',
            description: 'Id of the definition that is edited'
          }
        }
      }
    }
  });
}

function addTagCell(options: ICommandOptions): void {
  const { commands, controller, trans, tracker } = options;
  const activeCode = () => {
    const panel = options.isNotebookCurrent() ? tracker?.currentWidget : null;
    const cell = panel?.content.activeCell;
    return panel && cell?.model.type === 'code'
      ? { path: panel.context.path, index: panel.content.activeCellIndex }
      : null;
  };
  commands.addCommand(CommandIDs.tagParametersCell, {
    label: trans.__('Tag the cell as job parameters'),
    caption: trans.__(
      'The values the active cell sets can then be changed for each job'
    ),
    isEnabled: () => activeCode() !== null,
    execute: async () => {
      const active = activeCode();
      if (active) {
        await controller.tagCell(active.path, active.index);
      }
    },
    describedBy: { args: { type: 'object', properties: {} } }
  });
}

function addViews(options: ICommandOptions): void {
  const { commands, controller, trans } = options;
  const noArgs = { args: { type: 'object', properties: {} } };
  commands.addCommand(CommandIDs.openJobs, {
    label: trans.__('Notebook jobs'),
    caption: trans.__('Open the list of all notebook jobs'),
    icon: notebookIcon,
    isEnabled: () => true,
    execute: controller.openJobs,
    describedBy: noArgs
  });
  commands.addCommand(CommandIDs.refreshJobs, {
    label: trans.__('Refresh the notebook jobs'),
    icon: refreshIcon,
    isEnabled: () => true,
    execute: controller.refresh,
    describedBy: noArgs
  });
}

function addJobCommands(options: ICommandOptions): void {
  const { controller, trans } = options;
  addJobCommand(options, CommandIDs.openJob, {
    label: trans.__('Open the notebook job'),
    act: name => controller.openJob(name),
    isPossible: () => true
  });
  addJobCommand(options, CommandIDs.runAgain, {
    label: trans.__('Run the notebook job again…'),
    icon: runIcon,
    act: name => controller.runAgain(name),
    isPossible: () => true
  });
  addJobCommand(options, CommandIDs.stopJob, {
    label: trans.__('Stop the notebook job'),
    icon: stopIcon,
    act: name => controller.stop(name),
    isPossible: job => job.status === 'InProgress'
  });
  addJobCommand(options, CommandIDs.deleteJob, {
    label: trans.__('Delete the notebook job'),
    icon: deleteIcon,
    act: name => controller.remove(name),
    isPossible: () => true
  });
  addJobCommand(options, CommandIDs.openJobOutput, {
    label: trans.__('Open the output of the notebook job'),
    act: (name, { mode, ref }) =>
      controller.openOutput(name, 'notebook', {
        ...(mode === 'split-right' && { mode }),
        ...(typeof ref === 'string' && { ref })
      }),
    isPossible: hasEnded,
    properties: {
      mode: {
        type: 'string',
        description: '“split-right” to open it beside the tab `ref`'
      },
      ref: { type: 'string', description: 'Id of a widget in the main area' }
    }
  });
  addJobCommand(options, CommandIDs.openJobOutputHtml, {
    label: trans.__('Open the output of the notebook job as HTML'),
    act: name => controller.openOutput(name, 'html'),
    isPossible: job => hasEnded(job) && job.outputFormats.includes('html')
  });
}

/** A command on the job given by `name`, or on the one whose tab is in front. */
function addJobCommand(
  options: ICommandOptions,
  id: string,
  command: {
    label: string;
    icon?: LabIcon;
    act: (name: string, args: ReadonlyPartialJSONObject) => Promise<void>;
    isPossible: (job: INotebookJob) => boolean;
    /** Arguments beyond the name. */
    properties?: ReadonlyPartialJSONObject;
  }
): void {
  const { commands, controller } = options;
  const { label, icon, act, isPossible } = command;
  commands.addCommand(id, {
    label,
    icon,
    isEnabled: args => {
      const job = controller.currentJob;
      return typeof args.name === 'string' || (!!job && isPossible(job));
    },
    execute: args => {
      const name =
        typeof args.name === 'string' ? args.name : controller.currentJob?.name;
      return name === undefined ? undefined : act(name, args);
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          name: {
            type: 'string',
            description:
              'Name of the training job; default: the job whose tab is in front'
          },
          ...command.properties
        }
      }
    }
  });
}
