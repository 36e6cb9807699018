import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { comparisonPlugin } from './comparison/plugin';
import { corePlugins } from './core/plugins';
import { fileSystemsPlugin, volumesPlugin } from './filesystems/plugin';
import { jobsPlugin } from './jobs/plugin';
import { repositoriesPlugin } from './repositories/plugin';
import { schedulesPlugin } from './schedules/plugin';
import { spacePlugin } from './space/plugin';
import { sweepsPlugin } from './sweeps/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  ...corePlugins,
  spacePlugin,
  repositoriesPlugin,
  volumesPlugin,
  fileSystemsPlugin,
  jobsPlugin,
  schedulesPlugin,
  sweepsPlugin,
  comparisonPlugin
];
export default plugins;
