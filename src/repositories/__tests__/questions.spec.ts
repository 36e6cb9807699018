import { fireEvent, screen, waitFor } from '@testing-library/react';

import type { ITaskQuestion } from '../../tokens';
import { QuestionDesk } from '../questions';
import { FakeTasks, trans } from './fakes';

const credentials = (id: string, change = {}): ITaskQuestion => ({
  id,
  kind: 'credentials',
  host: 'git.example.com',
  text: 'Username for https://git.example.com',
  ...change
});

describe('a question', () => {
  let tasks: FakeTasks;
  let desk: QuestionDesk;
  const ask = (id: string, question: ITaskQuestion | undefined) =>
    tasks.move(id, { question });
  const button = (name: string) =>
    screen.findByRole('button', { name, hidden: true });
  const type = (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  const answered = (count: number) =>
    waitFor(() => expect(tasks.answers).toHaveLength(count));

  beforeEach(() => {
    tasks = new FakeTasks();
    for (const id of ['one', 'two']) {
      tasks.put({ id, clientToken: id, kind: 'clone', title: `Clone ${id}` });
    }
    desk = new QuestionDesk({ tasks, trans });
  });

  afterEach(async () => {
    desk.dispose();
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')).toBeNull()
    );
  });

  it('for credentials is put, and answered as the person wants', async () => {
    ask('one', credentials('q1', { username: 'me', problem: 'bad token' }));
    const signIn = await button('Sign in');
    expect(await screen.findByText('Clone one')).toBeTruthy();
    // The host refused the token, not the name.
    const token = screen.getByLabelText('Token');
    await waitFor(() => expect(document.activeElement).toBe(token));
    expect(screen.getByRole('alert', { hidden: true }).textContent).toBe(
      'bad token'
    );
    expect((signIn as HTMLButtonElement).disabled).toBe(true);
    type('Token', 't0ken');
    const field = screen.getByLabelText('Token');
    expect(field.getAttribute('type')).toBe('password');
    fireEvent.change(screen.getByLabelText('Keep it'), {
      target: { value: 'cache' }
    });
    fireEvent.click(signIn);
    await answered(1);
    expect(tasks.answers[0]).toEqual({
      id: 'one',
      questionId: 'q1',
      answer: { username: 'me', password: 't0ken', keep: 'cache' }
    });
    // The same question comes with every change of the task until the server has the answer.
    ask('one', credentials('q1'));
    expect(document.querySelector('.jp-Dialog')).toBeNull();
  });

  it('is declined', async () => {
    ask('one', credentials('q1'));
    fireEvent.click(await button('Give up'));
    await answered(1);
    expect(tasks.answers[0].answer).toBeNull();
  });

  it('disappears when another tab answers or the task ends', async () => {
    ask('one', credentials('q1'));
    await button('Sign in');
    ask('one', undefined);
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')).toBeNull()
    );
    ask('one', credentials('q2'));
    await button('Sign in');
    tasks.move('one', { state: 'cancelled' });
    await waitFor(() =>
      expect(document.querySelector('.jp-Dialog')).toBeNull()
    );
    expect(tasks.answers).toEqual([]);
  });

  it('waits for the one before', async () => {
    ask('one', credentials('q1'));
    ask('two', {
      id: 'q2',
      kind: 'host-key',
      host: 'ssh.example.com',
      text: 'Are you sure?',
      keyType: 'ED25519',
      fingerprint: 'SHA256:abc'
    });
    fireEvent.click(await button('Give up'));
    const trust = await button('Trust this host');
    expect(await screen.findByText('SHA256:abc')).toBeTruthy();
    fireEvent.click(trust);
    await answered(2);
    expect(tasks.answers[1]).toMatchObject({
      id: 'two',
      answer: { accept: true }
    });
  });

  it('for a passphrase is put', async () => {
    ask('one', {
      id: 'q1',
      kind: 'passphrase',
      host: 'ssh.example.com',
      text: 'Enter passphrase',
      keyPath: '/home/me/.ssh/id_ed25519'
    });
    const unlock = await button('Unlock');
    await screen.findByLabelText('Passphrase of /home/me/.ssh/id_ed25519');
    type('Passphrase of /home/me/.ssh/id_ed25519', 'open');
    fireEvent.click(unlock);
    await answered(1);
    expect(tasks.answers[0].answer).toEqual({ passphrase: 'open' });
  });

  it('is answered once with what stood in the address, by its host only', async () => {
    const offer = { username: 'me', password: 'token' };
    desk.offer('one', 'git.example.com', offer);
    ask('one', credentials('q0', { host: 'other.example.com' }));
    fireEvent.click(await button('Give up'));
    await answered(1);
    expect(tasks.answers[0].answer).toBeNull();
    ask('one', credentials('q1'));
    await answered(2);
    expect(tasks.answers[1].answer).toEqual({ ...offer, keep: 'no' });
    ask('one', credentials('q2', { problem: 'refused' }));
    expect(await button('Sign in')).toBeTruthy();
  });
});
