import { fakeServer, json, page } from '../../__tests__/server';
import type { ITask } from '../../tokens';
import { TaskClient } from '../tasks';

const task = (state: ITask['state'], bytes = 0): ITask => ({
  id: 't1',
  kind: 'stage',
  title: 'My job',
  state,
  phase: 'Staging files',
  progress: { files: 1, filesTotal: 2, bytes, bytesTotal: 100 },
  clientToken: 'c',
  createdAt: '2025-01-01T00:00:00Z',
  updatedAt: '2025-01-01T00:00:00Z'
});

const event = (data: ITask) => `event: task\ndata: ${JSON.stringify(data)}\n\n`;

/** A stream of these chunks; stays open unless told to end. */
function stream(chunks: string[], ends = true): Response {
  const body = new ReadableStream({
    start(controller) {
      const encoder = new TextEncoder();
      chunks.forEach(chunk => controller.enqueue(encoder.encode(chunk)));
      if (ends) {
        controller.close();
      }
    }
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream' }
  });
}

const fast = {
  reconnect: 1,
  maxReconnect: 5,
  firstEvent: 40,
  poll: 1,
  silence: 200
};

describe('TaskClient', () => {
  let client: TaskClient;
  afterEach(() => client.dispose());

  it('follows the events to the end and tells every follower', async () => {
    const text =
      event(task('running', 10)) +
      ': alive\n\n' +
      event(task('succeeded', 100));
    // Cut in the middle of an event and of a line, as networks do.
    const { settings, received } = fakeServer(() =>
      stream([text.slice(0, 25), text.slice(25, 200), text.slice(200)], false)
    );
    client = new TaskClient(settings, { times: fast });
    const bytes: number[] = [];
    const signalled: string[] = [];
    client.taskChanged.connect((_, { state }) => signalled.push(state));
    const [first, second] = await Promise.all([
      client.follow('t1', ({ progress }) => bytes.push(progress.bytes)),
      client.follow('t1')
    ]);
    expect(first.state).toBe('succeeded');
    expect(second).toBe(first);
    expect(bytes).toEqual([10, 100]);
    expect(signalled).toEqual(['running', 'succeeded']);
    expect(received.map(({ path }) => path)).toEqual(['tasks/t1/events']);
    expect(received[0].headers.get('accept')).toBe('text/event-stream');
  });

  it('asks once for what earlier pages left, when the page is idle', async () => {
    const { settings, received } = fakeServer(() =>
      json({ tasks: [task('running'), { ...task('failed'), kind: 'sweep' }] })
    );
    let isIdle: () => void = () => undefined;
    const idle = new Promise<void>(resolve => (isIdle = resolve));
    client = new TaskClient(settings, { times: fast, isIdle: idle });
    const found: Record<string, ITask[]> = {};
    const told = ['stage', 'sweep', 'clone'].map(
      kind =>
        new Promise<void>(resolve => {
          client.pickUp(
            task => task.kind === kind,
            tasks => {
              found[kind] = tasks;
              resolve();
            }
          );
        })
    );
    await Promise.resolve();
    expect(received).toHaveLength(0);
    isIdle();
    await Promise.all(told.slice(0, 2));
    expect(received.map(({ path }) => path)).toEqual(['tasks']);
    expect(found.stage.map(({ state }) => state)).toEqual(['running']);
    expect(found.sweep.map(({ state }) => state)).toEqual(['failed']);
    expect(found.clone).toBeUndefined();
  });

  it('opens the stream again when it is cut', async () => {
    const { settings, received } = fakeServer((_, count) => {
      if (count === 2) {
        throw new TypeError('Failed to fetch');
      }
      return stream([event(task(count === 3 ? 'failed' : 'running'))]);
    });
    client = new TaskClient(settings, { times: fast });
    expect((await client.follow('t1')).state).toBe('failed');
    expect(received).toHaveLength(3);
  });

  it('asks again and again where streams do not pass', async () => {
    const { settings, received } = fakeServer(({ path }, count) =>
      path.endsWith('/events')
        ? stream([], false)
        : json(task(count < 6 ? 'running' : 'succeeded'))
    );
    client = new TaskClient(settings, { times: fast });
    expect((await client.follow('t1')).state).toBe('succeeded');
    expect(received.map(({ path }) => path)).toEqual([
      'tasks/t1/events',
      'tasks/t1/events',
      'tasks/t1/events',
      'tasks/t1',
      'tasks/t1',
      'tasks/t1'
    ]);
  });

  it.each<[string, () => Response, string]>([
    [
      'the task is gone',
      () => json({ error: { code: 'TaskNotFound', message: 'Gone' } }, 404),
      'TaskNotFound'
    ],
    ['the person is signed out', () => page(403), 'SignedOut']
  ])('gives up when %s', async (_, answer, code) => {
    const { settings, received } = fakeServer(answer);
    client = new TaskClient(settings, { times: fast });
    await expect(client.follow('t1')).rejects.toMatchObject({ code });
    expect(received).toHaveLength(1);
  });

  it('survives a restart of the server', async () => {
    const { settings } = fakeServer((_, count) =>
      count < 9 ? page(503) : json(task('interrupted'))
    );
    client = new TaskClient(settings, { times: fast });
    expect((await client.follow('t1')).state).toBe('interrupted');
  });

  it('stops following when disposed', async () => {
    const { settings } = fakeServer(() =>
      stream([event(task('running'))], false)
    );
    client = new TaskClient(settings, { times: fast });
    const following = client.follow('t1');
    setTimeout(() => client.dispose(), 20);
    await expect(following).rejects.toMatchObject({ code: 'Aborted' });
  });

  it('starts a task once more with the same token when the network is lost', async () => {
    const { settings, received } = fakeServer((_, count) => {
      if (count === 1) {
        throw new TypeError('Failed to fetch');
      }
      return json(task('queued'), 201);
    });
    client = new TaskClient(settings, { times: fast });
    const started = await client.start({
      kind: 'stage',
      clientToken: 'c',
      title: 'My job',
      spec: {}
    });
    expect(started.id).toBe('t1');
    expect(received.map(({ body }) => JSON.parse(body).clientToken)).toEqual([
      'c',
      'c'
    ]);
  });

  it('lists, cancels and forgets', async () => {
    const { settings, received } = fakeServer(({ method }, count) =>
      method === 'GET'
        ? json({ tasks: [task('running')] })
        : count === 2
          ? new Response(null, { status: 204 })
          : json({ error: { code: 'TaskNotFound', message: 'Gone' } }, 404)
    );
    client = new TaskClient(settings, { times: fast });
    expect(await client.list()).toHaveLength(1);
    await client.cancel('t1');
    // Another tab has forgotten it already.
    await client.forget('t1');
    await expect(client.cancel('t1')).rejects.toMatchObject({
      code: 'TaskNotFound'
    });
    expect(
      received.slice(1).map(({ method, path }) => `${method} ${path}`)
    ).toEqual(Array(3).fill('DELETE tasks/t1'));
  });

  it('answers a question, and is content if another tab was faster', async () => {
    const gone = { error: { code: 'QuestionNotFound', message: 'Gone.' } };
    const replies = [new Response(null, { status: 204 }), json(gone, 404)];
    const { settings, received } = fakeServer(() => replies.shift()!);
    client = new TaskClient(settings, { times: fast });
    const answer = { accept: true } as const;
    await client.answer('t1', 'q1', answer);
    await client.answer('t1', 'q1', answer);
    expect(received).toHaveLength(2);
    expect(received[0].path).toBe('tasks/t1/answer');
    expect(JSON.parse(received[0].body)).toEqual({
      question: 'q1',
      answer
    });
  });
});
