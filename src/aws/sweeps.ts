import type {
  CreateTrainingJobRequest,
  Filter,
  SearchExpression,
  SearchResponse,
  Tag
} from '@aws-sdk/client-sagemaker';

import type {
  IContext,
  INotebookJob,
  ISweepsApi,
  ISweepSpec,
  IStudioContext,
  ITaskRequest,
  JobsOf
} from '../tokens';
import { toNotebookJob } from './convert';
import { toSearch } from './jobSearch';
import type { JsonClient, Wire } from './json';
import { regionOf } from './region';
import type { ISurroundings } from './surroundings';
import { surroundingsOf } from './surroundings';
import { toSubmission } from './submission';
import { TAG, mergeTags, tagValue } from './wire';

/** A page of `Search` holds at most this many. */
const PAGE_SIZE = 100;
/** Runs of a notebook that are compared at most: the newest. */
const MAX_RUNS = 500;
/** Names in one filter, whose value may have 1,024 characters; a name has 63 at most. */
const NAMES_A_CALL = 15;

/** What {@link SweepsApi} is made of. */
export interface ISweepsApiOptions {
  context: IStudioContext;
  sagemaker: JsonClient;
}

/** Sweeps are notebook jobs with a tag that names the sweep; AWS knows nothing else of them. */
export class SweepsApi implements ISweepsApi {
  constructor(private readonly _options: ISweepsApiOptions) {}

  async submission(spec: ISweepSpec): Promise<ITaskRequest> {
    const context = await this._context();
    return toSweep(
      spec,
      await surroundingsOf(context, this._options.sagemaker)
    );
  }

  async jobs(which: JobsOf, signal?: AbortSignal): Promise<INotebookJob[]> {
    const context = await this._context();
    if ('sweep' in which) {
      // Whoever submitted it.
      return this._search(
        { Filters: [equals(TAG.sweep, which.sweep)] },
        signal
      );
    }
    if ('notebook' in which) {
      const { SearchExpression: mine } = toSearch(context, {});
      const filter = equals(TAG.notebookName, which.notebook);
      return this._search(
        { ...mine, Filters: [...(mine?.Filters ?? []), filter] },
        signal
      );
    }
    const { names } = which;
    const found = new Map<string, INotebookJob>();
    for (let at = 0; at < names.length; at += NAMES_A_CALL) {
      const jobs = await this._search(
        {
          Filters: [
            {
              Name: 'TrainingJobName',
              Operator: 'In',
              Value: names.slice(at, at + NAMES_A_CALL).join(',')
            }
          ]
        },
        signal
      );
      jobs.forEach(job => found.set(job.name, job));
    }
    return names.flatMap(name => found.get(name) ?? []);
  }

  private async _search(
    expression: SearchExpression,
    signal?: AbortSignal
  ): Promise<INotebookJob[]> {
    const jobs: INotebookJob[] = [];
    let NextToken: string | undefined;
    do {
      const page: Wire<SearchResponse> = await this._options.sagemaker.call(
        'Search',
        {
          Resource: 'TrainingJob',
          MaxResults: PAGE_SIZE,
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          SearchExpression: {
            Filters: [equals(TAG.isArchived, 'false')],
            SubExpressions: [expression]
          },
          ...(NextToken && { NextToken })
        },
        signal
      );
      for (const { TrainingJob: job } of page.Results ?? []) {
        if (job) {
          jobs.push(toNotebookJob(job, job.Tags ?? []));
        }
      }
      NextToken = page.NextToken;
    } while (NextToken && jobs.length < MAX_RUNS);
    return jobs.slice(0, MAX_RUNS);
  }

  /** The context; without a region there is nothing to be asked. */
  private async _context(): Promise<IContext> {
    const context = await this._options.context.get();
    regionOf(context);
    return context;
  }
}

/** The task of a sweep: one input for all, and a CreateTrainingJob request for each job. */
export function toSweep(
  spec: ISweepSpec,
  facts: ISurroundings,
  now: Date = new Date()
): ITaskRequest {
  const request = (name: string, displayName: string, parameters = {}) =>
    toSubmission({ ...spec.base, name, displayName, parameters }, facts, now);
  const common = request(spec.id, spec.displayName);
  const { then, ...staging } = common.spec;
  const { InputDataConfig } = inputOf(then);
  const tags: Tag[] = [
    { Key: TAG.sweep, Value: spec.id },
    { Key: TAG.sweepName, Value: tagValue(spec.displayName) },
    ...(spec.sample
      ? [{ Key: TAG.sweepSample, Value: tagValue(spec.sample) }]
      : [])
  ];
  const jobs = spec.jobs.map(({ name, displayName, parameters }) => {
    const one = inputOf(request(name, displayName, parameters).spec.then);
    return {
      ...one,
      InputDataConfig,
      // The sweep's first: of a person's own tags, those beyond 50 are left out.
      Tags: mergeTags(tags, one.Tags ?? [])
    };
  });
  return {
    ...common,
    kind: 'sweep',
    spec: { ...staging, jobs, concurrency: spec.concurrency }
  };
}

/** The request of the one call a submission ends with. */
function inputOf(then: unknown): CreateTrainingJobRequest {
  return (then as { input: CreateTrainingJobRequest }).input;
}

function equals(tag: string, Value: string): Filter {
  return { Name: `Tags.${tag}`, Operator: 'Equals', Value };
}
