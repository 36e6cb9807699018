import type {
  IJobNetwork,
  IJobOptions,
  IJobSurroundings,
  INotebookJob
} from '../tokens';
import type { TimeUnit } from './limits';
import { timeoutIn, timeoutSeconds } from './limits';

/** A tag in the form. */
export interface ITagRow {
  id: number;
  name: string;
  value: string;
}

/** Where and how the job runs, as typed; what is empty is the default of the surroundings. */
export interface IOptionsForm {
  /** ECR URI; empty for the image this JupyterLab runs. */
  imageUri: string;
  /** ARN of the Studio image `imageUri` is of, if it was chosen from those attached. */
  imageArn: string;
  roleArn: string;
  inputUri: string;
  outputUri: string;
  outputKmsKeyId: string;
  volumeKmsKeyId: string;
  usesVpc: boolean;
  /** Ids, separated by commas or spaces. */
  subnets: string;
  securityGroupIds: string;
  /** GB. */
  volumeSize: string;
  usesSpot: boolean;
  maxWait: string;
  maxWaitUnit: TimeUnit;
  startupScriptArn: string;
  initScriptPath: string;
  tags: ITagRow[];
  /** s3://… of an earlier job's input that is run again, and the notebook's name in it. */
  snapshotUri: string;
  snapshotNotebook: string;
}

/** Options nobody has touched yet. */
export const NO_OPTIONS: IOptionsForm = {
  imageUri: '',
  imageArn: '',
  roleArn: '',
  inputUri: '',
  outputUri: '',
  outputKmsKeyId: '',
  volumeKmsKeyId: '',
  usesVpc: false,
  subnets: '',
  securityGroupIds: '',
  volumeSize: '30',
  usesSpot: false,
  maxWait: '3',
  maxWaitUnit: 'days',
  startupScriptArn: '',
  initScriptPath: '',
  tags: [],
  snapshotUri: '',
  snapshotNotebook: ''
};

/** Ids typed with commas, spaces or on lines of their own. */
export function idsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** The parts of a form that say that a job's own copy of its notebook is run. */
type ICopy = Pick<
  IOptionsForm,
  'snapshotUri' | 'snapshotNotebook' | 'initScriptPath'
>;

/** The notebook as it is now, not a copy. */
export const NO_COPY: ICopy = {
  snapshotUri: '',
  snapshotNotebook: '',
  initScriptPath: ''
};

/** The job's own copy of its notebook, with the scripts that lie beside it. */
export function copyOf(
  job: INotebookJob
): ICopy & Pick<IOptionsForm, 'startupScriptArn'> {
  return {
    snapshotUri: job.inputUri,
    snapshotNotebook: job.notebookName,
    initScriptPath: job.initScriptName ?? '',
    startupScriptArn: job.startupScriptArn ?? ''
  };
}

/** What the domain wants of its jobs: where nothing gets out but by its VPC, they go that way. */
export function domainOptions(
  surroundings: IJobSurroundings | undefined
): Partial<IOptionsForm> {
  const network = surroundings?.network;
  return network && !('reason' in network) && network.value.isVpcOnly
    ? { usesVpc: true, ...networkOf(network.value) }
    : {};
}

/** The domain's network in a form, as much of it as a job takes. */
export function networkOf(
  network: IJobNetwork
): Pick<IOptionsForm, 'subnets' | 'securityGroupIds'> {
  return {
    subnets: network.subnets.slice(0, 16).join(', '),
    securityGroupIds: network.securityGroupIds.slice(0, 5).join(', ')
  };
}

/** Whether a form has the domain's network. */
export function isNetworkOf(form: IOptionsForm, network: IJobNetwork): boolean {
  const { subnets, securityGroupIds } = networkOf(network);
  return (
    idsOf(form.subnets).join() === idsOf(subnets).join() &&
    idsOf(form.securityGroupIds).join() === idsOf(securityGroupIds).join()
  );
}

/** The options a form describes; what is the default is left out. */
export function optionsOf(form: IOptionsForm): IJobOptions {
  const text = (value: string) => value.trim() || undefined;
  const options: IJobOptions = {
    imageUri: text(form.imageUri),
    imageArn: text(form.imageUri) && text(form.imageArn),
    roleArn: text(form.roleArn),
    inputUri: text(form.inputUri),
    outputUri: text(form.outputUri),
    outputKmsKeyId: text(form.outputKmsKeyId),
    volumeKmsKeyId: text(form.volumeKmsKeyId),
    subnets: form.usesVpc ? idsOf(form.subnets) : undefined,
    securityGroupIds: form.usesVpc ? idsOf(form.securityGroupIds) : undefined,
    volumeSizeInGB:
      form.volumeSize.trim() === NO_OPTIONS.volumeSize
        ? undefined
        : Number(form.volumeSize),
    spot: form.usesSpot
      ? { maxWaitSeconds: timeoutSeconds(form.maxWait, form.maxWaitUnit) }
      : undefined,
    startupScriptArn: text(form.startupScriptArn),
    initScriptPath: text(form.initScriptPath),
    tags:
      form.tags.length > 0
        ? Object.fromEntries(form.tags.map(tag => [tag.name, tag.value]))
        : undefined,
    snapshotUri: text(form.snapshotUri)
  };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined)
  );
}

/** The options of a job, for a form that begins with them. */
export function optionsFormOf(
  job: INotebookJob,
  newId: () => number
): IOptionsForm {
  const wait = timeoutIn(job.spot?.maxWaitSeconds ?? 259200);
  const folder = `/${job.name}/input`;
  return {
    ...NO_OPTIONS,
    imageUri: job.imageUri,
    roleArn: job.roleArn,
    // An input elsewhere is not below a folder of the job's name: the default then.
    inputUri: job.inputUri.replace(/\/+$/, '').endsWith(folder)
      ? job.inputUri.replace(/\/+$/, '').slice(0, -folder.length)
      : '',
    outputUri: job.outputPath,
    outputKmsKeyId: job.outputKmsKeyId ?? '',
    volumeKmsKeyId: job.volumeKmsKeyId ?? '',
    usesVpc: (job.subnets ?? []).length > 0,
    subnets: (job.subnets ?? []).join(', '),
    securityGroupIds: (job.securityGroupIds ?? []).join(', '),
    volumeSize: String(job.volumeSizeInGB ?? NO_OPTIONS.volumeSize),
    usesSpot: job.spot !== undefined,
    maxWait: wait.value,
    maxWaitUnit: wait.unit,
    startupScriptArn: job.startupScriptArn ?? '',
    tags: Object.entries(job.userTags).map(([name, value]) => ({
      id: newId(),
      name,
      value
    }))
  };
}
