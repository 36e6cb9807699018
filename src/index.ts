import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { corePlugins } from './core/plugins';
import { jobsPlugin } from './jobs/plugin';
import { spacePlugin } from './space/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  ...corePlugins,
  spacePlugin,
  jobsPlugin
];
export default plugins;
