import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { toStudioError } from '../core/errors';
import { isFresh, latest } from '../core/loadable';
import type { Loadable } from '../core/loadable';
import type { IInstanceQuota, ISpaceImage, Known } from '../tokens';
import { NO_FILTER, filterRows, makeRows } from './catalogue';
import type { ICatalogueFilter, ICatalogueRow } from './catalogue';
import { imageOf, isKnown, specOf } from './facts';
import type { CachedInstances } from './instances';
import type { InstanceFacts } from './instanceTypes';
import type { SpaceModel } from './model';

/** Milliseconds after which a catalogue shown again is read again. */
const STALE = 60_000;

/** All types, each with what is known of it. */
export interface ICatalogue {
  rows: readonly ICatalogueRow[];
  /** The type the space runs on, if it is known. */
  current?: ICatalogueRow;
  /** Undefined while they are asked for. */
  prices?: Known<Record<string, number>>;
  quotas?: Known<Record<string, IInstanceQuota>>;
  /** Types administrators don't offer. */
  hidden: number;
}

/** The instance catalogue: what there is, what is looked for, and what is looked at. */
export class CatalogueModel implements IDisposable {
  constructor(private readonly _options: CatalogueModel.IOptions) {
    _options.space.changed.connect(this._rebuild, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loadable<ICatalogue> {
    return this._state;
  }

  get catalogue(): ICatalogue | undefined {
    return latest(this._state);
  }

  get space(): SpaceModel {
    return this._options.space;
  }

  get filter(): ICatalogueFilter {
    return this._filter;
  }

  /** The rows that are left by the filter; the same object until something changes. */
  get shown(): readonly ICatalogueRow[] {
    const rows = this.catalogue?.rows ?? [];
    if (this._shown?.rows !== rows || this._shown.filter !== this._filter) {
      const { _filter: filter } = this;
      this._shown = { rows, filter, left: filterRows(rows, filter) };
    }
    return this._shown.left;
  }

  /** The type that is compared with the present one. */
  get selected(): ICatalogueRow | undefined {
    return this.catalogue?.rows.find(({ type }) => type === this._selected);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  setFilter(change: Partial<ICatalogueFilter>): void {
    this._filter = { ...this._filter, ...change };
    this._changed.emit();
  }

  select(type: string): void {
    this._selected = type;
    this._changed.emit();
  }

  async refreshIfStale(): Promise<void> {
    if (!isFresh(this._state, STALE, this._readAt)) {
      await this.refresh();
    }
  }

  /** Read anew; types and facts come first, prices and quotas as they arrive. */
  async refresh(): Promise<void> {
    const { instances, instanceFacts, space } = this._options;
    const previous = this.catalogue;
    this._readAt = Date.now();
    this._set({ phase: 'loading', previous });
    try {
      const [types, facts] = await Promise.all([
        instances.types(),
        instanceFacts(),
        space.refreshIfStale()
      ]);
      this._sources = { types, facts };
      this._rebuild();
      await Promise.all([
        instances.quotas().then(quotas => this._add({ quotas })),
        instances.prices().then(prices => this._add({ prices }))
      ]);
    } catch (thrown) {
      this._set({ phase: 'failed', error: toStudioError(thrown), previous });
    }
  }

  private _add(found: CatalogueModel.IFound): void {
    this._found = { ...this._found, ...found };
    this._rebuild();
  }

  private _rebuild(): void {
    if (!this._sources || this._isDisposed) {
      return;
    }
    const { facts } = this._options.space;
    const { prices, quotas } = this._found;
    const rules = facts && isKnown(facts.rules) ? facts.rules.value : undefined;
    const spec = facts && specOf(facts);
    const used = spec && isKnown(spec) ? spec.value : undefined;
    const rows = makeRows({
      ...this._sources,
      prices: prices && isKnown(prices) ? prices.value : undefined,
      quotas: quotas && isKnown(quotas) ? quotas.value : undefined,
      processor: processorOf(used && imageOf(used)?.name),
      current: used?.instanceType,
      hidden: rules?.hiddenInstanceTypes ?? []
    });
    const value: ICatalogue = {
      rows,
      current: rows.find(({ isCurrent }) => isCurrent),
      prices,
      quotas,
      hidden: rules?.hiddenInstanceTypes.length ?? 0
    };
    this._set({ phase: 'ready', value, at: Date.now() });
  }

  private _set(state: Loadable<ICatalogue>): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _state: Loadable<ICatalogue> = { phase: 'idle' };
  private _sources:
    { types: readonly string[]; facts: InstanceFacts } | undefined;
  private _found: CatalogueModel.IFound = {};
  private _filter: ICatalogueFilter = NO_FILTER;
  private _shown:
    | {
        rows: readonly ICatalogueRow[];
        filter: ICatalogueFilter;
        left: readonly ICatalogueRow[];
      }
    | undefined;
  private _selected: string | undefined;
  private _readAt = 0;
  private _isDisposed = false;
}

/** For which instances an image is built, as far as its name tells. */
function processorOf(name: string | undefined): ISpaceImage['processor'] {
  const found = /(?:^|[-_.])(cpu|gpu)(?:$|[-_.])/.exec(name ?? '');
  return (found?.[1] as 'cpu' | 'gpu' | undefined) ?? 'unknown';
}

export namespace CatalogueModel {
  export interface IOptions {
    space: SpaceModel;
    instances: CachedInstances;
    instanceFacts: () => Promise<InstanceFacts>;
  }

  /** What comes later than the types. */
  export interface IFound {
    prices?: Known<Record<string, number>>;
    quotas?: Known<Record<string, IInstanceQuota>>;
  }
}
