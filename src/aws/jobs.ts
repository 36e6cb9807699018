import {
  AddTagsCommand,
  DescribeTrainingJobCommand,
  SearchCommand,
  StopTrainingJobCommand,
  TrainingInstanceType
} from '@aws-sdk/client-sagemaker';

import type {
  IJobOutput,
  IJobsApi,
  IJobsPage,
  ILogPage,
  INotebookJob,
  INotebookJobSpec,
  IStudioContext,
  ITaskRequest
} from '../tokens';
import { call } from './call';
import type { IClients } from './clients';
import { toNotebookJob, toSearch, toSubmission } from './convert';
import { readLog } from './logs';
import { listTags, surroundingsOf } from './surroundings';
import { TAG } from './wire';

/** What {@link JobsApi} is made of. */
export interface IJobsApiOptions {
  context: IStudioContext;
  /** Clients for the region of the context. */
  clients: () => Promise<IClients>;
  /** Looks at an object in S3; null if there is none. */
  head: (uri: string, signal?: AbortSignal) => Promise<IJobOutput | null>;
}

/** Notebook jobs as AWS's scheduler keeps them: training jobs with its tags. */
export class JobsApi implements IJobsApi {
  constructor(private readonly _options: IJobsApiOptions) {}

  async list(
    options: { nextToken?: string; pageSize?: number },
    abortSignal?: AbortSignal
  ): Promise<IJobsPage> {
    const { sagemaker } = await this._options.clients();
    const search = toSearch(await this._options.context.get(), options);
    const page = await call('Search', () =>
      sagemaker.send(new SearchCommand(search), { abortSignal })
    );
    return {
      jobs: (page.Results ?? []).flatMap(({ TrainingJob: job }) =>
        job ? toNotebookJob(job, job.Tags ?? []) : []
      ),
      nextToken: page.NextToken
    };
  }

  async describe(
    name: string,
    abortSignal?: AbortSignal
  ): Promise<INotebookJob> {
    const { sagemaker } = await this._options.clients();
    const job = await this._describe(name, abortSignal);
    // The ARN is AWS's: its letters are small where the name's are not.
    const tags = await listTags(
      sagemaker,
      job.TrainingJobArn ?? '',
      abortSignal
    );
    return toNotebookJob(job, tags);
  }

  async submission(spec: INotebookJobSpec): Promise<ITaskRequest> {
    const context = await this._options.context.get();
    const { sagemaker } = await this._options.clients();
    return toSubmission(spec, await surroundingsOf(context, sagemaker));
  }

  async stop(name: string): Promise<void> {
    const { sagemaker } = await this._options.clients();
    try {
      await call('StopTrainingJob', () =>
        sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: name }))
      );
    } catch (error) {
      if (!(await this._isOver(name))) {
        throw error;
      }
    }
  }

  async remove(job: INotebookJob): Promise<void> {
    const { sagemaker } = await this._options.clients();
    if (!isOver(job.status)) {
      await this.stop(job.name);
    }
    await call('AddTags', () =>
      sagemaker.send(
        new AddTagsCommand({
          ResourceArn: job.arn,
          Tags: [{ Key: TAG.isArchived, Value: 'true' }]
        })
      )
    );
  }

  async logs(
    name: string,
    options: { nextToken?: string },
    signal?: AbortSignal
  ): Promise<ILogPage> {
    const { logs } = await this._options.clients();
    return readLog(logs, name, options.nextToken, signal);
  }

  async output(
    job: INotebookJob,
    signal?: AbortSignal
  ): Promise<IJobOutput | null> {
    return job.outputUri ? this._options.head(job.outputUri, signal) : null;
  }

  async instanceTypes(): Promise<string[]> {
    return Object.values(TrainingInstanceType);
  }

  private async _describe(name: string, abortSignal?: AbortSignal) {
    const { sagemaker } = await this._options.clients();
    return call('DescribeTrainingJob', () =>
      sagemaker.send(
        new DescribeTrainingJobCommand({ TrainingJobName: name }),
        { abortSignal }
      )
    );
  }

  /** AWS refuses to stop what is stopping or has ended; then nothing is amiss. */
  private async _isOver(name: string): Promise<boolean> {
    try {
      const { TrainingJobStatus } = await this._describe(name);
      return isOver(TrainingJobStatus) || TrainingJobStatus === 'Stopping';
    } catch {
      return false;
    }
  }
}

function isOver(status: string | undefined): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}
