import { StudioError } from '../../core/errors';
import { newForm } from '../formState';
import { Preflight } from '../preflight';
import type { IPreflightForm } from '../findings';
import { FakeChoices, trans } from './fakes';

const denied = {
  value: null,
  reason: 'AccessDenied',
  error: new StudioError({
    code: 'AccessDenied',
    message:
      'User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: iam:GetRole on resource: role Jobs'
  })
} as const;
const ROLE = 'arn:aws:iam::123456789012:role/Jobs';
const IMAGE = '123456789012.dkr.ecr.us-west-2.amazonaws.com/mine:1';

const world = () => {
  const api = new FakeChoices();
  const preflight = new Preflight({ api, trans, changed: () => undefined });
  const form = (change: Partial<IPreflightForm> = {}): IPreflightForm => ({
    ...newForm('x', {
      instanceType: 'ml.m5.large',
      outputFormats: [],
      timeout: 3600,
      retries: 1
    }),
    surroundings: api.facts,
    starter: undefined,
    ...change
  });
  const check = async (
    change: Partial<IPreflightForm>,
    isWhole = false
  ): Promise<string[]> => {
    await preflight.run(form(change), isWhole);
    return preflight.findings.map(({ level, text }) => `${level}: ${text}`);
  };
  return { api, preflight, form, check };
};

describe('Preflight', () => {
  it('asks nothing before submitting a job with the defaults', async () => {
    const { api, check } = world();
    expect(await check({})).toEqual([]);
    expect(api.calls).toEqual([]);
  });

  it('looks at the defaults, too, when asked', async () => {
    const { check } = world();
    expect(await check({}, true)).toEqual([
      'fine: SageMaker may assume the role “StudioRole”.',
      expect.stringMatching(/^fine: The bucket “default-bucket” is in this/),
      expect.stringMatching(/^fine: A SageMaker Distribution image/),
      'fine: The quota “ml.m5.large for training job usage” is 4.'
    ]);
  });

  it('finds a role that SageMaker or the schedule may not assume', async () => {
    const { api, check } = world();
    const starter = 'scheduler.amazonaws.com';
    for (const others of [[], ['events.amazonaws.com']]) {
      const trusted = ['sagemaker.amazonaws.com', ...others];
      api.found.role = { value: { trusted } };
      expect(await check({ roleArn: ROLE, starter })).toEqual([
        expect.stringMatching(
          /^problem: Nothing may start the schedule.* name scheduler\.amazonaws\.com\.$/
        )
      ]);
    }
    api.found.role = {
      value: { trusted: ['sagemaker.amazonaws.com', starter] }
    };
    expect(await check({ roleArn: ROLE, starter })).toEqual([
      'fine: SageMaker may assume the role “Jobs”.'
    ]);
    api.found.role = { value: { trusted: ['ec2.amazonaws.com'] } };
    expect(await check({ roleArn: ROLE })).toEqual([
      expect.stringMatching(/^problem: SageMaker may not assume/)
    ]);
    api.found.role = { value: 'missing' };
    expect(await check({ roleArn: ROLE })).toEqual([
      'problem: There is no role “Jobs”.'
    ]);
  });

  it('says what it was not allowed to look at, and that is no problem', async () => {
    const { api, check, preflight } = world();
    api.found.role = denied;
    expect(await check({ roleArn: ROLE })).toEqual([
      'unknown: Could not check the role Jobs: iam:GetRole is not allowed.'
    ]);
    expect(preflight.findings[0].error).toBe(denied.error);
    expect(preflight.hasProblem).toBe(false);
  });

  it('finds buckets that are missing or elsewhere', async () => {
    const { api, check, preflight } = world();
    api.found.bucket = {
      value: {
        region: 'eu-west-1',
        isForeign: false,
        encryption: { value: 'AES256' }
      }
    };
    expect(await check({ outputUri: 's3://far/x' })).toEqual([
      expect.stringMatching(/^problem: .*“far” is in eu-west-1.* us-west-2/)
    ]);
    expect(preflight.hasProblem).toBe(true);
    api.found.bucket = { value: 'missing' };
    expect(await check({ inputUri: 's3://gone/x' })).toEqual([
      'problem: There is no bucket “gone”.'
    ]);
    expect(await check({ inputUri: 's3://default-bucket' })).toEqual([
      expect.stringMatching(/^fine: .* is not there yet: it is made/)
    ]);
  });

  it('finds buckets of other accounts, above all one with the default name', async () => {
    const { api, check, preflight } = world();
    api.found.bucket = {
      value: {
        region: 'us-west-2',
        isForeign: true,
        encryption: { value: 'AES256' }
      }
    };
    expect(await check({ outputUri: 's3://theirs/x' })).toEqual([
      expect.stringMatching(/^warning: .*“theirs” belongs to another account/)
    ]);
    expect(preflight.hasProblem).toBe(false);
    expect(await check({ inputUri: 's3://theirs/x' })).toEqual([
      expect.stringMatching(/^problem: .* only copied to buckets of this one/)
    ]);
    expect(await check({ outputUri: 's3://default-bucket/x' })).toEqual([
      expect.stringMatching(
        /^problem: .* default bucket and belongs to another/
      )
    ]);
    api.found.bucket = { value: 'closed' };
    expect(await check({ outputUri: 's3://theirs/y' })).toEqual([
      expect.stringMatching(/^warning: .*“theirs” is closed to you/)
    ]);
    expect((await check({}, true))[1]).toMatch(
      /^problem: .*“default-bucket” is closed to you.* taken the name/
    );
  });

  it('finds keys that can’t be used', async () => {
    const { api, check } = world();
    expect(await check({ volumeKmsKeyId: 'alias/a' })).toEqual([
      expect.stringMatching(/^fine: The key “alias\/a” is enabled/)
    ]);
    api.found.key = {
      value: {
        state: 'PendingDeletion',
        usage: 'ENCRYPT_DECRYPT',
        spec: 'SYMMETRIC_DEFAULT'
      }
    };
    expect(await check({ outputKmsKeyId: 'alias/a' })).toEqual([
      'problem: The key “alias/a” can’t be used: it is PendingDeletion.'
    ]);
    api.found.key = {
      value: { state: 'Enabled', usage: 'SIGN_VERIFY', spec: 'RSA_2048' }
    };
    expect(await check({ outputKmsKeyId: 'alias/a' })).toEqual([
      expect.stringMatching(/symmetric key/)
    ]);
  });

  it('tells images that suit notebook jobs from others', async () => {
    const { api, check } = world();
    expect(await check({ imageUri: IMAGE })).toEqual([
      expect.stringMatching(/^warning: The image is there/)
    ]);
    api.found.imageExists = { value: false };
    expect(await check({ imageUri: IMAGE })).toEqual([
      `problem: There is no image “${IMAGE}”.`
    ]);
    api.found.imageFacts = { value: { uid: 1001, gid: 101, kernels: ['r'] } };
    const attached = { imageUri: IMAGE, imageArn: 'arn:x', kernelName: 'py' };
    expect(await check(attached)).toEqual([
      expect.stringMatching(/^warning: .* user 1001 and group 101/),
      expect.stringMatching(/^warning: .* no kernel “py”; it has r/)
    ]);
    api.found.imageFacts = { value: { uid: 0, gid: 0, kernels: ['py'] } };
    expect(await check(attached)).toEqual([
      expect.stringMatching(/^fine: The image runs as/)
    ]);
  });

  it('finds networks that are none', async () => {
    const { check } = world();
    const network = (subnets: string, securityGroupIds = 'sg-1') =>
      check({ usesVpc: true, subnets, securityGroupIds });
    expect(await network('subnet-1')).toEqual([
      'fine: Subnets and security groups are of one VPC.'
    ]);
    expect(await network('subnet-9')).toEqual([
      'problem: There is no subnet-9.'
    ]);
    expect(await network('subnet-3')).toEqual([
      expect.stringMatching(/^problem: .* these are of vpc-2, vpc-1/)
    ]);
    expect(await network('subnet-2')).toEqual([
      expect.stringMatching(/^warning: .* public subnet subnet-2/)
    ]);
  });

  it('finds a quota of nothing', async () => {
    const { api, check } = world();
    api.found.quota = { value: 0 };
    expect(await check({ usesSpot: true }, true)).toContainEqual(
      expect.stringMatching(
        /^problem: The quota “ml.m5.large for spot training job usage” is 0/
      )
    );
  });

  it('knows whether its findings are of the form as it is', async () => {
    const { preflight, form } = world();
    await preflight.run(form({ roleArn: ROLE }), false);
    expect(preflight.isCurrent(form({ roleArn: ROLE }))).toBe(true);
    expect(preflight.isCurrent(form({ roleArn: `${ROLE}2` }))).toBe(false);
  });
});
