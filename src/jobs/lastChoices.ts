import type { StudioStore } from '../core/store';
import type { IJobForm } from './formState';
import { draftOf } from './formState';

/** What was chosen when a notebook last became a job. */
export interface ILastChoices {
  version: 1;
  /** Milliseconds since the epoch. */
  at: number;
  form: Partial<IJobForm>;
}

/** Remembers, for each notebook, the choices last accepted; never values of variables. */
export class LastChoices {
  constructor(private readonly _store: StudioStore) {}

  async load(notebookPath: string): Promise<ILastChoices | undefined> {
    const saved = await this._store.load<Partial<ILastChoices>>(
      keyOf(notebookPath)
    );
    return saved?.version === 1 &&
      typeof saved.form === 'object' &&
      Array.isArray(saved.form?.environment)
      ? (saved as ILastChoices)
      : undefined;
  }

  /** Keep what a form has been submitted with; parameters and name are the next job's own. */
  async save(notebookPath: string, form: IJobForm): Promise<void> {
    const kept: Partial<IJobForm> = { ...draftOf(null, form).form };
    delete kept.displayName;
    delete kept.parameters;
    delete kept.snapshotUri;
    delete kept.snapshotNotebook;
    const choices: ILastChoices = { version: 1, at: Date.now(), form: kept };
    await this._store.save(keyOf(notebookPath), choices);
  }

  async forget(notebookPath: string): Promise<void> {
    await this._store.remove(keyOf(notebookPath));
  }
}

function keyOf(notebookPath: string): string {
  return `choices:${notebookPath}`;
}
