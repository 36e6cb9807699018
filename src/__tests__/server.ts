import { ServerConnection } from '@jupyterlab/services';

/** A request the code under test sent to the Jupyter server. */
export interface IReceived {
  method: string;
  /** Path and query below the server part's namespace. */
  path: string;
  headers: Headers;
  body: string;
  signal: AbortSignal;
}

/** What a fake server answers; an error thrown is a network failure. */
export type Answer = (
  request: IReceived,
  count: number
) => Response | Promise<Response>;

/** A Jupyter server that answers as told and remembers what it was asked. */
export function fakeServer(answer: Answer): {
  settings: ServerConnection.ISettings;
  received: IReceived[];
} {
  const received: IReceived[] = [];
  const baseUrl = 'http://localhost:8888/jupyterlab/default/';
  const settings = ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace('http', 'ws'),
    token: '',
    fetch: async (input: RequestInfo) => {
      const request = input as Request;
      const found = {
        method: request.method,
        path: request.url.slice(`${baseUrl}sagemaker-studio/`.length),
        headers: request.headers,
        body: await request.text(),
        signal: request.signal
      };
      received.push(found);
      return answer(found, received.length);
    }
  });
  return { settings, received };
}

/** An answer with JSON. */
export function json(
  data: unknown,
  status = 200,
  headers: Record<string, string> = {}
): Response {
  return new Response(JSON.stringify(data), {
    status,
    headers: { 'content-type': 'application/json', ...headers }
  });
}

/** An error as AWS's JSON services answer it. */
export function awsError(
  code: string,
  message: string,
  status = 400
): Response {
  return json({ __type: code, message }, status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'request-1'
  });
}

/** A page, as Jupyter's login or a proxy shows it. */
export function page(status: number): Response {
  return new Response('<html><body>Sign in</body></html>', {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' }
  });
}
