import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

/** Every key of ours in the state database starts with it. */
const NAMESPACE = 'jupyterlab-sagemaker-studio:jobs';

/**
 * What is kept across a reload; without a state database nothing is, silently.
 *
 * #### Notes
 * A value that can't be read or written is a lost convenience, not a failure
 * anybody could act on, so errors of the database end here.
 */
export class JobsStore {
  constructor(database: IStateDB | null) {
    this._database = database;
  }

  async load<T>(key: string): Promise<T | undefined> {
    try {
      const found = await this._database?.fetch(`${NAMESPACE}:${key}`);
      return found as T | undefined;
    } catch {
      return undefined;
    }
  }

  async save(key: string, value: unknown): Promise<void> {
    try {
      await this._database?.save(
        `${NAMESPACE}:${key}`,
        value as ReadonlyPartialJSONValue
      );
    } catch {
      return;
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this._database?.remove(`${NAMESPACE}:${key}`);
    } catch {
      return;
    }
  }

  private readonly _database: IStateDB | null;
}
