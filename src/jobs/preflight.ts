import type { TranslationBundle } from '@jupyterlab/translation';

import type { StudioError } from '../core/errors';
import { missingActionOf } from '../core/permissions';
import type { IJobOptionsApi, IJobSurroundings, Known } from '../tokens';
import type { IJobForm } from './formState';
import { idsOf } from './options';

/** How a finding is to be taken; only a problem makes *Submit* ask. */
export type FindingLevel = 'fine' | 'warning' | 'problem' | 'unknown';

/** One thing that was looked at. */
export interface IJobFinding {
  id: string;
  level: FindingLevel;
  /** What was found, and why it matters. */
  text: string;
  /** AWS's own words where it could not be looked at. */
  error?: StudioError;
}

/** What is looked at. */
export interface IPreflightForm extends IJobForm {
  surroundings: IJobSurroundings | undefined;
  isScheduled: boolean;
}

/** A check; null where there is nothing to look at. */
type Check = (form: IPreflightForm) => Promise<IJobFinding[]> | null;

/** Looks at what would make a job fail, as far as AWS lets us; never blocks on what it can't see. */
export class Preflight {
  constructor(private readonly _options: Preflight.IOptions) {}

  get findings(): ReadonlyArray<IJobFinding> {
    return this._findings;
  }

  get isRunning(): boolean {
    return this._isRunning;
  }

  get hasProblem(): boolean {
    return this._findings.some(({ level }) => level === 'problem');
  }

  /** Whether the findings are of this form as it is now. */
  isCurrent(form: IPreflightForm): boolean {
    return this._of === keyOf(form);
  }

  /**
   * Look; never rejects.
   *
   * @param isWhole - everything, not only what the person has chosen on purpose.
   */
  async run(form: IPreflightForm, isWhole: boolean): Promise<void> {
    const run = (this._run += 1);
    const wanted = isWhole ? withDefaults(form) : form;
    const checks = [
      this._role,
      this._inputBucket,
      this._outputBucket,
      this._outputKey,
      this._volumeKey,
      this._image,
      this._network,
      ...(isWhole ? [this._quota] : [])
    ].flatMap(check => check(wanted) ?? []);
    this._findings = [];
    this._of = keyOf(form);
    if (checks.length === 0) {
      return;
    }
    this._isRunning = true;
    this._options.changed();
    const found = await Promise.all(checks);
    if (run !== this._run) {
      return;
    }
    this._findings = found.flat();
    this._isRunning = false;
    this._options.changed();
  }

  private readonly _role: Check = form => {
    const arn = form.roleArn.trim();
    return arn ? this._checkRole(arn, form.isScheduled) : null;
  };

  private async _checkRole(
    arn: string,
    isScheduled: boolean
  ): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    const known = await api.role(arn);
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    if ('reason' in known) {
      return [this._unknown('role', trans.__('the role %1', name), known)];
    }
    if (known.value === 'missing') {
      return [problem('role', trans.__('There is no role “%1”.', name))];
    }
    const { trusted } = known.value;
    if (!trusted.includes('sagemaker.amazonaws.com')) {
      return [
        problem(
          'role',
          trans.__(
            'SageMaker may not assume the role “%1”, so the job can’t start: its trust policy has to name %2.',
            name,
            'sagemaker.amazonaws.com'
          )
        )
      ];
    }
    const starts = ['scheduler.amazonaws.com', 'events.amazonaws.com'];
    if (isScheduled && !starts.some(service => trusted.includes(service))) {
      return [
        problem(
          'role',
          trans.__(
            'Nothing may start the schedule with the role “%1”: its trust policy has to name %2, or %3 where schedules are rules.',
            name,
            ...starts
          )
        )
      ];
    }
    return [
      fine('role', trans.__('SageMaker may assume the role “%1”.', name))
    ];
  }

  private readonly _inputBucket: Check = form =>
    form.inputUri && !form.snapshotUri
      ? this._checkBucket('input', form.inputUri, form)
      : null;

  private readonly _outputBucket: Check = form =>
    form.outputUri && bucketOf(form.outputUri) !== bucketOf(form.inputUri)
      ? this._checkBucket('output', form.outputUri, form)
      : null;

  private async _checkBucket(
    id: string,
    uri: string,
    { surroundings, outputKmsKeyId }: IPreflightForm
  ): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    const name = bucketOf(uri);
    const known = await api.bucket(name);
    if ('reason' in known) {
      return [this._unknown(id, trans.__('the bucket %1', name), known)];
    }
    if (known.value === 'missing') {
      const isMade = valueOf(surroundings?.bucket) === name;
      return isMade
        ? [
            fine(
              id,
              trans.__(
                'The bucket “%1” is not there yet: it is made, with encryption and versions.',
                name
              )
            )
          ]
        : [problem(id, trans.__('There is no bucket “%1”.', name))];
    }
    const { region, encryption } = known.value;
    if (surroundings && region !== surroundings.region) {
      return [
        problem(
          id,
          trans.__(
            'The bucket “%1” is in %2, and jobs run in %3: choose one in the same region.',
            name,
            region,
            surroundings.region
          )
        )
      ];
    }
    if ('reason' in encryption) {
      return [
        fine(id, trans.__('The bucket “%1” is in this region.', name)),
        this._unknown(
          `${id}-encryption`,
          trans.__('how the bucket %1 encrypts', name),
          encryption
        )
      ];
    }
    return [
      fine(
        id,
        encryption.value.startsWith('aws:kms') || outputKmsKeyId
          ? trans.__(
              'The bucket “%1” is in this region; what is written to it is encrypted with a KMS key.',
              name
            )
          : trans.__(
              'The bucket “%1” is in this region; what is written to it is encrypted with keys of S3.',
              name
            )
      )
    ];
  }

  private readonly _outputKey: Check = form =>
    form.outputKmsKeyId
      ? this._checkKey('output-key', form.outputKmsKeyId)
      : null;

  private readonly _volumeKey: Check = form =>
    form.volumeKmsKeyId && form.volumeKmsKeyId !== form.outputKmsKeyId
      ? this._checkKey('volume-key', form.volumeKmsKeyId)
      : null;

  private async _checkKey(id: string, key: string): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    const known = await api.key(key.trim());
    if ('reason' in known) {
      return [this._unknown(id, trans.__('the key %1', key), known)];
    }
    if (known.value === 'missing') {
      return [problem(id, trans.__('There is no key “%1”.', key))];
    }
    const { state, usage, spec } = known.value;
    if (state !== 'Enabled') {
      return [
        problem(
          id,
          trans.__('The key “%1” can’t be used: it is %2.', key, state)
        )
      ];
    }
    return usage !== 'ENCRYPT_DECRYPT' || spec !== 'SYMMETRIC_DEFAULT'
      ? [
          problem(
            id,
            trans.__(
              'The key “%1” can’t encrypt files or volumes: that takes a symmetric key.',
              key
            )
          )
        ]
      : [
          fine(
            id,
            trans.__(
              'The key “%1” is enabled. The role needs to be allowed to use it.',
              key
            )
          )
        ];
  }

  private readonly _image: Check = form => {
    const { imageArn, imageUri } = form;
    return !imageUri
      ? null
      : imageArn
        ? this._checkAttached(imageArn, form.kernelName)
        : this._checkUri(imageUri.trim());
  };

  private async _checkAttached(
    arn: string,
    kernelName: string
  ): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    const known = await api.imageFacts(arn);
    if ('reason' in known) {
      return [this._unknown('image', trans.__('the image'), known)];
    }
    if (known.value === 'missing') {
      return [
        warning(
          'image',
          trans.__(
            'The image is not attached to the domain any more; its user and kernels are not known.'
          )
        )
      ];
    }
    const { uid, gid, kernels } = known.value;
    const found: IJobFinding[] = [];
    if ((uid !== 1000 || gid !== 100) && uid !== 0) {
      found.push(
        warning(
          'image',
          trans.__(
            'The image runs as user %1 and group %2. Notebook jobs need root, or user 1000 and group 100.',
            uid,
            gid
          )
        )
      );
    }
    if (kernels.length > 0 && !kernels.includes(kernelName)) {
      found.push(
        warning(
          'image-kernel',
          trans.__(
            'The image’s configuration names no kernel “%1”; it has %2.',
            kernelName,
            kernels.join(', ')
          )
        )
      );
    }
    return found.length > 0
      ? found
      : [
          fine(
            'image',
            trans.__(
              'The image runs as a user that suits notebook jobs. Whether it has the package sagemaker-headless-execution-driver shows when it runs.'
            )
          )
        ];
  }

  private async _checkUri(uri: string): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    if (/\/sagemaker-distribution[^/]*$/.test(uri)) {
      return [
        fine(
          'image',
          trans.__('A SageMaker Distribution image has all that jobs need.')
        )
      ];
    }
    const known = await api.imageExists(uri);
    if ('reason' in known) {
      return [this._unknown('image', trans.__('the image %1', uri), known)];
    }
    return known.value
      ? [
          warning(
            'image',
            trans.__(
              'The image is there. Whether it has the kernel and the package sagemaker-headless-execution-driver shows when it runs.'
            )
          )
        ]
      : [problem('image', trans.__('There is no image “%1”.', uri))];
  }

  private readonly _network: Check = form =>
    form.usesVpc ? this._checkNetwork(form) : null;

  private async _checkNetwork(form: IPreflightForm): Promise<IJobFinding[]> {
    const { api, trans } = this._options;
    const [subnets, groups] = await Promise.all([
      api.subnets(),
      api.securityGroups()
    ]);
    if ('reason' in subnets) {
      return [this._unknown('network', trans.__('the subnets'), subnets)];
    }
    if ('reason' in groups) {
      return [
        this._unknown('network', trans.__('the security groups'), groups)
      ];
    }
    const parts = new Map(
      [...subnets.value, ...groups.value].map(part => [part.id, part])
    );
    const ids = [...idsOf(form.subnets), ...idsOf(form.securityGroupIds)];
    const missing = ids.filter(id => !parts.has(id));
    if (missing.length > 0) {
      return [
        problem('network', trans.__('There is no %1.', missing.join(', ')))
      ];
    }
    const vpcs = new Set(ids.map(id => parts.get(id)?.vpcId));
    if (vpcs.size > 1) {
      return [
        problem(
          'network',
          trans.__(
            'Subnets and security groups have to be of one VPC; these are of %1.',
            [...vpcs].join(', ')
          )
        )
      ];
    }
    const open = ids.filter(id => parts.get(id)?.isPublic);
    return open.length > 0
      ? [
          warning(
            'network',
            trans.__(
              'Jobs get no public address, so they may reach nothing from the public subnet %1: choose private ones.',
              open.join(', ')
            )
          )
        ]
      : [
          fine(
            'network',
            trans.__('Subnets and security groups are of one VPC.')
          )
        ];
  }

  private readonly _quota: Check = async form => {
    const { api, trans } = this._options;
    const { instanceType, usesSpot } = form;
    const known = await api.quota(instanceType, usesSpot);
    const what = usesSpot
      ? trans.__('%1 for spot training job usage', instanceType)
      : trans.__('%1 for training job usage', instanceType);
    if ('reason' in known) {
      return [this._unknown('quota', trans.__('the quota “%1”', what), known)];
    }
    if (known.value === 'missing') {
      return [
        warning(
          'quota',
          trans.__('Service Quotas knows no “%1” in this region.', what)
        )
      ];
    }
    return known.value < 1
      ? [
          problem(
            'quota',
            trans.__(
              'The quota “%1” is 0: ask for more in Service Quotas, or choose another type.',
              what
            )
          )
        ]
      : [fine('quota', trans.__('The quota “%1” is %2.', what, known.value))];
  };

  private _unknown(
    id: string,
    what: string,
    { reason, error }: { reason: string; error?: StudioError }
  ): IJobFinding {
    const { trans } = this._options;
    const missing = error && missingActionOf(error);
    return {
      id,
      level: 'unknown',
      text: missing
        ? trans.__(
            'Could not check %1: %2 is not allowed.',
            what,
            missing.action
          )
        : trans.__('Could not check %1: %2', what, reason),
      error
    };
  }

  private _findings: IJobFinding[] = [];
  private _isRunning = false;
  private _run = 0;
  private _of: string | null = null;
}

export namespace Preflight {
  export interface IOptions {
    api: IJobOptionsApi;
    trans: TranslationBundle;
    changed: () => void;
  }
}

/** With what holds where nothing was chosen, as far as it is known. */
function withDefaults(form: IPreflightForm): IPreflightForm {
  const { surroundings } = form;
  const bucket = valueOf(surroundings?.bucket);
  const place = bucket ? `s3://${bucket}` : '';
  return {
    ...form,
    roleArn: form.roleArn || (valueOf(surroundings?.role) ?? ''),
    inputUri: form.inputUri || place,
    outputUri: form.outputUri || place,
    imageUri: form.imageUri || (valueOf(surroundings?.image) ?? '')
  };
}

function valueOf<T>(known: Known<T> | undefined): T | undefined {
  return known && !('reason' in known) ? known.value : undefined;
}

function bucketOf(uri: string): string {
  return uri
    .trim()
    .replace(/^s3:\/\//, '')
    .split('/')[0];
}

/** What findings depend on. */
function keyOf(form: IPreflightForm): string {
  return JSON.stringify({
    ...form,
    surroundings: undefined,
    displayName: undefined,
    parameters: undefined,
    environment: undefined,
    tags: undefined
  });
}

function fine(id: string, text: string): IJobFinding {
  return { id, level: 'fine', text };
}

function warning(id: string, text: string): IJobFinding {
  return { id, level: 'warning', text };
}

function problem(id: string, text: string): IJobFinding {
  return { id, level: 'problem', text };
}
