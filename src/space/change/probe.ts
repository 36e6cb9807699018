import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { routeUrl } from '../../core/request';
import type { WatchEvent } from './progress';

/** An answer should come this soon; a server on its way out may hang. */
const TIMEOUT = 8_000;

/**
 * Ask whoever answers at this address who it is.
 *
 * #### Notes
 * Redirects are not followed: Studio leads those whose session has ended to its sign-in.
 */
export async function probe(
  settings: ServerConnection.ISettings
): Promise<WatchEvent> {
  const response = await ask(settings, routeUrl(settings, 'context'));
  const at = Date.now();
  if (!response) {
    return { kind: 'silence', at };
  }
  if (
    response.type === 'opaqueredirect' ||
    (response.status >= 300 && response.status <= 399) ||
    response.status === 401 ||
    response.status === 403
  ) {
    return { kind: 'sign-in', at };
  }
  if (response.status === 404) {
    return (await isJupyter(settings))
      ? { kind: 'stranger', at }
      : { kind: 'silence', at };
  }
  const context = response.ok ? await json(response) : undefined;
  return typeof context?.bootId === 'string'
    ? { kind: 'answer', at, bootId: context.bootId }
    : { kind: 'silence', at };
}

/** Whether a Jupyter server answers; Studio's own error pages have status 404, too. */
async function isJupyter(
  settings: ServerConnection.ISettings
): Promise<boolean> {
  const url = URLExt.join(settings.baseUrl, 'api/status');
  const response = await ask(settings, url);
  const status = response?.ok ? await json(response) : undefined;
  return typeof status?.started === 'string';
}

async function ask(
  settings: ServerConnection.ISettings,
  url: string
): Promise<Response | undefined> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  try {
    return await ServerConnection.makeRequest(
      url,
      {
        cache: 'no-cache',
        redirect: 'manual',
        signal: controller.signal
      },
      settings
    );
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function json(
  response: Response
): Promise<Record<string, unknown> | undefined> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
