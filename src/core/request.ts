import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { StudioError, foreignAnswer, toStudioError } from './errors';

/** Path of the server part below the base URL. */
export const NAMESPACE = 'sagemaker-studio';

/** How to ask one of our own routes. */
export interface IRequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

/** Absolute URL of one of our routes, e.g. `tasks/42`. */
export function routeUrl(
  settings: ServerConnection.ISettings,
  route: string
): string {
  return URLExt.join(settings.baseUrl, NAMESPACE, route);
}

/**
 * Ask one of our own routes; undefined for an empty answer (204).
 *
 * @throws StudioError - the server's own words where it gave any.
 */
export async function request<T>(
  settings: ServerConnection.ISettings,
  route: string,
  options: IRequestOptions = {}
): Promise<T> {
  const operation = `${options.method ?? 'GET'} ${route}`;
  let response: Response;
  let text: string;
  try {
    response = await openRoute(settings, route, options);
    text = await response.text();
  } catch (error) {
    throw toStudioError(error, operation);
  }
  if (response.status === 204) {
    return undefined as T;
  }
  return parse(text, response, operation) as T;
}

/**
 * Open one of our own routes and hand back the answer as it is, for streams.
 *
 * @throws StudioError - for every answer that is not a success.
 */
export async function openRoute(
  settings: ServerConnection.ISettings,
  route: string,
  options: IRequestOptions & { accept?: string } = {}
): Promise<Response> {
  const { method = 'GET', body, signal, accept } = options;
  const operation = `${method} ${route}`;
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(
      routeUrl(settings, route),
      {
        method,
        signal,
        // `no-store`, the default, would add a query string of its own.
        cache: 'no-cache',
        ...(accept && { headers: { Accept: accept } }),
        ...(body !== undefined && { body: JSON.stringify(body) })
      },
      settings
    );
  } catch (error) {
    throw signal?.aborted
      ? new StudioError({ code: 'Aborted', message: 'Aborted', operation })
      : toStudioError(error, operation);
  }
  if (!response.ok) {
    throw await errorOf(response, operation);
  }
  return response;
}

function parse(text: string, response: Response, operation: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A login page after a redirect has status 200.
    throw foreignAnswer(response, operation);
  }
}

/** The error of a failed answer: our envelope, Jupyter's `{message}`, or a page. */
async function errorOf(
  response: Response,
  operation: string
): Promise<StudioError> {
  const text = await response.text().catch(() => '');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return foreignAnswer(response, operation);
  }
  const { error, message } = (data ?? {}) as {
    error?: Record<string, unknown>;
    message?: unknown;
  };
  if (error && typeof error === 'object') {
    return new StudioError({
      code: String(error.awsCode ?? error.code ?? 'UnexpectedError'),
      message: String(error.message ?? ''),
      operation: words(error.operation) ?? operation,
      requestId: words(error.requestId),
      status: response.status,
      hint: words(error.hint)
    });
  }
  return foreignAnswer(response, operation, words(message));
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
