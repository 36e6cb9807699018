import { ServerConnection } from '@jupyterlab/services';

import { foreignAnswer } from '../core/errors';
import { routeUrl } from '../core/request';

/** A request as AWS's protocols have it; neither signed nor with a host. */
export interface IAwsRequest {
  method: string;
  /** Percent-encoded already. */
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** AWS's answer. */
export interface IAwsResponse {
  statusCode: number;
  reason: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** Longer than the server waits for AWS (25 s), so that its answer comes first. */
const TIMEOUT = 30_000;

// A browser sets these itself and refuses to have them set.
const BROWSERS_OWN = new Set(['host', 'content-length', 'user-agent']);

/**
 * Sends unsigned requests to the server's signing endpoint, with Jupyter's
 * authentication and XSRF header, and gives AWS's answer back as it is.
 *
 * @param service - the endpoint's name of the service, e.g. `sagemaker`.
 */
export class SigningHandler {
  constructor(
    private readonly _service: string,
    private readonly _settings: ServerConnection.ISettings,
    private readonly _timeout = TIMEOUT
  ) {}

  async handle(
    request: IAwsRequest,
    options: { abortSignal?: AbortSignal } = {}
  ): Promise<{ response: IAwsResponse }> {
    const signal = options.abortSignal;
    if (signal?.aborted) {
      throw named('AbortError', 'Request aborted');
    }
    const controller = new AbortController();
    const abort = () => controller.abort();
    // Not removed once the headers are there: it must also end a body that still streams in.
    signal?.addEventListener('abort', abort, { once: true });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort();
    }, this._timeout);
    try {
      const answer = await this._send(request, controller.signal);
      return { response: await this._read(request, answer) };
    } catch (error) {
      if (timedOut) {
        throw named(
          'TimeoutError',
          `No answer within ${Math.round(this._timeout / 1000)} seconds.`
        );
      }
      throw signal?.aborted ? named('AbortError', 'Request aborted') : error;
    } finally {
      clearTimeout(timer);
    }
  }

  private _send(request: IAwsRequest, signal: AbortSignal): Promise<Response> {
    const { method, path, headers, body } = request;
    const kept = Object.entries(headers).filter(
      ([name]) => !BROWSERS_OWN.has(name.toLowerCase())
    );
    const url =
      routeUrl(this._settings, `aws/${this._service}`) +
      (path.startsWith('/') ? path : `/${path}`) +
      queryString(request.query ?? {});
    return ServerConnection.makeRequest(
      url,
      {
        method,
        headers: Object.fromEntries(kept),
        // With `no-store`, the default, a time stamp is added, which S3 takes for a parameter.
        cache: 'no-cache',
        signal,
        ...(method !== 'GET' && method !== 'HEAD' && { body: body as BodyInit })
      },
      this._settings
    );
  }

  private async _read(
    request: IAwsRequest,
    answer: Response
  ): Promise<IAwsResponse> {
    if (!isFromAws(answer, this._service, request.method)) {
      throw foreignAnswer(answer, undefined, await messageOf(answer));
    }
    const headers: Record<string, string> = {};
    answer.headers.forEach((value, name) => {
      headers[name.toLowerCase()] = value;
    });
    const hasBody =
      request.method !== 'HEAD' &&
      answer.status !== 204 &&
      answer.status !== 304;
    return {
      statusCode: answer.status,
      reason: answer.statusText,
      headers,
      body: hasBody ? (answer.body ?? (await answer.blob())) : undefined
    };
  }
}

/** Whether an answer is AWS's, or ours in AWS's form, and not a page of Jupyter or a proxy. */
function isFromAws(answer: Response, service: string, method: string): boolean {
  const { headers, status } = answer;
  if (headers.has('x-amzn-requestid') || headers.has('x-amz-request-id')) {
    return true;
  }
  const type = headers.get('content-type') ?? '';
  const isPage = type.includes('text/html');
  if (status < 400) {
    // An object in S3 may well be a page, but nothing of AWS's is reached by a redirect.
    return !isPage || (service === 's3' && !answer.redirected);
  }
  return (
    type.includes('xml') ||
    type.includes('x-amz-json') ||
    (method === 'HEAD' && !isPage)
  );
}

/** What Jupyter says in its own JSON errors; nothing for a page. */
async function messageOf(answer: Response): Promise<string> {
  try {
    const { message } = JSON.parse(await answer.text()) as {
      message?: unknown;
    };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

function queryString(query: NonNullable<IAwsRequest['query']>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      one => encode(name) + (one === null ? '' : `=${encode(one)}`)
    )
  );
  return parts.length ? `?${parts.join('&')}` : '';
}

/** RFC 3986, as AWS signs it: `!'()*` are escaped, too. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  );
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
