import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { taskError } from '../components/taskNotification';
import { driverOutputName, parseS3Uri } from '../jobs/outputs';
import { hasEnded } from '../jobs/tracker';
import type { INotebookJob, ITaskClient } from '../tokens';
import type { IRecorded } from './runs';

/** Outputs a task reads at most. */
const OUTPUTS_A_TASK = 100;

/** Where the values of one run are. */
interface IOutput {
  name: string;
  bucket: string;
  key: string;
  /** File name inside the archive. */
  notebook: string;
}

/** What runs recorded in their outputs, which the server reads, each once. */
export class RecordedValues {
  constructor(private readonly _options: RecordedValues.IOptions) {}

  /** By job name: what was read so far. */
  readonly found = new Map<string, IRecorded>();

  /**
   * Read the outputs of those that have ended and were not read yet.
   *
   * @param onRead - some more were read.
   * @throws StudioError - they can't be read; those read before stay.
   */
  async read(
    jobs: readonly INotebookJob[],
    onRead: () => void,
    signal: AbortSignal
  ): Promise<void> {
    const missing = jobs.flatMap(job => {
      const place = parseS3Uri(job.outputUri);
      return place && hasEnded(job) && !this.found.has(job.name)
        ? [
            {
              name: job.name,
              ...place,
              notebook: driverOutputName(job.outputNotebookName)
            }
          ]
        : [];
    });
    for (let at = 0; at < missing.length; at += OUTPUTS_A_TASK) {
      await this._readSome(missing.slice(at, at + OUTPUTS_A_TASK), signal);
      onRead();
    }
  }

  private async _readSome(
    outputs: IOutput[],
    signal: AbortSignal
  ): Promise<void> {
    const { tasks, trans } = this._options;
    const started = await tasks.start({
      kind: 'results',
      clientToken: `results-${UUID.uuid4()}`,
      title: trans.__('Reading recorded values'),
      spec: { outputs }
    });
    const cancel = () => {
      // Nobody waits for it any more; the server ends it by itself if it isn't told.
      tasks.cancel(started.id).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel);
    try {
      const task = await tasks.follow(started.id);
      await tasks.forget(task.id).catch(() => undefined);
      if (task.state !== 'succeeded') {
        throw taskError(task);
      }
      const runs = (task.result?.runs ?? {}) as Record<string, IRecorded>;
      for (const { name } of outputs) {
        this.found.set(
          name,
          runs[name] ?? {
            values: {},
            texts: [],
            problem: trans.__('Its output was not read.')
          }
        );
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}

export namespace RecordedValues {
  export interface IOptions {
    tasks: ITaskClient;
    trans: TranslationBundle;
  }
}
