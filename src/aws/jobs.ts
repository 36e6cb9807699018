import { TrainingInstanceType } from '@aws-sdk/client-sagemaker';
import type {
  DescribeTrainingJobResponse,
  SearchResponse
} from '@aws-sdk/client-sagemaker';

import type {
  IContext,
  IJobListOptions,
  IJobMetric,
  IJobOutput,
  IJobRequest,
  IJobsApi,
  IJobsPage,
  ILogPage,
  INotebookJob,
  INotebookJobSpec,
  IStudioContext,
  ITaskRequest
} from '../tokens';
import { toNotebookJob } from './convert';
import { toSearch } from './jobSearch';
import type { JsonClient, Wire } from './json';
import { toRequest } from './jobRequest';
import { readLog } from './logs';
import { readMetrics } from './metrics';
import type { QueryClient } from './query';
import { regionOf } from './region';
import { toSubmission } from './submission';
import { surroundingsOf } from './surroundings';
import { listTags } from './tags';
import { TAG } from './wire';

/** What {@link JobsApi} is made of. */
export interface IJobsApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
  logs: JsonClient;
  metrics: QueryClient;
  /** Looks at an object in S3; null if there is none. */
  head: (uri: string, signal?: AbortSignal) => Promise<IJobOutput | null>;
}

/** Notebook jobs as AWS's scheduler keeps them: training jobs with its tags. */
export class JobsApi implements IJobsApi {
  constructor(private readonly _options: IJobsApiOptions) {}

  async list(
    options: IJobListOptions,
    abortSignal?: AbortSignal
  ): Promise<IJobsPage> {
    const page = await this._options.sagemaker.call<Wire<SearchResponse>>(
      'Search',
      toSearch(await this._context(), options),
      abortSignal
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
    const job = await this._describe(name, abortSignal);
    // The ARN is AWS's: its letters are small where the name's are not.
    const tags = await listTags(
      this._options.sagemaker,
      job.TrainingJobArn ?? '',
      abortSignal
    );
    return toNotebookJob(job, tags);
  }

  async submission(spec: INotebookJobSpec): Promise<ITaskRequest> {
    const { sagemaker } = this._options;
    return toSubmission(
      spec,
      await surroundingsOf(await this._context(), sagemaker, spec.options)
    );
  }

  async stop(name: string): Promise<void> {
    await this._context();
    try {
      await this._options.sagemaker.call('StopTrainingJob', {
        TrainingJobName: name
      });
    } catch (error) {
      if (!(await this._isOver(name))) {
        throw error;
      }
    }
  }

  async remove(job: INotebookJob): Promise<void> {
    await this._context();
    if (!isOver(job.status)) {
      await this.stop(job.name);
    }
    await this._options.sagemaker.call('AddTags', {
      ResourceArn: job.arn,
      Tags: [{ Key: TAG.isArchived, Value: 'true' }]
    });
  }

  async logs(
    name: string,
    options: { nextToken?: string },
    signal?: AbortSignal
  ): Promise<ILogPage> {
    await this._context();
    return readLog(this._options.logs, name, options.nextToken, signal);
  }

  async output(
    job: INotebookJob,
    signal?: AbortSignal
  ): Promise<IJobOutput | null> {
    return job.outputUri ? this._options.head(job.outputUri, signal) : null;
  }

  async metrics(
    job: INotebookJob,
    signal?: AbortSignal
  ): Promise<IJobMetric[]> {
    await this._context();
    return readMetrics(this._options.metrics, job, signal);
  }

  async request(name: string, signal?: AbortSignal): Promise<IJobRequest> {
    const job = await this._describe(name, signal);
    const tags = await listTags(
      this._options.sagemaker,
      job.TrainingJobArn ?? '',
      signal
    );
    return toRequest(job, tags);
  }

  async instanceTypes(): Promise<string[]> {
    return Object.values(TrainingInstanceType);
  }

  /** The context; without a region there is nothing to be asked. */
  private async _context(): Promise<IContext> {
    const context = await this._options.context.get();
    regionOf(context);
    return context;
  }

  private async _describe(name: string, abortSignal?: AbortSignal) {
    await this._context();
    return this._options.sagemaker.call<Wire<DescribeTrainingJobResponse>>(
      'DescribeTrainingJob',
      { TrainingJobName: name },
      abortSignal
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
