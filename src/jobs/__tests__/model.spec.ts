import { StudioError } from '../../core/errors';
import type { INotebookJobSpec } from '../../tokens';
import { job, makeJobs, settle } from './fakes';

const spec = { name: 'n1', displayName: 'My job' } as INotebookJobSpec;

describe('JobsModel', () => {
  it('reads nothing while nobody looks and nothing is awaited', async () => {
    const { api, watcher, model } = makeJobs();
    await watcher.tick();
    expect(api.calls).toEqual([]);
    let isVisible = false;
    const viewer = model.addViewer(() => isVisible);
    await watcher.tick();
    expect(api.calls).toEqual([]);
    isVisible = true;
    await watcher.tick();
    expect(api.calls).toEqual(['list']);
    viewer.dispose();
    await watcher.tick();
    expect(api.calls).toEqual(['list']);
  });

  it('pages on, keeps old pages when the newest is read again', async () => {
    const { api, model } = makeJobs();
    api.pageSize = 2;
    api.held = ['a', 'b', 'c', 'd', 'e'].map(name => job({ name }));
    await model.refresh();
    expect(model.jobs.map(each => each.name)).toEqual(['e', 'd']);
    expect(model.hasMore).toBe(true);
    await Promise.all([model.loadMore(), model.loadMore()]);
    expect(model.jobs.map(each => each.name)).toEqual(['e', 'd', 'c', 'b']);
    expect(api.calls).toEqual(['list', 'list']);
    // A job is new, another was deleted elsewhere.
    api.held = [
      ...api.held.filter(each => each.name !== 'e'),
      job({ name: 'f' })
    ];
    await model.refresh();
    expect(model.jobs.map(each => each.name)).toEqual(['f', 'd', 'c', 'b']);
    await model.loadMore();
    expect(model.jobs.map(each => each.name)).toEqual([
      'f',
      'd',
      'c',
      'b',
      'a'
    ]);
    expect(model.hasMore).toBe(false);
  });

  it('keeps what it has and says why a page can’t be read', async () => {
    const { api, model } = makeJobs();
    api.pageSize = 1;
    api.held = [job({ name: 'a' }), job({ name: 'b' })];
    await model.refresh();
    api.failure = new StudioError({ code: 'AccessDenied', message: 'no' });
    await model.loadMore();
    expect(model.moreError?.code).toBe('AccessDenied');
    await model.refresh();
    expect(model.state.phase).toBe('failed');
    expect(model.jobs.map(each => each.name)).toEqual(['b']);
    api.failure = null;
    await model.loadMore();
    expect(model.moreError).toBeNull();
    expect(model.jobs).toHaveLength(2);
  });

  it('makes no call without AWS and says so', async () => {
    const { api, model } = makeJobs({ mode: 'none' });
    await model.refresh();
    expect(model.unavailable).toBe('No credentials were found.');
    expect(api.calls).toEqual([]);
  });

  it('hides a deleted job although Search still finds it', async () => {
    const { api, model } = makeJobs();
    const [a, b] = [job({ name: 'a' }), job({ name: 'b' })];
    api.held = [a, b];
    await model.refresh();
    await model.remove(a);
    await model.refresh();
    expect(model.jobs.map(each => each.name)).toEqual(['b']);
  });

  it('does not show a job that was deleted elsewhere while its tab is open here', async () => {
    const { api, model } = makeJobs();
    const a = job({ name: 'a' });
    api.held = [a];
    await model.refresh();
    api.held = [];
    model.put({ ...a, tags: { 'sagemaker:is-studio-archived': 'true' } });
    expect(model.jobs).toEqual([]);
    await model.refresh();
    expect(model.jobs).toEqual([]);
  });

  it('shows a stopped job as AWS describes it, though Search lags behind', async () => {
    const { api, model } = makeJobs();
    api.held = [job({ name: 'a' })];
    await model.refresh();
    const stale = api.held;
    await model.stop('a');
    expect(model.find('a')?.status).toBe('Stopping');
    api.held = stale;
    await model.refresh();
    await model.refresh();
    expect(model.find('a')?.status).toBe('Stopping');
    api.change('a', { status: 'Stopped' });
    await model.refresh();
    expect(model.find('a')?.status).toBe('Stopped');
  });

  it('shows a submission at once and the job in its place, even before Search knows it', async () => {
    const { api, tasks, submissions, model } = makeJobs();
    const submitting = submissions.submit(spec);
    await settle();
    expect(model.rows).toMatchObject([
      { kind: 'submission', name: 'n1', submission: { displayName: 'My job' } }
    ]);
    const created = job({ name: 'n1' });
    api.describe = async () => created;
    tasks.move('task-n1', { state: 'succeeded' });
    await submitting;
    await settle();
    expect(model.rows).toMatchObject([{ kind: 'job', name: 'n1' }]);
    await model.refresh();
    expect(model.rows).toHaveLength(1);
  });

  it('announces the end of a job submitted here once, also after a reload', async () => {
    const first = makeJobs();
    const submitting = first.submissions.submit(spec);
    await settle();
    first.api.held = [job({ name: 'n1' })];
    first.tasks.move('task-n1', { state: 'succeeded' });
    await submitting;
    await settle();
    // The page is loaded again: same state database, nobody looks.
    const second = makeJobs();
    for (const [key, value] of Object.entries(await first.db.toJSON())) {
      await second.db.save(key, value);
    }
    const { JobTracker } = await import('../tracker');
    const tracker = new JobTracker(second.store);
    await tracker.ready;
    expect([...tracker.names]).toEqual(['n1']);
    const ended = jest.fn();
    tracker.ended.connect((_, each) => ended(each.status));
    tracker.update([job({ name: 'n1' })]);
    expect(ended).not.toHaveBeenCalled();
    tracker.update([job({ name: 'n1', status: 'Failed' })]);
    tracker.update([job({ name: 'n1', status: 'Failed' })]);
    expect(ended.mock.calls).toEqual([['Failed']]);
    expect(tracker.names.size).toBe(0);
  });

  it('awaits a tracked job that the list does not hold', async () => {
    const { api, watcher, tracker, model } = makeJobs();
    tracker.add('old');
    tracker.add('gone');
    api.held = [job({ name: 'old', status: 'Completed' })];
    api.list = async () => ({ jobs: [], nextToken: undefined });
    const ended = jest.fn();
    tracker.ended.connect((_, each) => ended(each.name));
    await watcher.tick();
    expect(ended.mock.calls).toEqual([['old']]);
    expect(tracker.names.size).toBe(0);
    expect(model.find('old')?.status).toBe('Completed');
  });
});

describe('Submissions', () => {
  it('makes one task of a double click', async () => {
    const { tasks, submissions } = makeJobs();
    const one = submissions.submit(spec);
    const two = submissions.submit(spec);
    await settle();
    expect(tasks.started).toHaveLength(1);
    tasks.move('task-n1', { state: 'succeeded' });
    expect(await one).toBe(await two);
    expect(tasks.forgotten).toEqual(['task-n1']);
  });

  it('picks up what an earlier page left and reports what ended once', async () => {
    const { tasks, submissions } = makeJobs();
    tasks.put({ id: 'r', clientToken: 'running-1', title: 'Running' });
    tasks.put({
      id: 'f',
      clientToken: 'failed-1',
      state: 'failed',
      error: { code: 'NoSuchBucket', message: 'gone' }
    });
    tasks.put({ id: 'd', clientToken: 'other', kind: 'download' });
    const seen: string[] = [];
    submissions.changed.connect((_, item) =>
      seen.push(`${item.name} ${item.task.state}`)
    );
    await submissions.refresh();
    await settle();
    expect(submissions.items.map(item => item.displayName)).toEqual([
      'Running'
    ]);
    expect(seen).toContain('failed-1 failed');
    expect(tasks.forgotten).toEqual(['f']);
    await submissions.refresh();
    tasks.move('r', { state: 'succeeded' });
    await settle();
    expect(seen.filter(each => each === 'running-1 succeeded')).toHaveLength(1);
    expect(tasks.forgotten).toEqual(['f', 'r']);
    expect(submissions.items).toEqual([]);
  });

  it('cancels the task of a submission', async () => {
    const { tasks, submissions } = makeJobs();
    const submitting = submissions.submit(spec);
    await settle();
    await submissions.cancel('n1');
    expect(tasks.cancelled).toEqual(['task-n1']);
    tasks.move('task-n1', { state: 'cancelled' });
    expect((await submitting).state).toBe('cancelled');
    expect(submissions.items).toEqual([]);
  });
});
