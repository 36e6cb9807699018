import type { TranslationBundle } from '@jupyterlab/translation';

import { field } from '../core/context';
import type {
  IContext,
  IJobQuery,
  INotebookJob,
  JobSource,
  JobScope,
  JobStatus
} from '../tokens';
import { OWN_TAGS } from '../tokens/jobs';
import { sourceOf } from './sources';
import { hasTimedOut } from './tracker';

/** What a person narrows the list of jobs to; empty texts narrow nothing. */
export interface IJobFilters {
  scope: JobScope;
  status: JobStatus | '';
  source: JobSource | '';
  /** Words, all of which are somewhere in name, notebook, status or instance type. */
  text: string;
  notebook: string;
  /** Part of a definition's id or of a sweep's. */
  definition: string;
  /** Part of the name all of AWS's jobs are searched for, not only those read so far. */
  nameContains: string;
}

/** A list of one's own jobs, as AWS's scheduler shows it. */
export const NO_FILTERS: IJobFilters = {
  scope: 'mine',
  status: '',
  source: '',
  text: '',
  notebook: '',
  definition: '',
  nameContains: ''
};

/** The part of the filters AWS's Search can apply; undefined if that is none. */
export function queryOf(
  filters: IJobFilters,
  knownDefinitions: ReadonlySet<string> = new Set()
): IJobQuery | undefined {
  const { scope, status, source, definition, nameContains } = filters;
  const query: IJobQuery = {
    ...(scope !== 'mine' && { scope }),
    ...(status && { status }),
    ...(source && { source }),
    // Search compares ids as a whole only in the way that is sure to be allowed.
    ...(knownDefinitions.has(definition) && { definitionId: definition }),
    ...(nameContains && { nameContains })
  };
  return Object.keys(query).length > 0 ? query : undefined;
}

/** Whether a job is one AWS's Search would find by the status and source asked for. */
export function isFoundBy(job: INotebookJob, query: IJobQuery): boolean {
  return (
    (!query.status || hasStatus(job, query.status)) &&
    (!query.source || sourceOf(job) === query.source) &&
    (!query.definitionId || job.jobDefinitionId === query.definitionId) &&
    (!query.nameContains || job.displayName.includes(query.nameContains))
  );
}

/** A test for all filters but the scope, which only AWS can apply. */
export function filterOf(
  filters: IJobFilters,
  statusLabel: (job: INotebookJob) => string
): (job: INotebookJob) => boolean {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const notebook = filters.notebook.trim().toLowerCase();
  const definition = filters.definition.trim().toLowerCase();
  const { status, source } = filters;
  return job => {
    if (
      (status && !hasStatus(job, status)) ||
      (source && sourceOf(job) !== source) ||
      (notebook && !job.notebookName.toLowerCase().includes(notebook)) ||
      (definition && !groupOf(job).includes(definition))
    ) {
      return false;
    }
    if (words.length === 0) {
      return true;
    }
    const text = textOf(job, statusLabel);
    return words.every(word => text.includes(word));
  };
}

/** Why a scope can't be told here, or null if it can. */
export function scopeProblem(
  context: IContext | undefined,
  scope: JobScope,
  trans: TranslationBundle
): string | null {
  if (!context) {
    return null;
  }
  const known = context.fields.domainId;
  if (!field(context, 'domainId')) {
    return trans.__(
      'It is not known which domain this is, so the notebook jobs of the whole account and region are listed. %1',
      known && known.value === null ? known.reason : ''
    );
  }
  if (scope === 'space' && !field(context, 'spaceName')) {
    return trans.__('This JupyterLab does not run in a space.');
  }
  if (
    scope === 'mine' &&
    field(context, 'spaceType') === 'Shared' &&
    !field(context, 'userProfileName')
  ) {
    return trans.__(
      'In a shared space AWS does not record who ran a job: all are the space’s.'
    );
  }
  return null;
}

/** A failure may also be a time-out, which AWS reports as stopped. */
export function hasStatus(job: INotebookJob, status: JobStatus): boolean {
  switch (status) {
    case 'Failed':
      return job.status === 'Failed' || hasTimedOut(job);
    case 'Stopped':
      return job.status === 'Stopped' && !hasTimedOut(job);
    case 'InProgress':
      return job.status === 'InProgress' || job.status === 'Stopping';
    default:
      return job.status === status;
  }
}

function groupOf(job: INotebookJob): string {
  return [
    job.jobDefinitionId ?? '',
    job.tags[OWN_TAGS.sweep] ?? '',
    job.tags[OWN_TAGS.sweepName] ?? ''
  ]
    .join('\n')
    .toLowerCase();
}

const texts = new WeakMap<INotebookJob, string>();

/** What the words of a filter are looked for in; made once for each state of a job. */
function textOf(
  job: INotebookJob,
  statusLabel: (job: INotebookJob) => string
): string {
  let text = texts.get(job);
  if (text === undefined) {
    text = [
      job.name,
      job.displayName,
      job.notebookName,
      job.instanceType,
      statusLabel(job)
    ]
      .join('\n')
      .toLowerCase();
    texts.set(job, text);
  }
  return text;
}
