import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { Contents } from '@jupyterlab/services';

import { OutputOpener } from '../opener';
import { FakeTasks, job, settle, trans } from './fakes';

const ended = job({
  name: 'n1',
  status: 'Completed',
  secondaryStatus: 'Completed'
});

/** A contents manager over a list of paths; a missing folder is an error. */
function contentsOf(paths: string[]): Contents.IManager {
  return {
    get: async (folder: string) => {
      const prefix = folder ? `${folder}/` : '';
      const below = paths.filter(path => path.startsWith(prefix));
      if (folder && below.length === 0) {
        throw new Error(`404 ${folder}`);
      }
      const names = new Set(
        below.map(path => path.slice(prefix.length).split('/')[0])
      );
      return {
        content: [...names].map(name => ({
          name,
          path: prefix + name,
          type: paths.includes(prefix + name) ? 'file' : 'directory'
        }))
      };
    }
  } as unknown as Contents.IManager;
}

function setUp(paths: string[] = ['README.md']) {
  const tasks = new FakeTasks();
  const opened: string[][] = [];
  const state = { exists: true };
  const opener = new OutputOpener({
    contents: contentsOf(paths),
    documents: {
      openOrReveal: (path: string, factory: string) => {
        opened.push([path, factory]);
      }
    } as unknown as IDocumentManager,
    tasks,
    trans,
    folder: () => 'notebook-jobs',
    exists: async () => state.exists,
    follow: task => tasks.follow(task.id)
  });
  return { tasks, opened, opener, state };
}

const ID = 'task-notebook-job-output:n1';

describe('OutputOpener', () => {
  it('downloads, unpacks and opens the executed notebook; twice at once is once', async () => {
    const { tasks, opened, opener } = setUp();
    const first = opener.open(ended, 'notebook');
    const second = opener.open(ended, 'html');
    await settle();
    expect(tasks.started).toHaveLength(1);
    expect(tasks.started[0]).toMatchObject({
      kind: 'download',
      spec: {
        bucket: 'bucket',
        key: 'n1/output/output.tar.gz',
        directory: 'notebook-jobs/n1',
        unpack: true
      }
    });
    tasks.move(ID, {
      state: 'succeeded',
      result: {
        files: [
          'notebook-jobs/n1/train.ipynb',
          'notebook-jobs/n1/out.ipynb',
          'notebook-jobs/n1/out.html'
        ]
      }
    });
    expect(await first).toBe('notebook-jobs/n1/out.ipynb');
    expect(await second).toBe('notebook-jobs/n1/out.html');
    expect(opened).toEqual([
      ['notebook-jobs/n1/out.ipynb', 'Notebook'],
      ['notebook-jobs/n1/out.html', 'HTML Viewer']
    ]);
  });

  it('opens at once what is here already', async () => {
    const { tasks, opened, opener } = setUp(['notebook-jobs/n1/out.ipynb']);
    await opener.open(ended, 'notebook');
    expect(tasks.started).toHaveLength(0);
    expect(opened).toEqual([['notebook-jobs/n1/out.ipynb', 'Notebook']]);
  });

  it('says what is missing', async () => {
    const { tasks, opener, state } = setUp();
    const opening = opener.open(ended, 'html');
    await settle();
    tasks.move(ID, {
      state: 'succeeded',
      result: { files: ['notebook-jobs/n1/out.ipynb'] }
    });
    await expect(opening).rejects.toMatchObject({
      code: 'OutputMissing',
      message: expect.stringContaining('no HTML page')
    });
    state.exists = false;
    await expect(opener.open(ended, 'notebook')).rejects.toMatchObject({
      message: expect.stringContaining('left no output')
    });
    await expect(
      opener.open(job({ name: 'n2' }), 'notebook')
    ).rejects.toMatchObject({ code: 'OutputPending' });
  });

  it('opens nothing after a cancel and can be tried again after a failure', async () => {
    const { tasks, opened, opener } = setUp();
    const first = opener.open(ended, 'notebook');
    await settle();
    tasks.move(ID, { state: 'failed' });
    expect(await first).toBeNull();
    expect(tasks.forgotten).toEqual([ID]);
    const second = opener.open(ended, 'notebook');
    await settle();
    tasks.move(ID, { state: 'cancelled' });
    expect(await second).toBeNull();
    expect(opened).toEqual([]);
  });

  it('opens the notebook as it was submitted, read-only beside the outputs', async () => {
    const { tasks, opened, opener } = setUp();
    const opening = opener.openSnapshot(ended);
    await settle();
    expect(tasks.started).toEqual([
      {
        kind: 'download',
        clientToken: 'notebook-job-input:n1',
        title: ended.displayName,
        spec: {
          bucket: 'bucket',
          key: 'n1/input/train.ipynb',
          directory: 'notebook-jobs/n1/input',
          overwrite: true,
          readOnly: true
        }
      }
    ]);
    tasks.move('task-notebook-job-input:n1', {
      state: 'succeeded',
      result: { files: ['notebook-jobs/n1/input/train.ipynb'] }
    });
    const path = 'notebook-jobs/n1/input/train.ipynb';
    expect(await opening).toBe(path);
    expect(opened).toEqual([[path, 'Notebook']]);

    // What is here already is not fetched again.
    const again = setUp([path]);
    expect(await again.opener.openSnapshot(ended)).toBe(path);
    expect(again.tasks.started).toEqual([]);
    await expect(
      again.opener.openSnapshot(job({ inputUri: '' }))
    ).rejects.toMatchObject({ code: 'InputMissing' });
  });
});
