import { valueOf } from '../core/known';
import type {
  Check,
  ICheckContext,
  IJobFinding,
  IPreflightForm
} from './findings';
import { fine, problem, unknown, warning } from './findings';

/** Where notebook and files are copied to. */
export const inputBucket: Check = (form, context) =>
  form.inputUri && !form.snapshotUri
    ? checkBucket(context, 'input', form.inputUri, form)
    : null;

/** Where the output goes, if that is another bucket. */
export const outputBucket: Check = (form, context) =>
  form.outputUri && bucketOf(form.outputUri) !== bucketOf(form.inputUri)
    ? checkBucket(context, 'output', form.outputUri, form)
    : null;

async function checkBucket(
  context: ICheckContext,
  id: string,
  uri: string,
  { surroundings, outputKmsKeyId }: IPreflightForm
): Promise<IJobFinding[]> {
  const { api, trans } = context;
  const name = bucketOf(uri);
  const known = await api.bucket(name);
  if ('reason' in known) {
    return [unknown(context, id, trans.__('the bucket %1', name), known)];
  }
  const isDefault = valueOf(surroundings?.bucket) === name;
  if (known.value === 'missing') {
    return isDefault
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
  if (known.value === 'closed') {
    return [
      isDefault
        ? problem(
            id,
            trans.__(
              'The bucket “%1” is closed to you, as those of other accounts are: somebody may have taken the name of this account’s default bucket. Choose other locations, and tell your administrator.',
              name
            )
          )
        : warning(
            id,
            trans.__(
              'The bucket “%1” is closed to you: S3 does not say why, as it does with buckets of other accounts.',
              name
            )
          )
    ];
  }
  const { region, encryption, isForeign } = known.value;
  if (isForeign && (isDefault || id === 'input')) {
    return [
      problem(
        id,
        isDefault
          ? trans.__(
              'The bucket “%1” has the name of this account’s default bucket and belongs to another account. Choose other locations, and tell your administrator.',
              name
            )
          : trans.__(
              'The bucket “%1” belongs to another account. A notebook and its files are only copied to buckets of this one.',
              name
            )
      )
    ];
  }
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
  if (isForeign) {
    return [
      warning(
        id,
        trans.__(
          'The bucket “%1” belongs to another account, so it depends on that account what may be written to it and who can read it.',
          name
        )
      )
    ];
  }
  if ('reason' in encryption) {
    return [
      fine(id, trans.__('The bucket “%1” is in this region.', name)),
      unknown(
        context,
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

/** Key of the output. */
export const outputKey: Check = (form, context) =>
  form.outputKmsKeyId
    ? checkKey(context, 'output-key', form.outputKmsKeyId)
    : null;

/** Key of the volume, if it is another one. */
export const volumeKey: Check = (form, context) =>
  form.volumeKmsKeyId && form.volumeKmsKeyId !== form.outputKmsKeyId
    ? checkKey(context, 'volume-key', form.volumeKmsKeyId)
    : null;

async function checkKey(
  context: ICheckContext,
  id: string,
  key: string
): Promise<IJobFinding[]> {
  const { api, trans } = context;
  const known = await api.key(key.trim());
  if ('reason' in known) {
    return [unknown(context, id, trans.__('the key %1', key), known)];
  }
  if (known.value === 'missing') {
    return [problem(id, trans.__('There is no key “%1”.', key))];
  }
  const { state, usage, spec } = known.value;
  if (state !== 'Enabled') {
    return [
      problem(id, trans.__('The key “%1” can’t be used: it is %2.', key, state))
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

function bucketOf(uri: string): string {
  return uri
    .trim()
    .replace(/^s3:\/\//, '')
    .split('/')[0];
}
