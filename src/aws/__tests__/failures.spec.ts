import { awsError, json, page } from '../../__tests__/server';
import { aws, gatewayWith } from './fakes';

describe('what goes wrong', () => {
  it('keeps AWS’s reason, operation and request id', async () => {
    const { gateway } = gatewayWith(() =>
      awsError(
        'AccessDeniedException',
        'User: x is not authorized to perform: sagemaker:Search'
      )
    );
    await expect(gateway.jobs.list({})).rejects.toMatchObject({
      name: 'StudioError',
      code: 'AccessDeniedException',
      message: 'User: x is not authorized to perform: sagemaker:Search',
      operation: 'Search',
      requestId: 'request-1',
      status: 400
    });
  });

  it.each<[string, () => Response, string, number]>([
    ['the server part is missing', () => page(404), 'ServerPartMissing', 1],
    ['the login page comes', () => page(200), 'SignedOut', 1],
    [
      'Jupyter refuses',
      () => json({ message: 'Forbidden' }, 403),
      'SignedOut',
      1
    ],
    ['a hub is starting the server', () => page(503), 'ServerUnavailable', 1],
    [
      'there are no credentials',
      () => awsError('CredentialsUnavailable', 'None', 401),
      'CredentialsUnavailable',
      1
    ],
    [
      'AWS is out of reach',
      () => awsError('UpstreamUnavailable', 'No route', 503),
      'UpstreamUnavailable',
      1
    ],
    [
      'AWS takes too long',
      () => awsError('UpstreamTimeout', 'Late', 504),
      'UpstreamTimeout',
      1
    ],
    [
      'AWS throttles',
      () => awsError('ThrottlingException', 'Rate exceeded'),
      'ThrottlingException',
      3
    ],
    [
      'AWS fails',
      () => awsError('InternalFailure', 'Oops', 500),
      'InternalFailure',
      3
    ],
    [
      'the network is lost',
      () => {
        throw new TypeError('Failed to fetch');
      },
      'ServerUnreachable',
      3
    ]
  ])('says so when %s', async (_, answer, code, calls) => {
    const { gateway, received } = gatewayWith(answer);
    await expect(gateway.jobs.list({})).rejects.toMatchObject({
      code,
      operation: 'Search'
    });
    expect(received).toHaveLength(calls);
  });

  it('sends nothing again that may have been done', async () => {
    const { gateway, received } = gatewayWith(() => {
      throw new TypeError('Failed to fetch');
    });
    await expect(gateway.spaces.remove('other')).rejects.toMatchObject({
      code: 'ServerUnreachable',
      operation: 'DeleteSpace'
    });
    expect(received).toHaveLength(1);
  });

  it('goes on when throttling ends', async () => {
    const { gateway } = gatewayWith((_, count) =>
      count < 3
        ? awsError('ThrottlingException', 'Rate exceeded')
        : aws({ Results: [] })
    );
    await expect(gateway.jobs.list({})).resolves.toEqual({
      jobs: [],
      nextToken: undefined
    });
  });

  it('stops at once when nobody waits any more', async () => {
    const { gateway } = gatewayWith(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new TypeError('aborted'))
          );
        })
    );
    const controller = new AbortController();
    const listing = gateway.jobs.list({}, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(listing).rejects.toMatchObject({ code: 'Aborted' });
  });
});
