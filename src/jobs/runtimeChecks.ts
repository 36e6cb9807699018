import type {
  Check,
  ICheckContext,
  IJobFinding,
  IPreflightForm
} from './findings';
import { fine, problem, unknown, warning } from './findings';
import { idsOf } from './options';

/** Whether SageMaker, and a schedule, may use the role. */
export const role: Check = (form, context) => {
  const arn = form.roleArn.trim();
  return arn ? checkRole(context, arn, form.starter) : null;
};

async function checkRole(
  context: ICheckContext,
  arn: string,
  starter: string | undefined
): Promise<IJobFinding[]> {
  const { api, trans } = context;
  const known = await api.role(arn);
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if ('reason' in known) {
    return [unknown(context, 'role', trans.__('the role %1', name), known)];
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
  if (starter !== undefined && !trusted.includes(starter)) {
    return [
      problem(
        'role',
        trans.__(
          'Nothing may start the schedule with the role “%1”: its trust policy has to name %2.',
          name,
          starter
        )
      )
    ];
  }
  return [fine('role', trans.__('SageMaker may assume the role “%1”.', name))];
}

/** Whether jobs can run the image. */
export const image: Check = (form, context) => {
  const { imageArn, imageUri } = form;
  return !imageUri
    ? null
    : imageArn
      ? checkAttached(context, imageArn, form.kernelName)
      : checkUri(context, imageUri.trim());
};

async function checkAttached(
  context: ICheckContext,
  arn: string,
  kernelName: string
): Promise<IJobFinding[]> {
  const { api, trans } = context;
  const known = await api.imageFacts(arn);
  if ('reason' in known) {
    return [unknown(context, 'image', trans.__('the image'), known)];
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

async function checkUri(
  context: ICheckContext,
  uri: string
): Promise<IJobFinding[]> {
  const { api, trans } = context;
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
    return [unknown(context, 'image', trans.__('the image %1', uri), known)];
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

/** Whether subnets and security groups are there and fit together. */
export const network: Check = (form, context) =>
  form.usesVpc ? checkNetwork(context, form) : null;

async function checkNetwork(
  context: ICheckContext,
  form: IPreflightForm
): Promise<IJobFinding[]> {
  const { api, trans } = context;
  const [subnets, groups] = await Promise.all([
    api.subnets(),
    api.securityGroups()
  ]);
  if ('reason' in subnets) {
    return [unknown(context, 'network', trans.__('the subnets'), subnets)];
  }
  if ('reason' in groups) {
    return [
      unknown(context, 'network', trans.__('the security groups'), groups)
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
        fine('network', trans.__('Subnets and security groups are of one VPC.'))
      ];
}

/** Whether the account may run the type. */
export const quota: Check = async (form, context) => {
  const { api, trans } = context;
  const { instanceType, usesSpot } = form;
  const known = await api.quota(instanceType, usesSpot);
  const what = usesSpot
    ? trans.__('%1 for spot training job usage', instanceType)
    : trans.__('%1 for training job usage', instanceType);
  if ('reason' in known) {
    return [unknown(context, 'quota', trans.__('the quota “%1”', what), known)];
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
