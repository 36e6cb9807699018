import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ContextFieldName, IContext, IStudioContext } from '../tokens';
import { StudioError, toStudioError } from './errors';
import type { Loadable } from './loadable';
import { latest } from './loadable';
import { request } from './request';

/**
 * The context as the server part reports it; asked for on first use and kept.
 *
 * #### Notes
 * That there is no AWS is not kept: somebody may be setting it up.
 */
export class StudioContext implements IStudioContext {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get state(): Loadable<IContext> {
    return this._state;
  }

  get changed(): ISignal<IStudioContext, void> {
    return this._changed;
  }

  async get(): Promise<IContext> {
    if (this._state.phase === 'ready' && this._state.value.mode !== 'none') {
      return this._state.value;
    }
    return (this._pending ??= this._fetch());
  }

  async refresh(): Promise<void> {
    await (this._pending ??= this._fetch()).catch(() => undefined);
  }

  private async _fetch(): Promise<IContext> {
    const previous = latest(this._state);
    this._set({ phase: 'loading', previous });
    try {
      const value = await request<IContext>(this._settings, 'context');
      this._set({ phase: 'ready', value, at: Date.now() });
      return value;
    } catch (thrown) {
      const error = toStudioError(thrown, 'GET context');
      this._set({ phase: 'failed', error, previous });
      throw error;
    } finally {
      this._pending = undefined;
    }
  }

  private _set(state: Loadable<IContext>): void {
    this._state = state;
    this._changed.emit();
  }

  private _state: Loadable<IContext> = { phase: 'idle' };
  private _pending: Promise<IContext> | undefined;
  private _changed = new Signal<IStudioContext, void>(this);
}

/** A field's value, or undefined if it is not known here. */
export function field(
  context: IContext,
  name: ContextFieldName
): string | undefined {
  return context.fields[name]?.value ?? undefined;
}

/**
 * The space this JupyterLab runs in; undefined outside of an app.
 *
 * #### Notes
 * A laptop may have a space's name in its configuration. Nothing that is done to that space stops
 * the laptop's server. Only an app knows the app's name.
 */
export function ownSpace(context: IContext): string | undefined {
  return field(context, 'appName') && field(context, 'spaceName');
}

/**
 * A field's value, or an error that says why it is not known.
 *
 * @param code - e.g. `RegionUnknown`.
 * @param advice - a sentence on what to do.
 */
export function requireField(
  context: IContext,
  name: ContextFieldName,
  code: string,
  advice: string
): string {
  const found = context.fields[name];
  if (found?.value) {
    return found.value;
  }
  const reason = found && found.value === null ? found.reason : '';
  throw new StudioError({
    code,
    message: `${reason && reason.replace(/\.?$/, '. ')}${advice}`
  });
}
