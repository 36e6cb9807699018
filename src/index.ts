import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { corePlugins } from './core/plugins';
import { jobsPlugin } from './jobs/plugin';
import { repositoriesPlugin } from './repositories/plugin';
import { spacePlugin } from './space/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  ...corePlugins,
  spacePlugin,
  repositoriesPlugin,
  jobsPlugin
];
export default plugins;
