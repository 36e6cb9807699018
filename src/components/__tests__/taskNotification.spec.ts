import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITask, ITaskClient } from '../../tokens';
import { notifyTask, progressText } from '../taskNotification';

const trans = nullTranslator.load('jupyterlab_sagemaker_studio');
const task = (state: ITask['state'], more: Partial<ITask> = {}): ITask => ({
  id: 't1',
  kind: 'stage',
  title: 'My job',
  state,
  phase: 'Staging files',
  progress: { files: 1, filesTotal: 3, bytes: 1000, bytesTotal: 3000 },
  clientToken: 'c',
  createdAt: '',
  updatedAt: '',
  ...more
});

/** A client whose task goes through these states when told to. */
class FakeClient implements ITaskClient {
  readonly taskChanged: ISignal<ITaskClient, ITask> = new Signal<
    ITaskClient,
    ITask
  >(this);
  readonly calls: string[] = [];
  private _finish: (task: ITask) => void = () => undefined;
  private _fail: (error: Error) => void = () => undefined;
  private _change: (task: ITask) => void = () => undefined;

  async start() {
    return task('queued');
  }
  async list() {
    return [];
  }
  pickUp() {
    this.calls.push('pickUp');
  }
  follow(_: string, onChange?: (task: ITask) => void): Promise<ITask> {
    this._change = onChange ?? this._change;
    return new Promise((resolve, reject) => {
      this._finish = resolve;
      this._fail = reject;
    });
  }
  async answer() {
    this.calls.push('answer');
  }
  async cancel() {
    this.calls.push('cancel');
  }
  async forget() {
    this.calls.push('forget');
  }
  change(changed: ITask) {
    this._change(changed);
  }
  finish(ended: ITask) {
    this._change(ended);
    this._finish(ended);
  }
  fail(error: Error) {
    this._fail(error);
  }
}

describe('notifyTask', () => {
  let client: FakeClient;
  const succeeded = () => ({
    message: 'Submitted',
    actions: [{ label: 'Show', callback: () => undefined }]
  });
  const begin = () =>
    notifyTask(client, task('queued'), {
      trans,
      locale: 'en',
      succeeded,
      failed: 'Not submitted'
    });
  const shown = () => Notification.manager.notifications[0];
  const labels = () => shown().options.actions?.map(({ label }) => label);

  beforeEach(() => {
    client = new FakeClient();
  });
  afterEach(() => Notification.dismiss());

  it('is one notification from progress to success', async () => {
    const ended = begin();
    expect(shown()).toMatchObject({
      type: 'in-progress',
      message: 'Staging files: 1 of 3 files, 1 kB of 3 kB'
    });
    client.change(
      task('running', {
        progress: { files: 2, filesTotal: 3, bytes: 2500, bytesTotal: 3000 }
      })
    );
    expect(shown().message).toBe('Staging files: 2 of 3 files, 2.5 kB of 3 kB');
    client.change(
      task('running', {
        phase: 'Creating the job',
        progress: { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 }
      })
    );
    expect(shown().message).toBe('Creating the job');
    client.finish(task('succeeded'));
    await ended;
    expect(Notification.manager.count).toBe(1);
    expect(shown()).toMatchObject({ type: 'success', message: 'Submitted' });
    expect(labels()).toEqual(['Show']);
    expect(client.calls).toEqual(['forget']);
  });

  it.each<[string, Partial<ITask>, string]>([
    ['Connecting', {}, 'Connecting'],
    [
      'Receiving objects',
      {
        progress: {
          files: 459,
          filesTotal: 1000,
          bytes: 12_300_000,
          bytesTotal: 0
        }
      },
      'Receiving objects: 45 %, 12.3 MB received'
    ],
    [
      'Receiving objects',
      { progress: { files: 0, filesTotal: 0, bytes: 2000, bytesTotal: 0 } },
      'Receiving objects: 2 kB received'
    ],
    [
      'Checking out files',
      { progress: { files: 3, filesTotal: 4, bytes: 0, bytesTotal: 0 } },
      'Checking out files: 75 %'
    ],
    [
      'Waiting for your answer',
      {
        progress: { files: 1, filesTotal: 4, bytes: 9, bytesTotal: 0 },
        question: { id: 'q', kind: 'credentials', host: 'h', text: '' }
      },
      'Waiting for your answer'
    ]
  ])('tells how far git is: %s', (phase, change, expected) => {
    const text = progressText(
      task('running', {
        kind: 'clone',
        title: 'Clone a',
        phase,
        progress: { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 },
        ...change
      }),
      trans,
      'en'
    );
    expect(text).toBe(`Clone a · ${expected}`);
  });

  describe('that is drawn late', () => {
    const drawn = document.createElement('div');
    const count = (files: number) =>
      client.change(
        task('running', {
          progress: { files, filesTotal: 3, bytes: 0, bytesTotal: 3 }
        })
      );
    const draw = () => {
      drawn.id = shown().id;
      document.body.append(drawn);
      jest.advanceTimersByTime(100);
    };

    beforeEach(() => jest.useFakeTimers());
    afterEach(() => {
      jest.useRealTimers();
      drawn.remove();
    });

    it('is told its text again, and not opened again once closed', () => {
      void begin();
      count(2);
      const update = jest.spyOn(Notification, 'update');
      draw();
      expect(update).toHaveBeenCalledWith({
        id: shown().id,
        message: 'Staging files: 2 of 3 files, 0 bytes of 3 bytes',
        autoClose: false
      });
      drawn.remove();
      count(3);
      expect(shown().options.autoClose).toBe(0);
      update.mockRestore();
    });

    it('is told the end again', async () => {
      const ended = begin();
      client.finish(task('succeeded'));
      await ended;
      const update = jest.spyOn(Notification, 'update');
      draw();
      expect(update).toHaveBeenCalledWith(
        expect.objectContaining({ type: 'success', message: 'Submitted' })
      );
      update.mockRestore();
    });
  });

  it('can be cancelled, and stays open until it is', async () => {
    const ended = begin();
    const event = new MouseEvent('click', { cancelable: true });
    shown().options.actions?.[0].callback(event);
    expect(event.defaultPrevented).toBe(true);
    expect(client.calls).toEqual(['cancel']);
    client.finish(task('cancelled'));
    await ended;
    expect(shown()).toMatchObject({
      type: 'info',
      message: 'Cancelled: My job'
    });
  });

  it('ends as an error with details, which stays on the server', async () => {
    const ended = begin();
    client.finish(
      task('failed', {
        error: { code: 'NoSuchBucket', message: 'The bucket does not exist.' }
      })
    );
    await ended;
    expect(shown()).toMatchObject({ type: 'error', message: 'Not submitted' });
    expect(labels()).toEqual(['Details']);
    expect(client.calls).toEqual([]);
  });

  it('takes the error away when the same is tried again', async () => {
    const failed = begin();
    client.finish(task('failed', { error: { code: 'X', message: 'No.' } }));
    await failed;
    const again = begin();
    expect(Notification.manager.notifications).toHaveLength(1);
    expect(shown().type).toBe('in-progress');
    client.finish(task('succeeded'));
    await again;
    expect(Notification.manager.notifications).toHaveLength(1);
    expect(shown()).toMatchObject({ type: 'success', message: 'Submitted' });
  });

  it('says so when it can’t be followed any more', async () => {
    const ended = begin();
    client.fail(new TypeError('Failed to fetch'));
    await expect(ended).rejects.toMatchObject({ code: 'ServerUnreachable' });
    expect(shown().type).toBe('error');
  });
});
