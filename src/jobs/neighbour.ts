import type { CommandRegistry } from '@lumino/commands';

/**
 * Commands of jupyter-scheduler, on which AWS's own notebook jobs are built; it registers them
 * once its server part has answered. Source: `@jupyterlab/scheduler` 2.12.1.
 */
export const NEIGHBOUR = {
  /** Opens its list of jobs; there only if there is a launcher. */
  listJobs: 'scheduling:list-jobs-from-launcher',
  /** Its button in the notebook's toolbar, item `create-job` of rank 46. */
  createJob: 'scheduling:create-from-notebook'
} as const;

/** Whose button the notebook's toolbar has. */
export type ToolbarButton = 'ours' | 'aws' | 'both' | 'none';

/** Whether ours is there; it also stands in for that of AWS where that is not installed. */
export function hasOurButton(
  wanted: ToolbarButton,
  commands: CommandRegistry
): boolean {
  return (
    wanted === 'ours' ||
    wanted === 'both' ||
    (wanted === 'aws' && !commands.hasCommand(NEIGHBOUR.createJob))
  );
}

/** On the page where the other button is not wanted; the style sheet hides it by this. */
const HIDES = 'jp-mod-sagemaker-studio-hidesScheduler';

/**
 * Show the other's button as the setting says. It is only hidden from view: its command, its menu
 * entries and its plugin are its own.
 */
export function showNeighbourButton(wanted: ToolbarButton): void {
  document.body.classList.toggle(HIDES, wanted === 'ours' || wanted === 'none');
}
