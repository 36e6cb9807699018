import { StudioError } from '../../core/errors';
import type { INotebookJobSpec } from '../../tokens';
import { JobDetailModel } from '../detailModel';
import { job, makeJobs, settle } from './fakes';

const wait = (milliseconds: number) =>
  new Promise(resolve => setTimeout(resolve, milliseconds));

function open(isVisible = () => true) {
  const made = makeJobs();
  const detail = new JobDetailModel({
    name: 'a',
    api: made.api,
    jobs: made.model,
    watcher: made.watcher,
    logInterval: 5
  });
  detail.addViewer(isVisible);
  return { ...made, detail };
}

describe('JobDetailModel', () => {
  it('follows status, log and progress until the end, then stops asking', async () => {
    const { api, watcher, detail } = open();
    api.held = [job({ name: 'a' })];
    api.logPages = [
      { messages: ['start'], more: true },
      {
        messages: ['Executing:  50%|█████     | 3/6 [00:01<00:01,  2.5cell/s]']
      }
    ];
    await watcher.tick();
    await wait(40);
    expect(detail.log.lines.map(line => line.message)[0]).toBe('start');
    expect(detail.log.progress).toEqual({ done: 3, total: 6, percent: 50 });
    api.logPages.push({ messages: ['done'] });
    api.change('a', { status: 'Completed', endedAt: new Date(0) });
    await watcher.tick();
    await wait(40);
    expect(detail.job?.status).toBe('Completed');
    expect(detail.log.lines.slice(-1)[0].message).toBe('done');
    expect(detail.isLogComplete).toBe(true);
    const calls = api.calls.length;
    await watcher.tick();
    await wait(40);
    expect(api.calls.length).toBe(calls);
    detail.dispose();
  });

  it('asks nothing while it can’t be seen', async () => {
    let isVisible = false;
    const { api, watcher, detail } = open(() => isVisible);
    api.held = [job({ name: 'a' })];
    await watcher.tick();
    await wait(20);
    expect(api.calls).toEqual([]);
    isVisible = true;
    await watcher.tick();
    await wait(20);
    expect(api.calls).toContain('logs');
    detail.dispose();
  });

  it('keeps the job and says why it can’t be read again', async () => {
    const { api, watcher, detail } = open();
    api.held = [job({ name: 'a' })];
    await watcher.tick();
    api.failure = new StudioError({ code: 'ExpiredToken', message: 'expired' });
    await detail.refresh();
    expect(detail.state.phase).toBe('failed');
    expect(detail.job?.name).toBe('a');
    expect(detail.logError?.code).toBe('ExpiredToken');
    api.failure = null;
    await watcher.tick();
    await detail.refreshLog();
    expect(detail.state.phase).toBe('ready');
    expect(detail.logError).toBeNull();
    detail.dispose();
  });

  it('shows the submission until there is a job', async () => {
    const { api, tasks, submissions, watcher, detail } = open();
    const submitting = submissions.submit({
      name: 'a',
      displayName: 'Mine'
    } as INotebookJobSpec);
    await settle();
    await watcher.tick();
    expect(detail.submission?.displayName).toBe('Mine');
    expect(api.calls).not.toContain('describe a');
    api.held = [job({ name: 'a' })];
    tasks.move('task-a', { state: 'succeeded' });
    await submitting;
    await settle();
    expect(detail.submission).toBeUndefined();
    expect(detail.job?.name).toBe('a');
    detail.dispose();
  });
});
