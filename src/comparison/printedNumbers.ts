import type { IDisposable } from '@lumino/disposable';

import { PatternError, Patterns } from '../core/patterns';
import type { RunValue } from './measures';
import type { IPattern } from './printed';
import { findPrinted } from './printed';
import type { IRecorded } from './runs';

/** The numbers runs printed, worked out once for each run and pattern. */
export class PrintedNumbers implements IDisposable {
  /** @param _changed - told when there are more, or none as the pattern failed. */
  constructor(private readonly _changed: () => void) {}

  /** By name of the run. */
  get values(): ReadonlyMap<string, Record<string, RunValue>> {
    return this._values;
  }

  /** Why the pattern finds none, or null. */
  get failure(): PatternError['kind'] | null {
    return this._failure;
  }

  get isDisposed(): boolean {
    return this._patterns.isDisposed;
  }

  dispose(): void {
    this._patterns.dispose();
  }

  /** Look for a pattern in what was read of runs; null finds nothing. */
  update(
    pattern: IPattern | null,
    recorded: ReadonlyMap<string, IRecorded>
  ): void {
    if (pattern?.expression.source !== this._source) {
      this._source = pattern?.expression.source;
      this._values = new Map();
      this._failure = null;
      this._isBusy = false;
      this._patterns.cancel();
    }
    const missing = [...recorded].filter(([name]) => !this._values.has(name));
    if (pattern && missing.length > 0 && !this._isBusy && !this._failure) {
      this._isBusy = true;
      void this._find(pattern, missing, this._values);
    }
  }

  private async _find(
    pattern: IPattern,
    runs: readonly [string, IRecorded][],
    values: Map<string, Record<string, RunValue>>
  ): Promise<void> {
    try {
      for (const [name, { texts }] of runs) {
        values.set(
          name,
          await findPrinted(
            texts.map(each => each.text),
            pattern,
            this._patterns
          )
        );
      }
    } catch (error) {
      if (!(error instanceof PatternError)) {
        throw error;
      }
      if (error.kind === 'cancelled') {
        return;
      }
      if (values === this._values) {
        this._failure = error.kind;
      }
    }
    // Another pattern may be looked for by now.
    if (values === this._values && !this.isDisposed) {
      this._isBusy = false;
      this._changed();
    }
  }

  private readonly _patterns = new Patterns();
  private _source: string | undefined;
  private _values = new Map<string, Record<string, RunValue>>();
  private _failure: PatternError['kind'] | null = null;
  private _isBusy = false;
}
