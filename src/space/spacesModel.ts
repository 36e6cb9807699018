import { field, ownSpace } from '../core/context';
import { toStudioError } from '../core/errors';
import { latest } from '../core/loadable';
import { WatchedModel } from '../core/watchedModel';
import type {
  INewSpace,
  IResourceWatcher,
  ISpacesApi,
  ISpaceSummary,
  IStudioContext
} from '../tokens';
import { isMoving, isRunning } from './facts';

/**
 * The person's spaces: their private ones, and those everybody shares. This space first, then
 * those that run, then by name.
 */
export class SpacesModel extends WatchedModel<ReadonlyArray<ISpaceSummary>> {
  constructor(private readonly _options: SpacesModel.IOptions) {
    super(_options.watcher, 'spaces');
  }

  get spaces(): ReadonlyArray<ISpaceSummary> {
    return latest(this._state) ?? [];
  }

  /** The space this JupyterLab runs in, if it is known. */
  get ownName(): string | undefined {
    return this._ownName;
  }

  /** Whether it belongs to the person, so that they may delete it. */
  isMine({ owner }: ISpaceSummary): boolean {
    return owner === undefined || this._me === undefined || owner === this._me;
  }

  find(name: string): ISpaceSummary | undefined {
    return this.spaces.find(space => space.name === name);
  }

  async create(space: INewSpace): Promise<void> {
    await this._options.api.create(space);
    await this.refresh();
  }

  async remove(name: string): Promise<void> {
    await this._options.api.remove(name);
    await this.refresh();
  }

  protected async _poll(): Promise<void> {
    const previous = latest(this._state);
    this._set({ phase: 'loading', previous });
    try {
      const context = await this._options.context.get();
      const all = await this._options.api.list();
      this._ownName = ownSpace(context);
      const meant = field(context, 'spaceName');
      this._me =
        field(context, 'userProfileName') ??
        all.find(({ name }) => name === meant)?.owner;
      // AWS lists everybody's spaces; others' private ones are none of our business.
      const seen = all.filter(
        space =>
          space.name === this._ownName ||
          space.sharing === 'Shared' ||
          this.isMine(space)
      );
      const value = sorted(seen, this._ownName);
      this._set({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous });
      throw error;
    }
  }

  protected override _isTracked(): boolean {
    return this._isSeen() && this.spaces.some(isMoving);
  }

  private _ownName: string | undefined;
  private _me: string | undefined;
}

function sorted(
  spaces: ISpaceSummary[],
  ownName: string | undefined
): ISpaceSummary[] {
  const rank = (space: ISpaceSummary) =>
    space.name === ownName ? 0 : isRunning(space) ? 1 : 2;
  return [...spaces].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.displayName.localeCompare(b.displayName, undefined, { numeric: true })
  );
}

export namespace SpacesModel {
  export interface IOptions {
    context: IStudioContext;
    api: ISpacesApi;
    watcher: IResourceWatcher;
  }
}
