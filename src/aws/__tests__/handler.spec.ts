import { fakeServer, json, page } from '../../__tests__/server';
import { SigningHandler } from '../handler';

const get = {
  method: 'GET',
  path: '/bucket/a%20key',
  query: {
    'list-type': '2',
    prefix: "it's (here)*",
    tag: ['a', 'b'],
    empty: null
  },
  headers: {
    host: 'x',
    'Content-Length': '3',
    'User-Agent': 'y',
    'x-amz-user-agent': 'z'
  }
};

describe('SigningHandler', () => {
  it('keeps path and query as AWS reads them, and drops what a browser sets itself', async () => {
    const { settings, received } = fakeServer(() => json({}));
    await new SigningHandler('s3', settings).handle(get);
    expect(received[0].path).toBe(
      'aws/s3/bucket/a%20key?list-type=2&prefix=it%27s%20%28here%29%2A&tag=a&tag=b&empty'
    );
    expect(received[0].headers.get('x-amz-user-agent')).toBe('z');
    for (const name of ['host', 'content-length', 'user-agent']) {
      expect(received[0].headers.has(name)).toBe(false);
    }
  });

  it('gives up after its time-out', async () => {
    const { settings } = fakeServer(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new TypeError('signal timed out'))
          );
        })
    );
    await expect(
      new SigningHandler('s3', settings, 20).handle(get)
    ).rejects.toMatchObject({
      name: 'TimeoutError'
    });
  });

  it('does not begin what nobody waits for', async () => {
    const { settings, received } = fakeServer(() => json({}));
    const controller = new AbortController();
    controller.abort();
    await expect(
      new SigningHandler('s3', settings).handle(get, {
        abortSignal: controller.signal
      })
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(received).toHaveLength(0);
  });

  it('has no body for HEAD and for an empty answer', async () => {
    const { settings } = fakeServer(({ method }) =>
      method === 'HEAD'
        ? new Response(null, { headers: { 'content-length': '7' } })
        : new Response(null, { status: 204 })
    );
    const handler = new SigningHandler('s3', settings);
    const head = await handler.handle({ ...get, method: 'HEAD' });
    expect(head.response.body).toBeUndefined();
    expect(head.response.headers['content-length']).toBe('7');
    const none = await handler.handle({ ...get, method: 'DELETE' });
    expect(none.response).toMatchObject({ statusCode: 204, body: undefined });
  });

  it('knows an answer of AWS by its request id, whatever type it claims', async () => {
    const { settings } = fakeServer(() =>
      json({}, 200, { 'content-type': 'text/html', 'x-amzn-requestid': 'r' })
    );
    const { response } = await new SigningHandler('logs', settings).handle({
      ...get,
      method: 'POST'
    });
    expect(response.statusCode).toBe(200);
  });

  it('lets an object in S3 be a page, and an error page be none of AWS’s', async () => {
    const { settings } = fakeServer((_, count) =>
      page(count === 1 ? 200 : 502)
    );
    const handler = new SigningHandler('s3', settings);
    const { response } = await handler.handle(get);
    expect(response.statusCode).toBe(200);
    await expect(handler.handle(get)).rejects.toMatchObject({
      code: 'ServerUnavailable'
    });
  });
});
