import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { fireEvent, screen, waitFor } from '@testing-library/react';

import { StudioError } from '../../core/errors';
import type { ISpaceChanges, ISuggestedRepositories } from '../../tokens';
import { RepositoriesController } from '../controller';
import type { Folders } from '../folders';
import { GitTasks } from '../gitTasks';
import { QuestionDesk } from '../questions';
import {
  A,
  B,
  FakeTasks,
  SECRET,
  clone,
  denied,
  makeModel,
  suggested,
  trans
} from './fakes';

const ACCOUNT = {
  value: [{ name: 'a', url: A, branch: 'main', secretArn: SECRET }]
};

function make(found: ISuggestedRepositories = suggested()) {
  const { model, api, context } = makeModel(found, [clone()]);
  const tasks = new FakeTasks();
  const desk = new QuestionDesk({ tasks, trans });
  const folders = {
    current: { path: 'work', names: ['b'] as string[] },
    selected: 'work',
    open: jest.fn(async () => undefined),
    refresh: jest.fn(async () => undefined)
  };
  const app = {
    shell: { widgets: () => [] },
    hasPlugin: () => false
  } as unknown as JupyterFrontEnd;
  const announced: string[] = [];
  const git = new GitTasks({
    app,
    tasks,
    desk,
    folders: folders as unknown as Folders,
    model,
    announce: id => announced.push(id),
    trans
  });
  const changes = {
    draft: jest.fn(() => null),
    propose: jest.fn(async () => undefined),
    done: new Signal({})
  } as unknown as jest.Mocked<ISpaceChanges>;
  const controller = new RepositoriesController({
    api,
    changes,
    context,
    folders: folders as unknown as Folders,
    git,
    model,
    trans
  });
  return {
    announced,
    api,
    changes,
    controller,
    desk,
    folders,
    git,
    model,
    tasks
  };
}

const button = async (name: string) =>
  (await screen.findAllByRole('button', { name, hidden: true })).at(
    -1
  ) as HTMLButtonElement;
const press = async (name: string) => fireEvent.click(await button(name));
const input = async (label: string) =>
  (await screen.findByLabelText(label)) as HTMLInputElement;
const type = async (label: string, value: string) =>
  fireEvent.input(await input(label), { target: { value } });
const shown = () => Notification.manager.notifications;

afterEach(async () => {
  Notification.dismiss();
  await waitFor(() => expect(document.querySelector('.jp-Dialog')).toBeNull());
});

describe('cloning', () => {
  it('starts what the form says, tells other tabs, and opens the folder', async () => {
    const { announced, controller, folders, model, tasks } = make(
      suggested({ account: ACCOUNT })
    );
    await model.refresh();
    const cloning = controller.clone(A);
    expect((await input('New folder')).value).toBe('work/a');
    expect((await input('Branch or tag')).value).toBe('main');
    await press('Clone');
    await cloning;
    expect(tasks.started).toMatchObject([
      {
        kind: 'clone',
        title: 'Clone a',
        spec: {
          url: A,
          directory: 'work/a',
          reference: 'main',
          submodules: true,
          secretArn: SECRET
        }
      }
    ]);
    const [{ id }] = [...tasks.tasks.values()];
    expect(announced).toEqual([id]);
    tasks.move(id, { state: 'succeeded', result: { directory: 'work/a' } });
    await waitFor(() => expect(folders.open).toHaveBeenCalledWith('work/a'));
    expect(shown()[0]).toMatchObject({
      type: 'success',
      message: 'Cloned into work/a'
    });
    expect(tasks.forgotten).toEqual([id]);
  });

  it('proposes no folder in a clone, nor one that is there', async () => {
    const { controller, folders, model } = make();
    folders.current = { path: 'a/notebooks', names: [] };
    await model.refresh();
    const cloning = controller.clone(A);
    expect((await input('New folder')).value).toBe('a-2');
    await press('Cancel');
    await cloning;
  });

  it('is not given up by a click beside the dialog', async () => {
    const { controller } = make();
    const cloning = controller.clone(A);
    await type('New folder', 'elsewhere');
    fireEvent.click(document.querySelector('.jp-Dialog')!);
    expect((await input('New folder')).value).toBe('elsewhere');
    await press('Cancel');
    await cloning;
  });

  it('can’t begin with an address that is none', async () => {
    const { controller, tasks } = make();
    const cloning = controller.clone();
    const accept = await button('Clone');
    expect(accept.disabled).toBe(true);
    await type('Address of the repository', 'ext::sh -c touch');
    expect(await screen.findByText(/no spaces/)).toBeTruthy();
    fireEvent.keyDown(await input('Address of the repository'), {
      key: 'Enter',
      keyCode: 13
    });
    expect(accept.disabled).toBe(true);
    await type('Address of the repository', B);
    await waitFor(() => expect(accept.disabled).toBe(false));
    expect((await input('New folder')).value).toBe('work/b-2');
    await press('Cancel');
    await cloning;
    expect(tasks.started).toEqual([]);
  });

  it('takes credentials out of a pasted address and gives them to its host', async () => {
    const { controller, tasks } = make();
    const cloning = controller.clone();
    await type(
      'Address of the repository',
      'https://me:t0ken@git.example.com/team/a'
    );
    expect((await input('Address of the repository')).value).toBe(A);
    expect(await screen.findByText(/taken out of the address/)).toBeTruthy();
    await press('Clone');
    await cloning;
    expect(JSON.stringify(tasks.started)).not.toContain('t0ken');
    const [{ id }] = [...tasks.tasks.values()];
    tasks.move(id, {
      question: {
        id: 'q1',
        kind: 'credentials',
        host: 'git.example.com',
        text: ''
      }
    });
    await waitFor(() =>
      expect(tasks.answers).toEqual([
        {
          id,
          questionId: 'q1',
          answer: { username: 'me', password: 't0ken', keep: 'no' }
        }
      ])
    );
    tasks.move(id, { state: 'cancelled', question: undefined });
  });

  it('asks again with what the server says of the folder', async () => {
    const { controller, tasks } = make();
    tasks.startFailure = new StudioError({
      code: 'TargetExists',
      message: 'There is “work/a” already.',
      status: 409
    });
    const cloning = controller.clone(A);
    await press('Clone');
    expect(await screen.findByText('There is “work/a” already.')).toBeTruthy();
    tasks.startFailure = null;
    await type('New folder', 'other');
    await press('Clone');
    await cloning;
    expect(tasks.started[1].spec).toMatchObject({ url: A, directory: 'other' });
    tasks.move([...tasks.tasks.keys()][0], { state: 'cancelled' });
  });

  it('goes on after a reload, without taking the person away', async () => {
    const { folders, git, tasks } = make();
    const clone = {
      clientToken: 'c',
      kind: 'clone',
      title: 'Clone a'
    } as const;
    git.resume([
      tasks.put({ id: 'one', ...clone }),
      tasks.put({ id: 'two', clientToken: 'd' })
    ]);
    expect(shown()).toHaveLength(1);
    tasks.move('one', {
      state: 'failed',
      error: { code: 'DiskFull', message: 'No space left on device' }
    });
    await waitFor(() => expect(tasks.forgotten).toEqual(['one']));
    expect(shown()[0]).toMatchObject({
      type: 'error',
      message: 'Failed: Clone a'
    });
    expect(folders.open).not.toHaveBeenCalled();
  });
});

it.each([
  [0, 'work/a has all commits already'],
  [1, 'work/a has 1 new commit'],
  [3, 'work/a has 3 new commits']
])('pulling tells of %s commits', async (commits, message) => {
  const { controller, model, tasks } = make(suggested({ account: ACCOUNT }));
  await model.refresh();
  await controller.pull({ path: 'work/a', url: `${A}.git` });
  expect(tasks.started).toMatchObject([
    { kind: 'pull', spec: { directory: 'work/a', secretArn: SECRET } }
  ]);
  const result = { directory: 'work/a', from: '1', to: '2', commits };
  tasks.move([...tasks.tasks.keys()][0], { state: 'succeeded', result });
  await waitFor(() => expect(shown()[0]).toMatchObject({ message }));
});

describe('attaching', () => {
  it('to the space joins its plan, with the whole list', async () => {
    const { changes, controller } = make(suggested({ space: { value: [B] } }));
    const attaching = controller.attach(A);
    fireEvent.click(await input('This space'));
    await press('Apply');
    await attaching;
    expect(changes.propose).toHaveBeenCalledWith(
      { repositories: [B, A] },
      undefined,
      'repositories'
    );
  });

  it('builds on what is collected already; detaching takes every spelling off', async () => {
    const { changes, controller } = make(suggested({ space: { value: [A] } }));
    changes.draft.mockReturnValue({ repositories: [A, B, `${A}.git`] });
    const attaching = controller.attach(A);
    const box = await input('This space');
    expect(box.checked).toBe(true);
    fireEvent.click(box);
    await press('Apply');
    await attaching;
    expect(changes.propose.mock.calls[0][0]).toEqual({ repositories: [B] });
  });

  it('to the profile is done at once', async () => {
    const { api, changes, controller } = make();
    const attaching = controller.attach();
    await type('Address of the repository', A);
    fireEvent.click(await input('This space'));
    fireEvent.click(await input('The owner’s profile'));
    await press('Attach');
    await attaching;
    expect(api.update.mock.calls).toEqual([
      ['profile', { add: [A], remove: [] }]
    ]);
    expect(changes.propose).not.toHaveBeenCalled();
    expect(api.suggested).toHaveBeenCalledTimes(2);
  });

  it('gives the administrator’s command where it is not allowed', async () => {
    const { api, controller } = make(suggested({ domain: { value: [A] } }));
    api.update.mockRejectedValue(denied);
    const attaching = controller.attach(A);
    fireEvent.click(await input('The whole domain'));
    await press('Apply');
    expect(await screen.findByText('aws sagemaker update-domain')).toBeTruthy();
    expect(screen.getByText('The domain was not changed')).toBeTruthy();
    expect(api.updateCommand).toHaveBeenCalledWith('domain', {
      add: [],
      remove: [A]
    });
    await press('Close');
    await attaching;
  });

  it('leaves alone what can’t be read', async () => {
    const { api, controller } = make(
      suggested({ domain: { value: null, reason: 'denied', error: denied } })
    );
    const attaching = controller.attach(A);
    expect((await input('The whole domain')).disabled).toBe(true);
    await press('Apply');
    await attaching;
    expect(api.update).not.toHaveBeenCalled();
  });
});

describe('registering', () => {
  it('proposes a name and checks what is typed', async () => {
    const { api, controller } = make(suggested({ account: ACCOUNT }));
    const registering = controller.register('https://git.example.com/team/a_b');
    expect((await input('Name')).value).toBe('a-b');
    const accept = await button('Register');
    await type('Name', 'a');
    expect(await screen.findByText(/a repository with this name/)).toBeTruthy();
    await type('ARN of its secret', 'arn:nothing');
    expect(accept.disabled).toBe(true);
    await type('Name', 'models');
    await type('ARN of its secret', SECRET);
    await waitFor(() => expect(accept.disabled).toBe(false));
    fireEvent.click(accept);
    await registering;
    expect(api.register).toHaveBeenCalledWith({
      name: 'models',
      url: 'https://git.example.com/team/a_b',
      secretArn: SECRET
    });
  });

  it('shows AWS’s reason where it fails otherwise', async () => {
    const { api, controller } = make();
    api.register.mockRejectedValue(
      new StudioError({ code: 'ValidationException', message: 'No secret' })
    );
    const registering = controller.register(A);
    await press('Register');
    await registering;
    expect(shown()[0].message).toBe('The repository was not registered');
    expect(api.registerCommand).not.toHaveBeenCalled();
  });
});
