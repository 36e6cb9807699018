import type { StudioStore } from '../core/store';
import type { ISweepJob, ISweepSpec } from '../tokens';

/** What is remembered of a sweep that was started here: jobs that are still to come have no tags. */
export interface ISweepNote {
  displayName: string;
  concurrency: number;
  jobs: ISweepJob[];
}

/** Sweeps remembered at most, the newest. */
const MAX_NOTES = 20;
/** Characters of JSON; values may be long, and the browser's state is small. */
const MAX_LENGTH = 200_000;

/** Notes on sweeps in the browser's state; without one a sweep is found by its tags all the same. */
export class SweepNotes {
  constructor(private readonly _store: StudioStore) {}

  load(id: string): Promise<ISweepNote | undefined> {
    return this._store.load<ISweepNote>(`sweep:${id}`);
  }

  async save({ id, displayName, concurrency, jobs }: ISweepSpec) {
    const note: ISweepNote = { displayName, concurrency, jobs };
    if (JSON.stringify(note).length > MAX_LENGTH) {
      return;
    }
    const ids = (await this._store.load<string[]>('ids')) ?? [];
    const all = [id, ...ids.filter(each => each !== id)];
    await this._store.save(`sweep:${id}`, note);
    await this._store.save('ids', all.slice(0, MAX_NOTES));
    for (const old of all.slice(MAX_NOTES)) {
      await this._store.remove(`sweep:${old}`);
    }
  }
}
