import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration, formatTime } from '../core/format';
import type { INotebookJob } from '../tokens';
import { OWN_TAGS } from '../tokens/jobs';
import { sourceLabel, sourceOf } from './sources';

/** One thing a job was given, or that became of it. */
export interface IFact {
  id: string;
  label: string;
  /** Empty where there is nothing to say. */
  value: string;
}

/** All options of a job in words, in the order they are shown. */
export function optionFacts(
  job: INotebookJob,
  trans: TranslationBundle,
  locale?: string
): IFact[] {
  const { tags } = job;
  const yesNo = (is: boolean) => (is ? trans.__('yes') : trans.__('no'));
  const duration = (seconds: number) => formatDuration(seconds * 1000, locale);
  const facts: [string, string, string | undefined][] = [
    ['notebook', trans.__('Notebook'), job.notebookPath ?? job.notebookName],
    ['kernel', trans.__('Kernel'), job.kernelName],
    ['instance', trans.__('Instance type'), job.instanceType],
    [
      'volume',
      trans.__('Volume'),
      job.volumeSizeInGB === undefined
        ? undefined
        : trans.__('%1 GB', job.volumeSizeInGB)
    ],
    [
      'name',
      trans.__('Training job'),
      // What a definition starts is only called so.
      job.name === job.jobDefinitionId ? undefined : job.name
    ],
    ['origin', trans.__('Origin'), sourceLabel(sourceOf(job), trans)],
    ['definition', trans.__('Definition'), job.jobDefinitionId],
    ['sweep', trans.__('Sweep'), tags[OWN_TAGS.sweepName]],
    ['created', trans.__('Created'), formatTime(job.createdAt, locale)],
    ['image', trans.__('Image'), job.imageUri],
    ['role', trans.__('Role'), job.roleArn],
    ['input', trans.__('Input'), job.inputUri],
    ['output', trans.__('Output'), job.outputUri],
    ['formats', trans.__('Output formats'), job.outputFormats.join(', ')],
    ['folder', trans.__('Notebook’s folder'), yesNo(job.packageFolder)],
    ['timeout', trans.__('Time-out'), duration(job.maxRuntimeSeconds)],
    ['retries', trans.__('Retries'), String(job.maxRetryAttempts)],
    [
      'spot',
      trans.__('Spot capacity'),
      job.spot
        ? trans.__('yes, within %1', duration(job.spot.maxWaitSeconds))
        : trans.__('no')
    ],
    ['outputKey', trans.__('Key of the output'), job.outputKmsKeyId],
    ['volumeKey', trans.__('Key of the volume'), job.volumeKmsKeyId],
    ['subnets', trans.__('Subnets'), job.subnets?.join(', ')],
    ['groups', trans.__('Security groups'), job.securityGroupIds?.join(', ')],
    [
      'isolation',
      trans.__('Network isolation'),
      job.networkIsolation ? trans.__('on') : trans.__('off')
    ],
    ['startup', trans.__('Start-up script'), job.startupScriptArn],
    ['init', trans.__('Initialization script'), job.initScriptName],
    ['profile', trans.__('User profile'), tags['sagemaker:user-profile-name']],
    ['space', trans.__('Space'), tags['sagemaker:shared-space-name']],
    [
      'tags',
      trans.__('Tags'),
      Object.entries(job.userTags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')
    ]
  ];
  return facts.map(([id, label, value]) => ({
    id,
    label,
    value: value || ''
  }));
}
