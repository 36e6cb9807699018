import { fakeServer, json, page } from '../../__tests__/server';
import type { IContext } from '../../tokens';
import { StudioContext, field, requireField } from '../context';
import type { StudioError } from '../errors';
import { request } from '../request';

const failure = async (promise: Promise<unknown>): Promise<StudioError> =>
  promise.then(
    () => {
      throw new Error('It should have failed');
    },
    error => error
  );

describe('request', () => {
  it('asks the route below the base URL, without a query of its own', async () => {
    const { settings, received } = fakeServer(() => json({ a: 1 }));
    await expect(
      request(settings, 'tasks', { method: 'POST', body: { b: 2 } })
    ).resolves.toEqual({ a: 1 });
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: 'tasks',
      body: '{"b":2}'
    });
  });

  it('answers nothing for 204', async () => {
    const { settings } = fakeServer(() => new Response(null, { status: 204 }));
    await expect(request(settings, 'tasks/1')).resolves.toBeUndefined();
  });

  it('keeps what the server says, AWS’s own code first', async () => {
    const { settings } = fakeServer(() =>
      json(
        {
          error: {
            code: 'AwsError',
            awsCode: 'AccessDenied',
            message: 'Access Denied',
            operation: 'PutObject',
            requestId: 'r',
            hint: 'h'
          }
        },
        403
      )
    );
    expect(await failure(request(settings, 'tasks'))).toMatchObject({
      code: 'AccessDenied',
      message: 'Access Denied',
      operation: 'PutObject',
      requestId: 'r',
      hint: 'h',
      status: 403
    });
  });

  it.each<[string, () => Response, string]>([
    ['no such page', () => page(404), 'ServerPartMissing'],
    ['a login page', () => page(200), 'SignedOut'],
    [
      'Jupyter’s refusal',
      () => json({ message: 'Forbidden' }, 403),
      'SignedOut'
    ],
    ['a starting hub', () => page(503), 'ServerUnavailable']
  ])('reads %s', async (_, answer, code) => {
    const { settings } = fakeServer(answer);
    expect((await failure(request(settings, 'context'))).code).toBe(code);
  });

  it('reads a lost network and an abort', async () => {
    const { settings } = fakeServer(() => {
      throw new TypeError('Failed to fetch');
    });
    expect((await failure(request(settings, 'context'))).code).toBe(
      'ServerUnreachable'
    );
    const controller = new AbortController();
    controller.abort();
    expect(
      (
        await failure(
          request(settings, 'context', { signal: controller.signal })
        )
      ).code
    ).toBe('Aborted');
  });
});

describe('StudioContext', () => {
  const value = {
    version: '0.1.0',
    mode: 'local',
    fields: {
      region: { value: 'us-west-2', source: 'AWS_REGION' },
      imageUri: {
        value: null,
        reason: 'SAGEMAKER_INTERNAL_IMAGE_URI is not set'
      }
    }
  } as unknown as IContext;

  it('asks once for many, and keeps the answer', async () => {
    const { settings, received } = fakeServer(() => json(value));
    const context = new StudioContext(settings);
    expect(context.state.phase).toBe('idle');
    await Promise.all([context.get(), context.get()]);
    await context.get();
    expect(received).toHaveLength(1);
    expect(context.state).toMatchObject({ phase: 'ready', value });
  });

  it('asks again where there was no AWS', async () => {
    const { settings } = fakeServer((_, count) =>
      json(count === 1 ? { ...value, mode: 'none' } : value)
    );
    const context = new StudioContext(settings);
    expect((await context.get()).mode).toBe('none');
    expect((await context.get()).mode).toBe('local');
  });

  it('fails with a reason and asks again the next time', async () => {
    const { settings } = fakeServer((_, count) =>
      count === 1 ? page(404) : json(value)
    );
    const context = new StudioContext(settings);
    const phases: string[] = [];
    context.changed.connect(() => phases.push(context.state.phase));
    expect((await failure(context.get())).code).toBe('ServerPartMissing');
    await expect(context.get()).resolves.toEqual(value);
    expect(phases).toEqual(['loading', 'failed', 'loading', 'ready']);
  });

  it('says why a field is not known and what to do', () => {
    expect(field(value, 'region')).toBe('us-west-2');
    expect(() =>
      requireField(value, 'imageUri', 'ImageUnknown', 'Set it.')
    ).toThrow('SAGEMAKER_INTERNAL_IMAGE_URI is not set. Set it.');
  });
});
