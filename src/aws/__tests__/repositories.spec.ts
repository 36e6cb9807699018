import { awsError } from '../../__tests__/server';
import type { IReceived } from '../../__tests__/server';
import { aws, contextOf, gatewayWith, inputs, operation } from './fakes';

// The types of Node.js would let the product's code use it, too.
const { execFileSync } = jest.requireActual<{
  execFileSync: (file: string, args: string[], options: object) => string;
}>('child_process');

const A = 'https://git.example.com/team/a';
const B = 'https://git.example.com/team/b';
const SECRET =
  'arn:aws:secretsmanager:us-west-2:123456789012:secret:AmazonSageMaker-a';
const list = (...urls: string[]) => ({
  JupyterLabAppSettings: {
    DefaultResourceSpec: { InstanceType: 'ml.t3.medium' },
    CodeRepositories: urls.map(RepositoryUrl => ({ RepositoryUrl }))
  }
});

const ANSWERS: Record<string, unknown> = {
  DescribeSpace: {
    SpaceName: 'my-space',
    SpaceSharingSettings: { SharingType: 'Private' },
    OwnershipSettings: { OwnerUserProfileName: 'ann' },
    SpaceSettings: list(A)
  },
  DescribeUserProfile: { UserProfileName: 'ann', UserSettings: list(A, B) },
  DescribeDomain: {
    DefaultUserSettings: { ExecutionRole: 'role', ...list(B) },
    DefaultSpaceSettings: list(A)
  },
  ListCodeRepositories: {
    CodeRepositorySummaryList: [
      {
        CodeRepositoryName: 'a',
        GitConfig: { RepositoryUrl: A, Branch: 'main', SecretArn: SECRET }
      }
    ]
  },
  UpdateUserProfile: {},
  UpdateDomain: {},
  CreateCodeRepository: {}
};

function make(more: Record<string, unknown> = {}, context = contextOf()) {
  const answers: Record<string, unknown> = { ...ANSWERS, ...more };
  return gatewayWith((request: IReceived) => {
    const answer = answers[operation(request)];
    return answer instanceof Response ? answer.clone() : aws(answer);
  }, context);
}

const denied = (action: string) =>
  awsError(
    'AccessDeniedException',
    `User: arn:aws:sts::1:assumed-role/r is not authorized to perform: sagemaker:${action}`,
    400
  );
const change = { add: [A], remove: [B] };

describe('suggested repositories', () => {
  it('come from the space, its owner’s profile, the domain and the account', async () => {
    const { gateway, received } = make();
    expect(await gateway.repositories.suggested()).toEqual({
      space: { value: [A] },
      profile: { value: [A, B] },
      domain: { value: [B] },
      account: {
        value: [{ name: 'a', url: A, branch: 'main', secretArn: SECRET }]
      }
    });
    expect(inputs(received, 'DescribeUserProfile')).toEqual([
      { DomainId: 'd-1', UserProfileName: 'ann' }
    ]);
  });

  it('of a source that is denied don’t hide the others', async () => {
    const { gateway } = make({
      DescribeSpace: denied('DescribeSpace'),
      ListCodeRepositories: denied('ListCodeRepositories')
    });
    const found = await gateway.repositories.suggested();
    expect(found.account).toMatchObject({
      value: null,
      error: { code: 'AccessDeniedException', requestId: 'request-1' }
    });
    expect(found.space.value).toBeNull();
    // Whose the space is can’t be told.
    expect(found.profile).toMatchObject({
      value: null,
      error: { code: 'ProfileUnknown' }
    });
    expect(found.domain).toEqual({ value: [B] });
  });

  it('of the profile are found by the app where the space can’t be read', async () => {
    const { gateway } = make(
      { DescribeSpace: denied('DescribeSpace') },
      contextOf({ userProfileName: 'ann' })
    );
    const { profile } = await gateway.repositories.suggested();
    expect(profile).toEqual({ value: [A, B] });
  });

  it('of a shared space are the domain’s for shared spaces', async () => {
    const { gateway, received } = make({
      DescribeSpace: { SpaceSharingSettings: { SharingType: 'Shared' } }
    });
    expect(await gateway.repositories.suggested()).toMatchObject({
      space: { value: [] },
      profile: null,
      domain: { value: [A] }
    });
    expect(inputs(received, 'DescribeUserProfile')).toEqual([]);
    await gateway.repositories.update('domain', { add: [B], remove: [] });
    expect(inputs(received, 'UpdateDomain')).toEqual([
      { DomainId: 'd-1', DefaultSpaceSettings: list(A, B) }
    ]);
  });

  it('outside of a domain are the account’s', async () => {
    const context = contextOf({ domainId: null, spaceName: null }, 'account');
    const found = await make({}, context).gateway.repositories.suggested();
    expect(found.account.value).toHaveLength(1);
    expect(found.domain).toMatchObject({ error: { code: 'DomainUnknown' } });
  });
});

describe('the list of a profile or domain', () => {
  it('is changed with all other settings of JupyterLab as they were', async () => {
    const { gateway, received } = make();
    await gateway.repositories.update('profile', change);
    await gateway.repositories.update('domain', change);
    expect(inputs(received, 'UpdateUserProfile')).toEqual([
      { DomainId: 'd-1', UserProfileName: 'ann', UserSettings: list(A) }
    ]);
    expect(inputs(received, 'UpdateDomain')).toEqual([
      { DomainId: 'd-1', DefaultUserSettings: list(A) }
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ['by ssh', ['git@github.com:a/b'], /only https/],
    [
      'after the tenth',
      Array.from({ length: 10 }, (_, each) => `${A}${each}`),
      /at most 10/
    ]
  ])('takes none %s', async (_, add, problem) => {
    const { gateway, received } = make();
    await expect(
      gateway.repositories.update('domain', { add, remove: [] })
    ).rejects.toThrow(problem);
    expect(inputs(received, 'UpdateDomain')).toEqual([]);
  });

  it('is never written where it could not be read', async () => {
    const { gateway, received } = make({
      DescribeDomain: denied('DescribeDomain')
    });
    await expect(
      gateway.repositories.updateCommand('domain', change)
    ).rejects.toMatchObject({ code: 'AccessDeniedException' });
    expect(inputs(received, 'UpdateDomain')).toEqual([]);
  });
});

describe('the command for the administrator', () => {
  /** What a shell makes of it. */
  const words = (command: string) =>
    execFileSync('sh', ['-c', `aws() { printf '%s\\n' "$@"; }; ${command}`], {
      encoding: 'utf8'
    })
      .trimEnd()
      .split('\n');

  it('does what would have been done', async () => {
    const { gateway } = make();
    const command = await gateway.repositories.updateCommand('profile', change);
    expect(words(command)).toEqual([
      'sagemaker',
      'update-user-profile',
      '--region',
      'us-west-2',
      '--domain-id',
      'd-1',
      '--user-profile-name',
      'ann',
      '--user-settings',
      JSON.stringify(list(A))
    ]);
    expect(
      words(await gateway.repositories.updateCommand('domain', change))
    ).toEqual(
      expect.arrayContaining(['update-domain', '--default-user-settings'])
    );
  });

  it('is quoted', async () => {
    const { gateway } = make();
    const command = await gateway.repositories.registerCommand({
      name: "it's",
      url: A,
      branch: '$(id)'
    });
    expect(words(command)).toEqual([
      'sagemaker',
      'create-code-repository',
      '--region',
      'us-west-2',
      '--code-repository-name',
      "it's",
      '--git-config',
      JSON.stringify({ RepositoryUrl: A, Branch: '$(id)' })
    ]);
  });
});

it('a repository is registered with its secret', async () => {
  const { gateway, received } = make();
  await gateway.repositories.register({ name: 'a', url: A, secretArn: SECRET });
  expect(inputs(received, 'CreateCodeRepository')).toEqual([
    {
      CodeRepositoryName: 'a',
      GitConfig: { RepositoryUrl: A, SecretArn: SECRET }
    }
  ]);
});
