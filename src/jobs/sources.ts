import type { TranslationBundle } from '@jupyterlab/translation';

import type { INotebookJob, JobSource } from '../tokens';
import { OWN_TAGS } from '../tokens/jobs';

/** All there are, in the order they are offered. */
export const SOURCES: readonly JobSource[] = [
  'extension',
  'scheduler',
  'schedule',
  'sweep',
  'pipeline-step'
];

/** What started a job, as its tags tell. */
export function sourceOf(
  job: Pick<INotebookJob, 'tags' | 'jobDefinitionId'>
): JobSource {
  const { tags } = job;
  return tags['sagemaker:notebook-job-origin'] === 'PIPELINE_STEP'
    ? 'pipeline-step'
    : tags[OWN_TAGS.sweep] !== undefined
      ? 'sweep'
      : job.jobDefinitionId !== undefined
        ? 'schedule'
        : tags[OWN_TAGS.notebookPath] !== undefined
          ? 'extension'
          : 'scheduler';
}

/** A source as people read it. */
export function sourceLabel(
  source: JobSource,
  trans: TranslationBundle
): string {
  switch (source) {
    case 'extension':
      return trans.__('Run from here');
    case 'scheduler':
      return trans.__('AWS’s scheduler');
    case 'schedule':
      return trans.__('Schedule');
    case 'sweep':
      return trans.__('Sweep');
    case 'pipeline-step':
      return trans.__('Pipeline step');
  }
}
