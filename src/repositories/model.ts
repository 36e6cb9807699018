import { toStudioError } from '../core/errors';
import { known } from '../core/known';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type {
  ILocalClone,
  ILocalClones,
  IRepositoriesApi,
  IResourceWatcher,
  IStudioContext,
  ISuggestedRepositories,
  Known
} from '../tokens';
import type { ILocalRepositoriesApi } from './local';
import { mergeRepositories } from './merge';
import type { IRepository } from './merge';
import { repositoryKey } from './url';

/** What administrators set is looked at again this often, milliseconds. */
const SUGGESTIONS_AGE = 5 * 60_000;

/** What is known of repositories. */
export interface IRepositoriesFacts {
  /** Null where there is no AWS. */
  suggested: ISuggestedRepositories | null;
  /** Why there is no AWS; empty where there is. */
  unavailable: string;
  clones: Known<ILocalClones>;
  /** The suggested ones, merged. */
  items: IRepository[];
  /** Clones of repositories nobody suggests. */
  others: ILocalClone[];
}

/** Suggested repositories and clones of them: read while somebody looks. */
export class RepositoriesModel extends WatchedModel<IRepositoriesFacts> {
  constructor(private readonly _options: RepositoriesModel.IOptions) {
    super(_options.watcher, 'repositories');
  }

  get facts(): IRepositoriesFacts | undefined {
    return latest(this._state);
  }

  /** A suggested repository by any of its addresses. */
  find(url: string): IRepository | undefined {
    const key = repositoryKey(url);
    return this.facts?.items.find(each => each.key === key);
  }

  override async refresh(): Promise<void> {
    this._suggestedAt = 0;
    await super.refresh();
  }

  override async refreshIfSeen(): Promise<void> {
    this._suggestedAt = 0;
    await super.refreshIfSeen();
  }

  protected async _poll(): Promise<void> {
    const previous = this.facts;
    this._set({ phase: 'loading', previous });
    try {
      const [clones, found] = await Promise.all([
        known(() => this._options.local.clones()),
        this._suggestions(previous)
      ]);
      const value = {
        ...found,
        clones,
        ...mergeRepositories(found.suggested, clones.value?.clones ?? [])
      };
      this._set({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous });
      throw error;
    }
  }

  private async _suggestions(
    previous: IRepositoriesFacts | undefined
  ): Promise<Pick<IRepositoriesFacts, 'suggested' | 'unavailable'>> {
    const isNew = Date.now() - this._suggestedAt < SUGGESTIONS_AGE;
    if (previous?.suggested && isNew) {
      return previous;
    }
    const context = await this._options.context.get();
    if (context.mode === 'none') {
      return { suggested: null, unavailable: context.modeReason };
    }
    const suggested = await this._options.api.suggested();
    this._suggestedAt = Date.now();
    return { suggested, unavailable: '' };
  }

  private _suggestedAt = 0;
}

export namespace RepositoriesModel {
  export interface IOptions {
    api: IRepositoriesApi;
    context: IStudioContext;
    local: ILocalRepositoriesApi;
    watcher: IResourceWatcher;
  }
}
