import { fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import type { ILocalClone, ISuggestedRepositories } from '../../tokens';
import { RepositoryList } from '../components/RepositoryList';
import { cloneWords } from '../components/CloneList';
import {
  A,
  B,
  SECRET,
  clone,
  denied,
  fakeContext,
  makeModel,
  repositoryActions,
  suggested,
  trans
} from './fakes';

async function show(
  found: ISuggestedRepositories = suggested(),
  clones: ILocalClone[] = [],
  context = fakeContext()
) {
  const { model, local } = makeModel(found, clones, context);
  await model.refresh();
  const actions = repositoryActions();
  render(<RepositoryList model={model} actions={actions} trans={trans} />);
  return { actions, model, local };
}

const DENIED = { value: null, reason: 'denied', error: denied };
const press = (name: string) =>
  fireEvent.click(screen.getByRole('button', { name }));

describe('the list of repositories', () => {
  it('shows who suggests them, and does what is asked for', async () => {
    const { actions } = await show(
      suggested({
        space: { value: [A] },
        account: {
          value: [{ name: 'models', url: A, branch: 'main', secretArn: SECRET }]
        }
      })
    );
    const list = screen.getByRole('list', { name: 'Suggested repositories' });
    const [item] = within(list).getAllByRole('listitem');
    expect(item.textContent).toContain(
      'Space, Account (models) · branch main · with secret'
    );
    press('Clone “a”');
    expect(actions.clone).toHaveBeenCalledWith(A);
    press('Attach or detach “a”');
    expect(actions.attach).toHaveBeenCalledWith(A);
    press('Register…');
    expect(actions.register).toHaveBeenCalledWith();
  });

  it('says that none is configured, and what to do', async () => {
    const { actions } = await show();
    expect(screen.getByText('No repositories are configured')).toBeTruthy();
    expect(screen.queryByText(/not allowed/)).toBeNull();
    press('Clone a repository…');
    expect(actions.clone).toHaveBeenCalled();
  });

  it('says which permission is missing, which is not the same as none', async () => {
    await show(suggested({ account: DENIED }));
    expect(
      screen.getByText(
        'Account: not allowed to look (sagemaker:ListCodeRepositories)'
      )
    ).toBeTruthy();
    expect(screen.queryByText('No repositories are configured')).toBeNull();
    press('Details of Account');
    expect(await screen.findByText('request-1')).toBeTruthy();
  });

  it('shows the others although one is denied, and one reason once', async () => {
    const reason = 'The domain is not known.';
    await show(
      suggested({
        space: { value: null, reason },
        profile: null,
        domain: { value: null, reason },
        account: { value: [{ name: 'b', url: B }] }
      })
    );
    expect(screen.getByText(`Space, Domain: ${reason}`)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Clone “b”' })).toBeTruthy();
  });

  it('shows clones with what can be done', async () => {
    const { actions } = await show(suggested({ domain: { value: [A] } }), [
      clone({ behind: 2 }),
      clone({ path: 'old', upstream: null, ahead: null, behind: null }),
      clone({ path: 'mine', url: null })
    ]);
    const list = screen.getByRole('list', { name: 'Clones of “a”' });
    expect(list.textContent).toContain('main · 2 behind · nothing changed');
    press('Pull a');
    expect(actions.pull).toHaveBeenCalledWith(
      expect.objectContaining({ path: 'a' })
    );
    const pull = screen.getByRole('button', { name: 'Pull old' });
    expect((pull as HTMLButtonElement).disabled).toBe(true);
    press('Open old');
    expect(actions.open).toHaveBeenCalledWith('old');
    expect(screen.getByText('1 other clone here')).toBeTruthy();
  });

  it('shows clones and what to do where there is no AWS', async () => {
    const { actions } = await show(suggested(), [clone()], fakeContext('none'));
    expect(screen.getByText('No credentials were found.')).toBeTruthy();
    expect(screen.getByText('1 other clone here')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Attach…' })).toBeNull();
    press('Look again');
    expect(actions.refresh).toHaveBeenCalled();
  });
});

it.each<[Partial<ILocalClone>, string]>([
  [{}, 'main · nothing changed'],
  [
    { ahead: 1, behind: 2, changes: 3 },
    'main · 1 ahead, 2 behind · 3 changed files'
  ],
  [{ changes: 1 }, 'main · 1 changed file'],
  [{ branch: null }, 'at commit 0123456 · nothing changed'],
  [{ branch: null, commit: null, changes: null }, 'no commits yet']
])('a clone with %j stands at “%s”', (change, expected) => {
  expect(cloneWords(clone(change), trans)).toBe(expected);
});
