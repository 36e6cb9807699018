import type { IDisposable } from '@lumino/disposable';

import { field } from '../core/context';
import { toStudioError } from '../core/errors';
import { known } from '../core/known';
import { isFresh, latest } from '../core/loadable';
import { STALE, WatchedModel } from '../core/watchedModel';
import type {
  IContext,
  ILocalSpace,
  ILocalSpaceApi,
  IResourceWatcher,
  ISpacesApi,
  IStudioContext,
  Known
} from '../tokens';
import { isKnown, specOf } from './facts';
import type { ISpaceFacts } from './facts';
import type { CachedInstances } from './instances';
import type { InstanceFacts } from './instanceTypes';

/** What administrators set is looked at again this often, milliseconds. */
const RULES_AGE = 5 * 60_000;

/** The space this JupyterLab runs in or works for: read while somebody looks at it. */
export class SpaceModel extends WatchedModel<ISpaceFacts> {
  constructor(private readonly _options: SpaceModel.IOptions) {
    super(_options.watcher, 'space');
  }

  get facts(): ISpaceFacts | undefined {
    return latest(this._state);
  }

  /** Why there can be no space here (no region, no credentials, no space), or null. */
  get unavailable(): string | null {
    return this._unavailable;
  }

  /** Whether its app or its settings are about to be different. */
  get isMoving(): boolean {
    const { app, space } = this.facts ?? {};
    const status = app && isKnown(app) ? app.value?.status : undefined;
    return (
      status === 'Pending' ||
      status === 'Deleting' ||
      (space !== undefined &&
        isKnown(space) &&
        (space.value.status === 'Updating' || space.value.status === 'Pending'))
    );
  }

  /** @param detail - all there is (default), or only whether it runs and for how long. */
  override addViewer(
    isVisible: () => boolean,
    detail: 'all' | 'app' = 'all'
  ): IDisposable {
    return super.addViewer(isVisible, detail);
  }

  override async refresh(): Promise<void> {
    this._isWhole = false;
    this._isInstanceWanted = true;
    this._rulesAt = 0;
    await super.refresh();
  }

  /** Count as activity for some minutes; null ends it. */
  async keepAwake(minutes: number | null): Promise<void> {
    const local = await this._options.local.keepAwake(minutes);
    const { facts } = this;
    if (facts) {
      this._set({
        phase: 'ready',
        value: { ...facts, local: { value: local } },
        at: Date.now()
      });
    }
  }

  protected async _poll(): Promise<void> {
    const previous = this.facts;
    this._set({ phase: 'loading', previous });
    try {
      const context = await this._options.context.get();
      this._unavailable = whyNoSpace(context);
      if (this._unavailable !== null) {
        this._set({ phase: 'idle' });
        return;
      }
      const value = await this._read(context, previous);
      this._set({ phase: 'ready', value, at: Date.now() });
      // A part that was refused is shown; the pace is for what failed altogether.
      const { app } = value;
      if ('reason' in app && app.error) {
        throw app.error;
      }
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (this._state.phase === 'loading') {
        this._set({ phase: 'failed', error, previous });
      }
      throw error;
    } finally {
      this._readAt = Date.now();
    }
  }

  /** The parts that somebody looks at; the others stay as they were. */
  private async _read(
    context: IContext,
    previous: ISpaceFacts | undefined
  ): Promise<ISpaceFacts> {
    const { spaces, local, instances } = this._options;
    const isWhole = !previous || !this._isWhole || this._isSeenWhole();
    const [space, app, machine, prices] = await Promise.all([
      isWhole ? known(() => spaces.describe()) : previous.space,
      known(() => spaces.app()),
      readLocal(context, local),
      instances.prices()
    ]);
    const rules =
      isWhole && (!previous || Date.now() - this._rulesAt >= RULES_AGE)
        ? await this._readRules(space)
        : (previous?.rules ?? space);
    this._isWhole = true;
    const facts = { context, space, app, rules, local: machine, prices };
    // The status bar shows nothing of it, so that the table of all types is not loaded for it.
    const isInstanceRead = this._isInstanceWanted || this._isSeenWhole();
    const instance = isInstanceRead
      ? await this._readInstance(facts)
      : (previous?.instance ?? { value: null, reason: '' });
    this._isInstanceWanted = false;
    this._isInstanceRead ||= isInstanceRead;
    return { ...facts, instance };
  }

  private async _readRules(
    space: ISpaceFacts['space']
  ): Promise<ISpaceFacts['rules']> {
    if (!isKnown(space)) {
      return space;
    }
    this._rulesAt = Date.now();
    return this._options.spaces.rules(space.value);
  }

  private async _readInstance(
    facts: Pick<ISpaceFacts, 'app' | 'space'>
  ): Promise<ISpaceFacts['instance']> {
    const spec = specOf(facts);
    if (!isKnown(spec)) {
      return spec;
    }
    const type = spec.value.instanceType;
    const found = await known(async () =>
      (await this._options.instanceFacts()).get(type ?? '')
    );
    return isKnown(found)
      ? found.value
        ? { value: found.value }
        : { value: null, reason: '' }
      : found;
  }

  protected override _isTracked(): boolean {
    return this._isSeen() && this.isMoving;
  }

  /** By the last reading: what is kept awake changes the state without one. */
  protected override _isStale(): boolean {
    const isComplete =
      this._isWhole && (this._isInstanceRead || !this._isSeenWhole());
    return (
      this._state.phase !== 'loading' &&
      !(isComplete && isFresh(this._state, STALE, this._readAt))
    );
  }

  /** Whether somebody looks at more than whether it runs. */
  private _isSeenWhole(): boolean {
    return this._viewers.visible.some(({ detail }) => detail === 'all');
  }

  private _unavailable: string | null = null;
  /** Whether all parts were read at least once. */
  private _isWhole = false;
  private _isInstanceWanted = false;
  private _isInstanceRead = false;
  private _rulesAt = 0;
  private _readAt = 0;
}

/** Facts of this machine; of the space only if it is the space's. */
async function readLocal(
  context: IContext,
  local: ILocalSpaceApi
): Promise<Known<ILocalSpace>> {
  const appName: Known<string> = context.fields.appName;
  return isKnown(appName) ? known(() => local.get()) : appName;
}

/** Why there is no space to speak of; null where there is one. */
function whyNoSpace(context: IContext): string | null {
  if (context.mode === 'none') {
    return context.modeReason;
  }
  for (const name of ['domainId', 'spaceName'] as const) {
    const found: Known<string> = context.fields[name];
    if (!field(context, name)) {
      return 'reason' in found ? found.reason : '';
    }
  }
  return null;
}

export namespace SpaceModel {
  export interface IOptions {
    context: IStudioContext;
    spaces: ISpacesApi;
    local: ILocalSpaceApi;
    instances: CachedInstances;
    instanceFacts: () => Promise<InstanceFacts>;
    watcher: IResourceWatcher;
  }
}
