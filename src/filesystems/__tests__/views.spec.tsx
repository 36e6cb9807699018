import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';

import { FakeWatcher, trans } from '../../__tests__/fakes';
import { fakeServer } from '../../__tests__/server';
import type { ISpaceChanges } from '../../tokens';
import { CommandIDs, addFileSystemCommands } from '../commands';
import { FileSystemsList } from '../components/FileSystemsList';
import type { IFileSystemActions } from '../components/actions';
import { FileSystemsController } from '../controller';
import { LocalFileSystemsApi } from '../local';
import { fileSystemsPlugin } from '../plugin';
import { contextOf, makeModel } from './fakes';
import { EFS, denied, home, mount, rules } from './fixtures';

afterEach(() => {
  cleanup();
  jest.restoreAllMocks();
});

function fakeActions(): jest.Mocked<IFileSystemActions> {
  const names = [
    ...['refresh', 'attach', 'detach', 'review', 'allow', 'browse'],
    ...['copyPath', 'insert', 'addShortcut', 'removeShortcut']
  ];
  return Object.fromEntries(
    names.map(name => [name, jest.fn(async () => undefined)])
  ) as unknown as jest.Mocked<IFileSystemActions>;
}

async function show(
  prepare: (made: ReturnType<typeof makeModel>) => void = () => undefined,
  context = contextOf()
) {
  const made = makeModel(context);
  prepare(made);
  await made.model.refresh();
  const actions = fakeActions();
  render(
    <FileSystemsList model={made.model} actions={actions} trans={trans} />
  );
  return { ...made, actions };
}
const row = (name: string) =>
  within(screen.getByText(name).closest('li') as HTMLElement);
const button = (name: string | RegExp) => screen.getByRole('button', { name });

describe('the list of file systems', () => {
  it('says of each what it is, where, how full, and what may be done', async () => {
    const { actions } = await show();
    const shared = row('shared-datasets');
    expect(shared.getByText('Mounted')).toBeTruthy();
    expect(shared.getByText('Amazon EFS').textContent).toContain(EFS);
    expect(shared.getByText('read and write (tested)')).toBeTruthy();
    expect(shared.getByText('elastic')).toBeTruthy();
    expect(shared.queryByRole('meter')).toBeNull();
    expect(row('Home folder').getByRole('meter').getAttribute('value')).toBe(
      '0.2'
    );
    fireEvent.click(button('Open “shared-datasets” in the file browser'));
    expect(actions.browse.mock.calls[0][0].id).toBe(EFS);
    fireEvent.click(button('Detach “shared-datasets” from the space'));
    expect(actions.detach.mock.calls[0][0].id).toBe(EFS);
    fireEvent.click(button('Attach “free” to the space'));
    expect(actions.attach.mock.calls[0][0].id).toBe('fs-free');
    fireEvent.click(
      button('What your administrator has to do for “team-models”')
    );
    expect(actions.allow.mock.calls[0][0].id).toBe('fs-foreign');
  });

  it('explains what is not mounted, and what would not be', async () => {
    await show();
    expect(
      row('archive').getByText('Why it is not mounted:').parentElement!
        .textContent
    ).toContain('no mount target in 2 of the domain’s subnets');
    expect(row('free').getByText('Would not be mounted:')).toBeTruthy();
  });

  it('names each missing permission once, and hides nothing for it', async () => {
    await show(({ api }) => {
      const no = denied('elasticfilesystem:DescribeMountTargets');
      api.network.mockResolvedValue({ targets: no, groups: no });
    });
    expect(
      screen.getAllByText('elasticfilesystem:DescribeMountTargets')
    ).toHaveLength(1);
    expect(row('free').getByText('Not attached')).toBeTruthy();
  });

  it('gives the path to a drag as a string, with Alt as code', async () => {
    await show();
    const path = row('shared-datasets').getByTitle(/Drag it into a cell/);
    expect(path.textContent).toBe(mount().path);
    expect(path.getAttribute('draggable')).toBe('true');
    const drag = (altKey: boolean) => {
      const setData = jest.fn();
      const event = new MouseEvent('dragstart', { bubbles: true, altKey });
      Object.assign(event, { dataTransfer: { setData } });
      fireEvent(path, event);
      return setData.mock.calls[0];
    };
    expect(drag(false)).toEqual(['text/plain', `"${mount().path}"`]);
    expect(drag(true)[1]).toBe(
      `from pathlib import Path\n\nshared_datasets = Path("${mount().path}")`
    );
  });

  it('opens nothing that does not answer', async () => {
    await show(({ local }) =>
      local.get.mockResolvedValue({
        mounts: [
          mount({ state: 'not-answering', reason: 'No answer in 2 s.' })
        ],
        user: { uid: 1, gid: 1 },
        root: '/'
      })
    );
    const hanging = row('shared-datasets');
    expect(hanging.getByText('Not answering')).toBeTruthy();
    expect(hanging.getByText(/^No answer in 2 s\. Programs/)).toBeTruthy();
    expect(hanging.queryByRole('button', { name: /^Open/ })).toBeNull();
  });

  it('makes and removes shortcuts; none for the home folder', async () => {
    const { actions } = await show(({ local }) =>
      local.get.mockResolvedValue({
        mounts: [
          home,
          mount({ shortcuts: ['data'] }),
          mount({ id: 'fs-free', path: '/mnt/x', browserPath: null })
        ],
        user: { uid: 1, gid: 1 },
        root: '/'
      })
    );
    fireEvent.click(button('Remove the shortcut “data”'));
    expect(actions.removeShortcut).toHaveBeenCalledWith('data');
    fireEvent.click(button('Make a shortcut to “free” in the home folder…'));
    expect(actions.addShortcut).toHaveBeenCalledTimes(1);
    expect(
      (button(/^Open “free”.*needs a shortcut/) as HTMLButtonElement).disabled
    ).toBe(true);
    expect(
      row('Home folder').queryByRole('button', { name: /shortcut/ })
    ).toBeNull();
  });

  it('says what to do where there is none', async () => {
    await show(({ api, spaces, local }) => {
      spaces.describe.mockResolvedValue({
        settings: { fileSystems: [] }
      } as never);
      api.rules.mockResolvedValue({ value: rules({ allowed: [] }) });
      api.efs.mockResolvedValue({ value: [] });
      local.get.mockResolvedValue({
        mounts: [home],
        user: { uid: 1, gid: 1 },
        root: '/'
      });
    });
    expect(screen.getByText('No shared file system yet')).toBeTruthy();
  });

  it('says that only what is here is shown without AWS', async () => {
    await show(undefined, contextOf('none'));
    expect(
      screen.getByText(/AWS can’t be asked\. No credentials/)
    ).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Detach/ })).toBeNull();
  });

  it('leads to the plan, and takes back what is planned', async () => {
    const { actions } = await show(({ drafts }) => {
      drafts.current = {
        fileSystems: [
          { kind: 'efs', id: EFS },
          { kind: 'efs', id: 'fs-broken' },
          { kind: 'efs', id: 'fs-free' }
        ]
      };
    });
    expect(
      row('free').getByText('is attached with the next restart')
    ).toBeTruthy();
    fireEvent.click(button('Review and apply…'));
    expect(actions.review).toHaveBeenCalled();
    fireEvent.click(button(/^Take “free” out of the plan/));
    expect(actions.detach.mock.calls[0][0].id).toBe('fs-free');
  });
});

describe('what is done', () => {
  async function makeController(tracker: INotebookTracker | null = null) {
    const made = makeModel();
    await made.model.refresh();
    const commands = new CommandRegistry();
    const app = { commands, shell: { activateById: jest.fn() } };
    const controller = new FileSystemsController({
      app: app as unknown as JupyterFrontEnd,
      model: made.model,
      local: made.local,
      changes: made.changes as unknown as ISpaceChanges,
      context: contextOf(),
      tracker,
      trans
    });
    const find = (key: string) => made.model.find(key)!;
    return { ...made, commands, app, controller, find };
  }

  it('attaches to what the space has, and detaches nothing else', async () => {
    const { controller, changes, find, drafts } = await makeController();
    const present = [
      { kind: 'efs', id: EFS },
      { kind: 'efs', id: 'fs-broken' }
    ];
    await controller.attach(find('efs fs-free'));
    expect(changes.propose).toHaveBeenLastCalledWith(
      { fileSystems: [...present, { kind: 'efs', id: 'fs-free' }] },
      undefined,
      'fileSystems'
    );
    await controller.detach(find('efs fs-broken'));
    expect(changes.propose).toHaveBeenLastCalledWith(
      { fileSystems: present.slice(0, 1) },
      undefined,
      'fileSystems'
    );
    drafts.current = { fileSystems: [] };
    await controller.attach(find('efs fs-free'));
    expect(changes.propose).toHaveBeenLastCalledWith(
      { fileSystems: [{ kind: 'efs', id: 'fs-free' }] },
      undefined,
      'fileSystems'
    );
  });

  it('opens the folder in the file browser', async () => {
    const { controller, commands, find } = await makeController();
    const execute = jest.fn();
    commands.addCommand('filebrowser:go-to-path', { execute });
    await controller.browse(find(`efs ${EFS}`));
    await controller.browse(find('home'));
    expect(execute.mock.calls.map(([{ path }]) => path)).toEqual([
      `/custom-file-systems/efs/${EFS}`,
      '/'
    ]);
  });

  it('writes the path into the active cell, or says that there is none', async () => {
    const warning = jest.spyOn(Notification, 'warning').mockReturnValue('1');
    const none = await makeController();
    await none.controller.insert(none.find(`efs ${EFS}`), 'string');
    expect(warning).toHaveBeenCalledTimes(1);
    const editor = { replaceSelection: jest.fn(), focus: jest.fn() };
    const content = { activeCell: { editor }, mode: 'command' };
    const { controller, find } = await makeController({
      currentWidget: { id: 'notebook', content }
    } as unknown as INotebookTracker);
    await controller.insert(find(`efs ${EFS}`), 'string');
    await controller.insert(find(`efs ${EFS}`), 'code');
    expect(editor.replaceSelection.mock.calls.map(([text]) => text)).toEqual([
      `"${mount().path}"`,
      `from pathlib import Path\n\nshared_datasets = Path("${mount().path}")`
    ]);
    expect(content.mode).toBe('edit');
  });

  it('is reached by commands with an id; without one attaching opens the plan', async () => {
    const { controller, commands, changes } = await makeController();
    addFileSystemCommands({
      commands,
      actions: async () => controller,
      show: jest.fn(),
      palette: null,
      trans
    });
    const browse = jest.fn();
    commands.addCommand('filebrowser:go-to-path', { execute: browse });
    await commands.execute(CommandIDs.browseFileSystem, { id: EFS });
    expect(browse).toHaveBeenCalledTimes(1);
    await commands.execute(CommandIDs.attachFileSystem);
    expect(changes.propose).toHaveBeenLastCalledWith(
      undefined,
      undefined,
      'fileSystems'
    );
    await commands.execute(CommandIDs.detachFileSystem, { id: EFS });
    expect(changes.propose).toHaveBeenLastCalledWith(
      { fileSystems: [{ kind: 'efs', id: 'fs-broken' }] },
      undefined,
      'fileSystems'
    );
    const warning = jest.spyOn(Notification, 'warning').mockReturnValue('1');
    await commands.execute(CommandIDs.copyPath, { id: 'fs-unknown' });
    expect(warning).toHaveBeenCalledWith('“fs-unknown” is not mounted here.');
  });

  it('of a shortcut is asked of the server, and what was refused is said', async () => {
    const { controller, local } = await makeController();
    const refused = jest.spyOn(Notification, 'error').mockReturnValue('1');
    await controller.removeShortcut('data');
    expect(local.removeShortcut).toHaveBeenCalledWith('data');
    expect(local.get).toHaveBeenLastCalledWith(true, expect.anything());
    local.removeShortcut.mockRejectedValue(denied('x:Y').error);
    await act(async () => controller.removeShortcut('data'));
    expect(refused).toHaveBeenCalledWith(
      'The shortcut was not removed',
      expect.anything()
    );
  });
});

describe('the routes of this machine', () => {
  it('are asked with what they want', async () => {
    const { settings, received } = fakeServer(({ method }) =>
      method === 'GET'
        ? new Response('{"mounts":[]}')
        : new Response(method === 'POST' ? '{"name":"data"}' : null, {
            status: method === 'POST' ? 201 : 204
          })
    );
    const api = new LocalFileSystemsApi(settings);
    await api.get();
    await api.get(true);
    await api.addShortcut('/mnt/x', 'data');
    await api.removeShortcut('data');
    expect(
      received.map(({ method, path, body }) => `${method} ${path} ${body}`)
    ).toEqual([
      'GET file-systems ',
      'GET file-systems?refresh=1 ',
      'POST file-systems/shortcut {"path":"/mnt/x","name":"data"}',
      'DELETE file-systems/shortcut {"name":"data"}'
    ]);
  });
});

it('the plugin asks for nothing when it is activated', async () => {
  const { settings, received } = fakeServer(() => new Response());
  const addSection = jest.fn();
  void fileSystemsPlugin.activate(
    {
      commands: new CommandRegistry(),
      serviceManager: { serverSettings: settings }
    } as unknown as JupyterFrontEnd,
    {},
    contextOf(),
    { addSection, reveal: jest.fn() },
    {},
    new FakeWatcher(),
    { check: jest.fn() },
    ...(fileSystemsPlugin.optional ?? []).map(token =>
      token.name.includes('ITranslator') ? nullTranslator : null
    )
  );
  await new Promise(resolve => setTimeout(resolve));
  expect(received).toHaveLength(0);
  expect(addSection).toHaveBeenCalledWith(
    expect.objectContaining({ id: 'jp-sagemaker-studio-file-systems' }),
    { rank: 300, isFolded: true }
  );
});
