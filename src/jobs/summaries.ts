import type { TranslationBundle } from '@jupyterlab/translation';

import type { IJobForm } from './formState';
import { idsOf } from './options';

/** What is set in a folded section of the form, in a line. */
export type Summary = (form: IJobForm, trans: TranslationBundle) => string;

/** Image and role. */
export const imageSummary: Summary = (form, trans) =>
  joined(
    [
      form.imageUri
        ? form.imageUri.slice(form.imageUri.lastIndexOf('/') + 1)
        : trans.__('the image of this JupyterLab'),
      form.roleArn
        ? trans.__(
            'role %1',
            form.roleArn.slice(form.roleArn.lastIndexOf('/') + 1)
          )
        : trans.__('its role')
    ],
    trans
  );

/** Places in S3, keys, the volume. */
export const storageSummary: Summary = (form, trans) =>
  joined(
    [
      form.inputUri || form.outputUri
        ? trans.__('%1', form.outputUri || form.inputUri)
        : trans.__('the default bucket'),
      trans.__('%1 GB', form.volumeSize),
      form.volumeKmsKeyId
        ? trans.__('volume encrypted with your key')
        : trans.__('volume without a key of yours')
    ],
    trans
  );

/** VPC and isolation. */
export const networkSummary: Summary = (form, trans) =>
  joined(
    [
      form.usesVpc
        ? trans.__(
            'in a VPC: %1',
            [...idsOf(form.subnets), ...idsOf(form.securityGroupIds)].join(', ')
          )
        : trans.__('no VPC'),
      form.networkIsolation ? trans.__('isolated') : ''
    ],
    trans
  );

/** Spot capacity. */
export const capacitySummary: Summary = (form, trans) =>
  form.usesSpot
    ? trans.__('spot, maximum wait %1 %2', form.maxWait, form.maxWaitUnit)
    : trans.__('on demand');

/** Scripts that run before the notebook. */
export const scriptsSummary: Summary = (form, trans) =>
  joined(
    [
      form.startupScriptArn.slice(form.startupScriptArn.lastIndexOf('/') + 1),
      form.initScriptPath
    ],
    trans
  );

/** The person's own tags. */
export const tagsSummary: Summary = (form, trans) =>
  joined(
    form.tags.map(({ name, value }) => (value ? `${name}=${value}` : name)),
    trans
  );

function joined(
  parts: ReadonlyArray<string>,
  trans: TranslationBundle
): string {
  return parts.filter(Boolean).join(' · ') || trans.__('none');
}
