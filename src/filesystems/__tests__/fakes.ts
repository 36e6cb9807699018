import { Signal } from '@lumino/signaling';

import { FakeWatcher } from '../../__tests__/fakes';
import type {
  IContext,
  IFileSystemsApi,
  ILocalFileSystemsApi,
  ISpace,
  ISpaceChanges,
  ISpaceDraft,
  ISpacesApi,
  IStudioContext
} from '../../tokens';
import { FileSystemsModel } from '../model';
import { EFS, details, domain, home, mount, network, rules } from './fixtures';

/** What the context says of a space, or why there is none. */
export function contextOf(mode: IContext['mode'] = 'studio'): IStudioContext {
  const field = (value: string) => ({ value, source: 'test' });
  const value = {
    mode,
    modeReason: 'No credentials were found.',
    fields: {
      spaceName: field('my-space'),
      appName: field('default'),
      domainId: field('d-1'),
      region: field('us-west-2')
    }
  } as unknown as IContext;
  return { get: async () => value } as unknown as IStudioContext;
}

/** A space with one file system attached and mounted, another attached and not mounted. */
export function makeModel(context = contextOf()) {
  const other = { kind: 'efs' as const, id: 'fs-broken' };
  const space = {
    settings: { fileSystems: [{ kind: 'efs', id: EFS }, other] }
  } as unknown as ISpace;
  const local = {
    get: jest.fn(async () => ({
      mounts: [home, mount()],
      user: { uid: 1000, gid: 100 },
      root: '/home/sagemaker-user'
    })),
    addShortcut: jest.fn(async () => undefined),
    removeShortcut: jest.fn(async () => undefined)
  } as unknown as jest.Mocked<ILocalFileSystemsApi>;
  const api = {
    rules: jest.fn(async () => ({
      value: rules({
        allowed: [EFS, 'fs-broken', 'fs-free'].map(id => ({
          reference: { kind: 'efs', id },
          source: 'domain'
        }))
      })
    })),
    efs: jest.fn(async () => ({
      value: [
        details(),
        details({ id: 'fs-broken', name: 'archive' }),
        details({ id: 'fs-free', name: 'free' }),
        details({ id: 'fs-foreign', name: 'team-models' })
      ]
    })),
    lustre: jest.fn(async () => ({ value: [] })),
    network: jest.fn(async () => network([])),
    domainNetwork: jest.fn(async () => domain),
    accessPoint: jest.fn(async () => ({ value: null }))
  } as unknown as jest.Mocked<IFileSystemsApi>;
  const spaces = {
    describe: jest.fn(async () => space),
    app: jest.fn(async () => null)
  };
  const drafts: { current: ISpaceDraft | null } = { current: null };
  const changes = {
    changed: new Signal<object, void>({}),
    done: new Signal<object, string>({}),
    draft: () => drafts.current,
    propose: jest.fn(async () => undefined)
  };
  const watcher = new FakeWatcher();
  const model = new FileSystemsModel({
    context,
    api,
    spaces: spaces as unknown as ISpacesApi,
    local,
    changes: changes as unknown as ISpaceChanges,
    watcher
  });
  return { model, local, api, spaces, changes, drafts, watcher };
}
