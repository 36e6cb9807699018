/** What can be done with a job definition; each tells its own failures. */
export interface IDefinitionActions {
  openDefinitions: () => Promise<void>;
  openDefinition: (id: string) => Promise<void>;
  openJob: (name: string) => Promise<void>;
  pause: (id: string) => Promise<void>;
  resume: (id: string) => Promise<void>;
  /** Change when it runs. */
  editSchedule: (id: string) => Promise<void>;
  /** Change everything, with a new snapshot of the notebook. */
  editAll: (id: string) => Promise<void>;
  runNow: (id: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  refresh: () => Promise<void>;
}
