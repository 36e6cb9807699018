import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import {
  StudioError,
  explain,
  isAborted,
  isThrottling,
  missingAction,
  toStudioError
} from '../errors';
import { missingActionOf } from '../permissions';

const trans = nullTranslator.load('jupyterlab_sagemaker_studio');
const USER = 'arn:aws:sts::123456789012:assumed-role/StudioRole/SageMaker';
const JOB = 'arn:aws:sagemaker:us-west-2:123456789012:training-job/a-b';

describe('missingAction', () => {
  const start = `User: ${USER} is not authorized to perform: sagemaker:CreateTrainingJob on resource: ${JOB}`;
  it.each([
    [
      `${start} because no identity-based policy allows the sagemaker:CreateTrainingJob action`,
      'identity',
      false
    ],
    [
      `${start} with an explicit deny in an identity-based policy`,
      'identity',
      true
    ],
    [
      `${start} because no resource-based policy allows the sagemaker:CreateTrainingJob action`,
      'resource',
      false
    ],
    [
      `${start} with an explicit deny in a resource-based policy`,
      'resource',
      true
    ],
    [
      `${start} because no permissions boundary allows the sagemaker:CreateTrainingJob action`,
      'boundary',
      false
    ],
    [
      `${start} with an explicit deny in a permissions boundary`,
      'boundary',
      true
    ],
    [
      `${start} because no service control policy allows the sagemaker:CreateTrainingJob action`,
      'scp',
      false
    ],
    [`${start} with an explicit deny in a service control policy`, 'scp', true],
    [
      `${start} with an explicit deny in a resource control policy`,
      'rcp',
      true
    ],
    [
      `${start} because no session policy allows the sagemaker:CreateTrainingJob action`,
      'session',
      false
    ],
    [`${start} with an explicit deny in a session policy`, 'session', true],
    [
      `${start} because no VPC endpoint policy allows the sagemaker:CreateTrainingJob action`,
      'endpoint',
      false
    ],
    [
      `${start} with an explicit deny in a VPC endpoint policy`,
      'endpoint',
      true
    ],
    [`${start} with an explicit deny`, undefined, true],
    [start, undefined, false]
  ])('reads %s', (message, policy, explicitDeny) => {
    expect(missingAction(message)).toEqual({
      action: 'sagemaker:CreateTrainingJob',
      resource: JOB,
      principal: USER,
      policy,
      explicitDeny
    });
  });

  it.each([
    [
      'User: arn:aws:iam::1:user/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::bucket/a key.txt" because …',
      's3:PutObject',
      'arn:aws:s3:::bucket/a'
    ],
    [
      'User: x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/Job.',
      'iam:PassRole',
      'arn:aws:iam::123456789012:role/Job'
    ],
    [
      'User is not authorized to perform: ecr:GetAuthorizationToken on resource: *',
      'ecr:GetAuthorizationToken',
      '*'
    ],
    [
      'User: x is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
      'kms:GenerateDataKey',
      undefined
    ],
    [
      'You are not authorized to perform this operation. User: x is not authorized to perform: ec2:CreateNetworkInterface on resource: arn:aws:ec2:us-west-2:1:subnet/s-1. Encoded authorization failure message: abc',
      'ec2:CreateNetworkInterface',
      'arn:aws:ec2:us-west-2:1:subnet/s-1'
    ],
    [
      'The role does not have the required permissions: sagemaker:AddTags',
      'sagemaker:AddTags',
      undefined
    ],
    [
      "User 'x' is not authorized to perform the action: 'logs:GetLogEvents'",
      'logs:GetLogEvents',
      undefined
    ]
  ])('reads %s', (message, action, resource) => {
    const found = missingAction(message);
    expect(found?.action).toBe(action);
    expect(found?.resource).toBe(resource);
  });

  it.each(['Access Denied', '', 'Rate exceeded', 'You are not authorized.'])(
    'finds nothing in %j',
    message => {
      expect(missingAction(message)).toBeUndefined();
    }
  );

  it('knows the permission of a bare refusal by S3', () => {
    expect(
      missingActionOf({
        code: 'AccessDenied',
        message: 'Access Denied',
        operation: 'HeadObject'
      })?.action
    ).toBe('s3:GetObject');
  });
});

describe('toStudioError', () => {
  const response = (status: number) =>
    ({ status, statusText: '' }) as unknown as Response;
  it.each<[string, unknown, string]>([
    [
      'a network failure',
      new ServerConnection.NetworkError(new TypeError('Failed to fetch')),
      'ServerUnreachable'
    ],
    ['a failed fetch', new TypeError('Failed to fetch'), 'ServerUnreachable'],
    ['a defect', new TypeError('x is undefined'), 'UnexpectedError'],
    [
      'a time-out',
      Object.assign(new Error('late'), { name: 'TimeoutError' }),
      'UpstreamTimeout'
    ],
    [
      'an abort',
      Object.assign(new Error('gone'), { name: 'AbortError' }),
      'Aborted'
    ],
    [
      'a chunk that does not load',
      Object.assign(new Error('Loading chunk 1 failed'), {
        name: 'ChunkLoadError'
      }),
      'ServerUnreachable'
    ],
    [
      'no route',
      new ServerConnection.ResponseError(response(404)),
      'ServerPartMissing'
    ],
    [
      'a refusal by Jupyter',
      new ServerConnection.ResponseError(response(403)),
      'SignedOut'
    ],
    [
      'a starting server',
      new ServerConnection.ResponseError(response(503)),
      'ServerUnavailable'
    ],
    ['a string', 'boom', 'UnexpectedError']
  ])('reads %s', (_, thrown, code) => {
    expect(toStudioError(thrown, 'Search').code).toBe(code);
  });

  it('adds the operation to an error that has none, and leaves others alone', () => {
    const bare = new StudioError({ code: 'A', message: 'b', hint: 'c' });
    expect(toStudioError(bare, 'Search')).toMatchObject({
      code: 'A',
      hint: 'c',
      operation: 'Search'
    });
    const full = toStudioError(bare, 'Search');
    expect(toStudioError(full, 'Other')).toBe(full);
  });

  it('tells throttling and aborting apart from the rest', () => {
    const error = (code: string, status: number) =>
      new StudioError({ code, message: 'words', status });
    expect(isThrottling(error('ThrottlingException', 400))).toBe(true);
    expect(isThrottling(error('X', 429))).toBe(true);
    expect(isThrottling(error('AccessDenied', 403))).toBe(false);
    expect(isAborted(Object.assign(new Error(), { name: 'AbortError' }))).toBe(
      true
    );
  });
});

describe('explain', () => {
  const of = (code: string, message = '', more = {}) =>
    explain(new StudioError({ code, message, ...more }), trans);

  it.each([
    ['CredentialsUnavailable', /no AWS credentials/, true],
    ['ExpiredToken', /expired/, true],
    ['ExpiredTokenException', /expired/, true],
    ['UnrecognizedClientException', /not accept the credentials/, true],
    ['UpstreamUnavailable', /cannot be reached/, true],
    ['UpstreamTimeout', /in time/, true],
    ['OperationNotAllowed', /not pass/, false],
    ['ThrottlingException', /Too many requests/, true],
    ['Throttling', /Too many requests/, true],
    ['SlowDown', /Too many requests/, true],
    ['InsufficientCapacityError', /no free instance/, true],
    ['ResourceLimitExceeded', /quota/, true],
    ['ServiceQuotaExceededException', /quota/, true],
    ['ValidationException', /input/, false],
    ['NoSuchBucket', /bucket does not exist/, true],
    ['BucketRegionMismatch', /another region/, false],
    ['BucketAlreadyExists', /taken/, false],
    ['ServerPartMissing', /server part/, true],
    ['SignedOut', /signed out/, true],
    ['NotSignedIn', /signed out/, true],
    ['ServerUnreachable', /does not answer/, true],
    ['ServerUnavailable', /cannot answer/, true],
    ['NotAuthorized', /server does not allow/, true],
    ['ResourceNotFound', /no longer exists/, true],
    ['TaskNotFound', /no longer exists/, true],
    ['ResourceInUse', /right now/, true],
    ['KMSInvalidStateException', /encryption key/, true],
    ['ImageUnknown', /not known/, true],
    ['OutsideRoot', /change your input/, false],
    ['FileMissing', /cannot be taken along/, true],
    ['DiskFull', /could not be saved/, true],
    ['TaskInterrupted', /interrupted/, true],
    ['OutcomeUnknown', /not known whether/, false],
    ['InternalFailure', /AWS could not/, true],
    ['SomethingNew', /did not work/, true]
  ])('has words for %s', (code, title, retryable) => {
    const found = of(code);
    expect(found.title).toMatch(title);
    expect(found.retryable).toBe(retryable);
  });

  it('knows how SageMaker says that a job is gone', () => {
    expect(
      of('ValidationException', 'Requested resource not found.').title
    ).toMatch(/no longer exists/);
  });

  it('takes an unknown 5xx for a fault of AWS', () => {
    expect(of('Strange', '', { status: 502 }).title).toMatch(/AWS could not/);
  });

  it('lets the server’s own hint win', () => {
    expect(of('NoSuchBucket', '', { hint: 'Ask Ada.' }).hint).toBe('Ask Ada.');
  });

  const denied = (end: string) =>
    of(
      'AccessDeniedException',
      `User: ${USER} is not authorized to perform: sagemaker:Search on resource: * ${end}`
    ).hint;
  it.each([
    [
      'because no identity-based policy allows it',
      /allow sagemaker:Search for the execution role/
    ],
    [
      'with an explicit deny in an identity-based policy',
      /denies sagemaker:Search explicitly/
    ],
    ['with an explicit deny in a service control policy', /organization/],
    ['because no permissions boundary allows it', /boundary/],
    ['because no session policy allows it', /session policy/],
    ['because no VPC endpoint policy allows it', /VPC endpoint/],
    [
      'because no resource-based policy allows it',
      /resource itself.*must allow/
    ],
    [
      'with an explicit deny in a resource-based policy',
      /resource itself.*denies/
    ]
  ])('says who can help: %s', (end, hint) => {
    expect(denied(end)).toMatch(hint);
  });
});
