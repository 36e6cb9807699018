import {
  A,
  B,
  SECRET,
  clone,
  denied,
  fakeContext,
  makeModel,
  suggested
} from './fakes';

const rows = [
  { name: 'a', url: `${A}.git`, branch: 'main', secretArn: SECRET },
  { name: 'again', url: A, secretArn: `${SECRET}2` }
];

describe('repositories', () => {
  it('are one for all who suggest them, by whatever address', async () => {
    const { model } = makeModel(
      suggested({
        space: { value: [A] },
        profile: { value: [B] },
        domain: { value: [`${A}/`, B] },
        account: { value: rows }
      }),
      [
        clone(),
        clone({ path: 'ssh', url: 'git@git.example.com:team/a.git' }),
        clone({ path: 'own', url: null })
      ]
    );
    await model.refresh();
    expect(model.facts?.items).toMatchObject([
      {
        name: 'a',
        url: A,
        branch: 'main',
        registrations: rows,
        clones: [{ path: 'a' }, { path: 'ssh' }]
      },
      { name: 'b', registrations: [], clones: [] }
    ]);
    const origins = (url: string) =>
      model.find(url)?.origins.map(({ source }) => source);
    expect(origins('ssh://git@git.example.com/team/a')).toEqual([
      'space',
      'domain',
      'account',
      'account'
    ]);
    expect(origins(B)).toEqual(['profile', 'domain']);
    expect(model.facts?.others).toMatchObject([{ path: 'own' }]);
  });

  it('of one source show although another is denied', async () => {
    const { model } = makeModel(
      suggested({
        space: { value: [A] },
        account: { value: null, reason: 'denied', error: denied }
      })
    );
    await model.refresh();
    expect(model.facts?.items).toHaveLength(1);
    expect(model.facts?.suggested?.account).toMatchObject({ error: denied });
  });

  it('are read of this machine, too, where there is no AWS', async () => {
    const { model, api } = makeModel(
      suggested(),
      [clone()],
      fakeContext('none')
    );
    await model.refresh();
    expect(model.facts).toMatchObject({
      suggested: null,
      unavailable: 'No credentials were found.',
      others: [{ path: 'a' }]
    });
    expect(api.suggested).not.toHaveBeenCalled();
  });

  it('are suggested although clones can’t be looked for', async () => {
    const { model, local } = makeModel(suggested({ space: { value: [A] } }));
    local.clones.mockRejectedValue(denied);
    await model.refresh();
    expect(model.facts?.items).toHaveLength(1);
    expect(model.facts?.clones).toMatchObject({ value: null, error: denied });
  });

  it('are read while they are seen only, suggestions once in a while', async () => {
    const { model, api, local, watcher } = makeModel();
    let isVisible = false;
    const viewer = model.addViewer(() => isVisible);
    await watcher.tick();
    expect(local.clones).not.toHaveBeenCalled();
    isVisible = true;
    await watcher.tick();
    await watcher.tick();
    expect(local.clones).toHaveBeenCalledTimes(2);
    expect(api.suggested).toHaveBeenCalledTimes(1);
    await model.refreshIfStale();
    expect(local.clones).toHaveBeenCalledTimes(2);
    await model.refreshIfSeen();
    expect(api.suggested).toHaveBeenCalledTimes(2);
    viewer.dispose();
    await watcher.tick();
    await model.refreshIfSeen();
    expect(local.clones).toHaveBeenCalledTimes(3);
    // Whoever looks next reads what has changed meanwhile.
    await model.refreshIfStale();
    expect(local.clones).toHaveBeenCalledTimes(4);
  });

  it('keep what was read before a failure', async () => {
    const { model, api } = makeModel(suggested({ space: { value: [A] } }));
    await model.refresh();
    api.suggested.mockRejectedValue(denied);
    await model.refresh();
    expect(model.state).toMatchObject({ phase: 'failed', error: denied });
    expect(model.facts?.items).toHaveLength(1);
  });
});
