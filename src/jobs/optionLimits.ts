import type { TranslationBundle } from '@jupyterlab/translation';

import type { INamedValue, Problem } from './limits';
import { LIMITS, checkTimeout, timeoutSeconds } from './limits';
import type { IOptionsForm } from './options';
import { idsOf } from './options';

/** Limits of CreateTrainingJob (SageMaker API reference). */
export const OPTION_LIMITS = {
  subnets: 16,
  securityGroups: 5,
  /** GB. */
  minVolume: 1,
  maxVolume: 16384,
  /** SageMaker takes 50; a notebook job's own and those of space and profile need the rest. */
  tags: 36,
  tagKey: 128,
  tagValue: 256
} as const;

/** ARN of a role in any partition, with path. */
export function checkRole(arn: string, trans: TranslationBundle): Problem {
  const text = arn.trim();
  return !text || /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text)
    ? null
    : trans.__(
        'Type the role as its ARN, such as %1.',
        'arn:aws:iam::123456789012:role/MyJobs'
      );
}

/** An image in Amazon ECR; `CreateTrainingJob` pulls from nowhere else by default. */
export function checkImage(uri: string, trans: TranslationBundle): Problem {
  const text = uri.trim();
  return !text ||
    /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/[a-z0-9._/-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(
      text
    )
    ? null
    : trans.__(
        'Type the image as its URI in Amazon ECR, such as %1.',
        '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mine:1'
      );
}

/** A bucket with or without a folder; names as general purpose buckets have them. */
export function checkS3Uri(uri: string, trans: TranslationBundle): Problem {
  const text = uri.trim();
  if (!text) {
    return null;
  }
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/.*)?$/.exec(text);
  if (!match) {
    return trans.__('Type the place as %1.', 's3://bucket/folder');
  }
  return /\/\//.test(match[2] ?? '') || text.length > 900
    ? trans.__('Remove empty folders from “%1”, and shorten it.', text)
    : null;
}

/** Key id, its ARN, or an alias: what CreateTrainingJob takes as a KMS key. */
export function checkKmsKey(key: string, trans: TranslationBundle): Problem {
  const text = key.trim();
  const id = '(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})';
  const forms = new RegExp(
    `^(${id}|alias/[\\w/-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:(key/${id}|alias/[\\w/-]+))$`
  );
  return !text || forms.test(text)
    ? null
    : trans.__(
        'Type the key as its id, its ARN or an alias such as %1.',
        'alias/my-key'
      );
}

/** Subnets and security groups, both or neither. */
export function checkSubnets(
  form: IOptionsForm,
  trans: TranslationBundle
): Problem {
  return form.usesVpc
    ? Private.checkIds(
        idsOf(form.subnets),
        'subnet',
        OPTION_LIMITS.subnets,
        trans.__('subnets'),
        trans
      )
    : null;
}

/** See {@link checkSubnets}. */
export function checkSecurityGroups(
  form: IOptionsForm,
  trans: TranslationBundle
): Problem {
  return form.usesVpc
    ? Private.checkIds(
        idsOf(form.securityGroupIds),
        'sg',
        OPTION_LIMITS.securityGroups,
        trans.__('security groups'),
        trans
      )
    : null;
}

/** Size of the job's disk. */
export function checkVolume(size: string, trans: TranslationBundle): Problem {
  const gigabytes = size.trim() ? Number(size) : NaN;
  return Number.isInteger(gigabytes) &&
    gigabytes >= OPTION_LIMITS.minVolume &&
    gigabytes <= OPTION_LIMITS.maxVolume
    ? null
    : trans.__(
        'Type the size of the volume in GB: a whole number from %1 to %2.',
        OPTION_LIMITS.minVolume,
        OPTION_LIMITS.maxVolume
      );
}

/** Waiting for spot capacity and running, in all: not shorter than the time-out. */
export function checkMaxWait(
  form: IOptionsForm,
  timeoutInSeconds: number,
  trans: TranslationBundle
): Problem {
  if (!form.usesSpot) {
    return null;
  }
  const seconds = timeoutSeconds(form.maxWait, form.maxWaitUnit);
  if (!Number.isFinite(seconds)) {
    return trans.__('Type the maximum wait as a number.');
  }
  if (seconds < timeoutInSeconds) {
    return trans.__(
      'Choose a maximum wait that is not shorter than the time-out: it holds both the wait for capacity and the run.'
    );
  }
  return checkTimeout(form.maxWait, form.maxWaitUnit, trans)
    ? trans.__(
        'Choose a maximum wait of whole seconds, at most %1 (5 days).',
        LIMITS.maxRuntime
      )
    : null;
}

/** A lifecycle configuration, as jobs name it. */
export function checkStartupScript(
  arn: string,
  trans: TranslationBundle
): Problem {
  const text = arn.trim();
  return !text ||
    /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:studio-lifecycle-config\/[\w-]+$/.test(
      text
    )
    ? null
    : trans.__('Type the ARN of a Studio lifecycle configuration.');
}

/** How many tags there are. */
export function checkTagCount(
  count: number,
  trans: TranslationBundle
): Problem {
  return count > OPTION_LIMITS.tags
    ? trans.__(
        'Remove tags: at most %1 fit beside those of the job itself, and there are %2.',
        OPTION_LIMITS.tags,
        count
      )
    : null;
}

/** One tag among the keys of all. */
export function checkTag(
  tag: INamedValue,
  keys: ReadonlyArray<string>,
  trans: TranslationBundle
): Problem {
  const { name, value } = tag;
  if (!name) {
    return trans.__('Give the tag a key or remove the row.');
  }
  if (/^(aws|sagemaker|jupyterlab-sagemaker-studio):/i.test(name)) {
    return trans.__(
      'Choose another key than “%1”: those that begin with aws: or sagemaker: say what a job is.',
      name
    );
  }
  const wrong = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(name + value);
  if (wrong) {
    return trans.__(
      'Remove “%1” from the tag: letters, digits, spaces and _ . : / = + - @ are allowed.',
      wrong[0]
    );
  }
  if (
    name.length > OPTION_LIMITS.tagKey ||
    value.length > OPTION_LIMITS.tagValue
  ) {
    return trans.__(
      'Shorten the tag “%1”: a key has at most %2 characters, a value %3.',
      name.slice(0, 40),
      OPTION_LIMITS.tagKey,
      OPTION_LIMITS.tagValue
    );
  }
  return keys.filter(other => other === name).length > 1
    ? trans.__('Remove one of the two tags called “%1”.', name)
    : null;
}

namespace Private {
  export function checkIds(
    ids: ReadonlyArray<string>,
    kind: 'subnet' | 'sg',
    most: number,
    what: string,
    trans: TranslationBundle
  ): Problem {
    if (ids.length === 0) {
      return trans.__(
        'Name at least one of the %1: a VPC needs subnets and security groups.',
        what
      );
    }
    if (ids.length > most) {
      return trans.__(
        'Name at most %1 %2; there are %3.',
        most,
        what,
        ids.length
      );
    }
    const wrong = ids.find(id => !new RegExp(`^${kind}-[0-9a-z]+$`).test(id));
    return wrong
      ? trans.__(
          'Correct “%1”: the ids of %2 begin with %3.',
          wrong,
          what,
          `${kind}-`
        )
      : null;
  }
}
