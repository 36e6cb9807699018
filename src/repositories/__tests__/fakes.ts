import { FakeWatcher } from '../../__tests__/fakes';
import { StudioError } from '../../core/errors';
import type {
  IContext,
  ILocalClone,
  IRepositoriesApi,
  IStudioContext,
  ISuggestedRepositories
} from '../../tokens';
import type { IRepositoryActions } from '../components/actions';
import { RepositoriesModel } from '../model';

export * from '../../__tests__/fakes';

export const A = 'https://git.example.com/team/a';
export const B = 'https://git.example.com/team/b';
export const SECRET =
  'arn:aws:secretsmanager:us-west-2:123456789012:secret:AmazonSageMaker-a';

export const denied = new StudioError({
  code: 'AccessDeniedException',
  message:
    'User: arn:aws:sts::1:assumed-role/r is not authorized to perform: sagemaker:ListCodeRepositories',
  operation: 'ListCodeRepositories',
  requestId: 'request-1',
  status: 400
});

export function suggested(
  change: Partial<ISuggestedRepositories> = {}
): ISuggestedRepositories {
  return {
    space: { value: [] },
    profile: { value: [] },
    domain: { value: [] },
    account: { value: [] },
    ...change
  };
}

export function clone(change: Partial<ILocalClone> = {}): ILocalClone {
  return {
    path: 'a',
    url: `${A}.git`,
    branch: 'main',
    commit: '0123456789abcdef',
    upstream: 'origin/main',
    ahead: 0,
    behind: 0,
    changes: 0,
    problem: null,
    ...change
  };
}

export function fakeContext(mode: IContext['mode'] = 'studio'): IStudioContext {
  return {
    get: async () => ({ mode, modeReason: 'No credentials were found.' }),
    refresh: jest.fn(async () => undefined)
  } as unknown as IStudioContext;
}

export function fakeApi(
  found: ISuggestedRepositories = suggested()
): jest.Mocked<IRepositoriesApi> {
  return {
    suggested: jest.fn(async () => found),
    update: jest.fn(async () => undefined),
    updateCommand: jest.fn(async () => 'aws sagemaker update-domain'),
    register: jest.fn(async () => undefined),
    registerCommand: jest.fn(async () => 'aws sagemaker create-code-repository')
  } as unknown as jest.Mocked<IRepositoriesApi>;
}

/** The model of repositories, on fakes. */
export function makeModel(
  found: ISuggestedRepositories = suggested(),
  clones: ILocalClone[] = [],
  context = fakeContext()
) {
  const api = fakeApi(found);
  const watcher = new FakeWatcher();
  const local = {
    clones: jest.fn(async () => ({ clones, isComplete: true }))
  };
  const model = new RepositoriesModel({ api, context, local, watcher });
  return { api, context, local, model, watcher };
}

export function repositoryActions(): jest.Mocked<IRepositoryActions> {
  return {
    clone: jest.fn(),
    open: jest.fn(),
    pull: jest.fn(),
    attach: jest.fn(),
    register: jest.fn(),
    refresh: jest.fn()
  };
}
