import type { JupyterFrontEnd } from '@jupyterlab/application';

/** jupyterlab-git's plugin, and the widget of its panel. */
const PLUGIN_ID = '@jupyterlab/git:plugin';
const PANEL_ID = 'jp-git-sessions';

/** Whether jupyterlab-git's panel is there to be shown. */
export function hasGitPanel({ shell }: JupyterFrontEnd): boolean {
  return [...shell.widgets('left'), ...shell.widgets('right')].some(
    ({ id }) => id === PANEL_ID
  );
}

/** Bring jupyterlab-git's panel to the front. */
export function showGitPanel({ shell }: JupyterFrontEnd): void {
  shell.activateById(PANEL_ID);
}

/**
 * Let jupyterlab-git, if it is there, look at a folder.
 *
 * @param path - relative to the folder JupyterLab was started in.
 */
export async function pointGitAt(
  app: JupyterFrontEnd,
  path: string
): Promise<void> {
  if (!app.hasPlugin(PLUGIN_ID)) {
    return;
  }
  try {
    const { IGitExtension } = await import('@jupyterlab/git');
    // Null where its server part is missing, whatever its types say.
    const git = await app.resolveOptionalService(IGitExtension);
    if (git) {
      git.pathRepository = path;
    }
  } catch {
    // Another version of it shares nothing under this name; its panel follows the file browser.
  }
}
