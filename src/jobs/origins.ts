import type { TranslationBundle } from '@jupyterlab/translation';

import type { INotebookJob, JobOrigin } from '../tokens';
import { SWEEP_TAGS } from '../tokens/jobs';

/** Where a job came from, as its tags tell. */
export function originOf(
  job: Pick<INotebookJob, 'tags' | 'jobDefinitionId'>
): JobOrigin {
  return job.tags['sagemaker:notebook-job-origin'] === 'PIPELINE_STEP'
    ? 'pipeline-step'
    : job.tags[SWEEP_TAGS.id] !== undefined
      ? 'sweep'
      : job.jobDefinitionId !== undefined
        ? 'schedule'
        : 'run';
}

/** An origin as people read it. */
export function originLabel(
  origin: JobOrigin,
  trans: TranslationBundle
): string {
  switch (origin) {
    case 'run':
      return trans.__('Run now');
    case 'schedule':
      return trans.__('Schedule');
    case 'sweep':
      return trans.__('Sweep');
    case 'pipeline-step':
      return trans.__('Pipeline');
  }
}
