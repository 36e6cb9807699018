/**
 * Commands of jupyter-scheduler, on which AWS's own notebook jobs are built; it registers them
 * once its server part has answered. Source: `@jupyterlab/scheduler` 2.12.1.
 */
export const NEIGHBOUR = {
  /** Opens its list of jobs; there only if there is a launcher. */
  listJobs: 'scheduling:list-jobs-from-launcher',
  /** Its button in the notebook's toolbar, item `create-job`. */
  createJob: 'scheduling:create-from-notebook'
} as const;
