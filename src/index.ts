import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { corePlugins } from './core/plugins';
import { jobsPlugin } from './jobs/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [...corePlugins, jobsPlugin];
export default plugins;
