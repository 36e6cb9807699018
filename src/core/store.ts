import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

/**
 * What is kept across a reload; without a state database nothing is, silently.
 *
 * #### Notes
 * A value that can't be read or written is a lost convenience, not a failure
 * anybody could act on, so errors of the database end here.
 */
export class StudioStore {
  /** @param capability - whose values these are, e.g. `jobs`. */
  constructor(
    private readonly _database: IStateDB | null,
    capability: string
  ) {
    this._namespace = `jupyterlab-sagemaker-studio:${capability}`;
  }

  async load<T>(key: string): Promise<T | undefined> {
    try {
      const found = await this._database?.fetch(`${this._namespace}:${key}`);
      return found as T | undefined;
    } catch {
      return undefined;
    }
  }

  async save(key: string, value: unknown): Promise<void> {
    try {
      await this._database?.save(
        `${this._namespace}:${key}`,
        value as ReadonlyPartialJSONValue
      );
    } catch {
      return;
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this._database?.remove(`${this._namespace}:${key}`);
    } catch {
      return;
    }
  }

  private readonly _namespace: string;
}
