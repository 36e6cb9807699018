import { Signal } from '@lumino/signaling';

import { StudioError } from '../../core/errors';
import type { IJobFormPart, INotebookJobSpec } from '../../tokens';
import { JobFormModel } from '../formModel';
import type { UnsavedChoice } from '../prepareNotebook';
import type { FormPlace } from '../formParts';
import type { IJobForm } from '../formState';
import {
  FakeChoices,
  FakeNotebooks,
  job,
  makeJobs,
  settle,
  trans
} from './fakes';

const jobs = () => {
  const made = makeJobs();
  const notebooks = new FakeNotebooks();
  const choices = new FakeChoices();
  let count = 0;
  const answers: UnsavedChoice[] = [];
  const open = async (
    path = 'work/train.ipynb',
    more: Partial<JobFormModel.IOptions> = {}
  ) => {
    const model = new JobFormModel({
      ...more,
      notebookPath: path,
      api: made.api,
      choices,
      submissions: made.submissions,
      notebooks,
      store: made.store,
      defaults: {
        instanceType: 'ml.m5.large',
        outputFormats: ['html'],
        timeout: 172800,
        retries: 1
      },
      trans,
      cancel: name => void made.submissions.cancel(name),
      kernels: async () => [
        { name: 'python3', displayName: 'Python 3' },
        { name: 'ir', displayName: 'R' }
      ],
      suggestName: () => 'train',
      newJobName: async () => `train-${(count += 1)}`,
      confirmUnsaved: async () => answers.shift() ?? 'cancel'
    });
    await model.ready;
    return model;
  };
  return { ...made, choices, notebooks, answers, open };
};

const rowOf = (model: JobFormModel, name: string) => {
  const row = model.form.parameters.find(each => each.name === name);
  if (!row) {
    throw new Error(`no row ${name}`);
  }
  return row;
};

/** A part whose state is the test's. */
class FakePart implements IJobFormPart {
  readonly changed = new Signal<this, void>(this);
  isActive = false;
  submitLabel = 'Schedule';
  failureTitle = 'Not scheduled';
  problem: string | null = null;
  restored: unknown;
  submitted: INotebookJobSpec[] = [];
  answer: () => Promise<boolean> = async () => true;
  isDisposed = false;

  render() {
    return null;
  }
  covers(name: string) {
    return name === 'epochs';
  }
  async submit(spec: INotebookJobSpec) {
    this.submitted.push(spec);
    return this.answer();
  }
  save() {
    return { isActive: this.isActive };
  }
  restore(saved: unknown) {
    this.restored = saved;
  }
  dispose() {
    this.isDisposed = true;
  }
  set(change: Partial<FakePart>) {
    Object.assign(this, change);
    this.changed.emit();
  }
}

describe('a part of the form', () => {
  const openWithPart = async (places: FormPlace[] = ['when']) => {
    const world = jobs();
    const made = places.map(() => new FakePart());
    const parts = new Map(
      places.map((place, at): [FormPlace, () => Promise<FakePart>] => [
        place,
        async () => made[at]
      ])
    );
    const model = await world.open(undefined, { parts });
    return { ...world, model, parts: made };
  };

  it('submits in place of the form while it is active', async () => {
    const { model, parts, tasks } = await openWithPart();
    const submitted = jest.fn();
    model.submitted.connect((_, name) => submitted(name));
    parts[0].set({ isActive: true, problem: 'Choose a time.' });
    expect(model.blocked).toBe('Choose a time.');
    parts[0].set({ problem: null });
    await model.submit();
    expect(parts[0].submitted[0]).toMatchObject({
      name: 'train-1',
      instanceType: 'ml.m5.large'
    });
    expect(tasks.started).toHaveLength(0);
    expect(submitted.mock.calls).toEqual([[null]]);
  });

  it('leaves the form as it was when it fails or is cancelled', async () => {
    const { model, parts } = await openWithPart();
    parts[0].set({
      isActive: true,
      answer: async () => {
        throw new StudioError({ code: 'AccessDenied', message: 'no' });
      }
    });
    await model.submit();
    expect(model.submission.outcome).toMatchObject({
      error: { code: 'AccessDenied' }
    });
    expect(model.isSubmitting).toBe(false);
    parts[0].set({ answer: async () => false });
    await model.submit();
    expect(model.submission.outcome).toEqual({ kind: 'cancelled' });
    expect(parts[0].submitted.map(({ name }) => name)).toEqual([
      'train-1',
      'train-2'
    ]);
  });

  it('keeps its id while nobody knows whether the request arrived', async () => {
    const { model, parts } = await openWithPart();
    parts[0].set({
      isActive: true,
      answer: async () => {
        throw new StudioError({ code: 'ServerUnreachable', message: 'cut' });
      }
    });
    await model.submit();
    await model.submit();
    expect(parts[0].submitted.map(({ name }) => name)).toEqual([
      'train-1',
      'train-1'
    ]);
  });

  it('is not used together with another', async () => {
    const { model, parts } = await openWithPart(['when', 'sweep']);
    parts.forEach(part => part.set({ isActive: true }));
    expect(model.blocked).toMatch('either a schedule or several values');
  });

  it('gives values that the form then does not check', async () => {
    const { model, parts } = await openWithPart(['sweep']);
    const { id } = rowOf(model, 'epochs');
    model.setParameter(id, { value: 'x'.repeat(3000) });
    expect(model.blocked).toMatch('2500 characters');
    parts[0].set({ isActive: true });
    expect(model.blocked).toBeNull();
  });

  it('is found again after a reload, and a broken one does no harm', async () => {
    const made = jobs();
    const [part, again] = ['first', 'second'].map(() => new FakePart());
    const parts = new Map([['when' as const, async () => part]]);
    const first = await made.open(undefined, { parts });
    part.set({ isActive: true });
    await new Promise(resolve => setTimeout(resolve, 600));
    first.dispose();
    expect(part.isDisposed).toBe(true);
    const second = await made.open(undefined, {
      parts: new Map<FormPlace, () => Promise<FakePart>>([
        ['when', async () => again],
        ['sweep', () => Promise.reject(new Error('broken'))]
      ])
    });
    expect(again.restored).toEqual({ isActive: true });
    expect(second.parts.failure?.message).toBe('broken');
    expect(second.parts.get('sweep')).toBeUndefined();
  });
});

describe('a form for a job', () => {
  const earlier = job({
    name: 'old-1',
    displayName: 'earlier',
    parameters: { epochs: '7', gone: 'x' },
    environment: { STAGE: 'test' },
    instanceType: 'ml.g5.xlarge',
    outputFormats: ['ipynb'],
    maxRuntimeSeconds: 5400,
    maxRetryAttempts: 3,
    imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mine:1',
    roleArn: 'arn:aws:iam::123456789012:role/Jobs',
    inputUri: 's3://bucket/deep/old-1/input',
    outputPath: 's3://bucket/out',
    outputKmsKeyId: 'alias/out',
    volumeKmsKeyId: 'alias/volume',
    volumeSizeInGB: 50,
    subnets: ['subnet-1'],
    securityGroupIds: ['sg-1'],
    spot: { maxWaitSeconds: 7200 },
    startupScriptArn:
      'arn:aws:sagemaker:eu-west-1:123456789012:studio-lifecycle-config/x',
    packageFolder: true,
    networkIsolation: true,
    userTags: { cost: 'red' }
  });

  it('begins with everything the job had, and hands it over again', async () => {
    const { open, tasks } = jobs();
    const model = await open(undefined, { job: earlier });
    expect(model.blocked).toBeNull();
    expect(rowOf(model, 'epochs').parameter?.defaultText).toBe('10');
    void model.submit();
    await settle();
    await settle();
    expect(tasks.started[0].spec).toMatchObject({
      name: 'train-1',
      displayName: 'earlier',
      notebookPath: 'work/train.ipynb',
      instanceType: 'ml.g5.xlarge',
      parameters: { epochs: '7', gone: 'x' },
      environment: { STAGE: 'test' },
      packageFolder: true,
      outputFormats: [],
      maxRuntimeSeconds: 5400,
      maxRetryAttempts: 3,
      networkIsolation: true,
      options: {
        imageUri: earlier.imageUri,
        roleArn: earlier.roleArn,
        inputUri: 's3://bucket/deep',
        outputUri: 's3://bucket/out',
        outputKmsKeyId: 'alias/out',
        volumeKmsKeyId: 'alias/volume',
        volumeSizeInGB: 50,
        subnets: ['subnet-1'],
        securityGroupIds: ['sg-1'],
        spot: { maxWaitSeconds: 7200 },
        startupScriptArn: earlier.startupScriptArn,
        tags: { cost: 'red' }
      }
    });
  });

  it('is another form than the notebook’s, also after a reload', async () => {
    const made = jobs();
    const first = await made.open(undefined, { job: earlier });
    first.dispose();
    expect(JSON.stringify(await made.db.toJSON())).not.toContain('"test"');
    const plain = await made.open();
    expect(plain.form.displayName).toBe('train');
    const second = await made.open(undefined, { job: earlier });
    expect(second.form.instanceType).toBe('ml.g5.xlarge');
    expect(second.blocked).toMatch('Type the value of “STAGE” again');
  });
});

describe('options', () => {
  it.each<[Partial<IJobForm>, RegExp]>([
    [{ roleArn: 'MyRole' }, /Type the role as its ARN/],
    [{ imageUri: 'python:3' }, /Type the image as its URI/],
    [{ inputUri: 'bucket/folder' }, /Type the place as s3:/],
    [{ outputUri: 's3://b' }, /Type the place as s3:/],
    [{ outputUri: 's3://bucket/a//b' }, /Remove empty folders/],
    [{ outputKmsKeyId: 'my-key' }, /Type the key as its id/],
    [{ volumeKmsKeyId: 'arn:aws:kms:x' }, /Type the key as its id/],
    [
      { usesVpc: true, securityGroupIds: 'sg-1' },
      /at least one of the subnets/
    ],
    [{ usesVpc: true, subnets: 'subnet-1' }, /one of the security groups/],
    [
      { usesVpc: true, subnets: 'sg-1', securityGroupIds: 'sg-1' },
      /ids of subnets begin with subnet-/
    ],
    [
      {
        usesVpc: true,
        subnets: 'subnet-1',
        securityGroupIds: 'sg-1 sg-2 sg-3 sg-4 sg-5 sg-6'
      },
      /at most 5 security groups; there are 6/
    ],
    [{ volumeSize: '0' }, /from 1 to 16384/],
    [{ volumeSize: '16385' }, /from 1 to 16384/],
    [
      { usesSpot: true, maxWait: '1', maxWaitUnit: 'hours' },
      /not shorter than the time-out/
    ],
    [{ startupScriptArn: 'prepare' }, /ARN of a Studio lifecycle/],
    [{ tags: [{ id: 9, name: 'aws:x', value: '' }] }, /another key/],
    [{ tags: [{ id: 9, name: '', value: '' }] }, /Give the tag a key/],
    [{ tags: [{ id: 9, name: 'a*', value: '' }] }, /Remove “\*” from the tag/],
    [
      {
        tags: Array.from({ length: 37 }, (_, id) => ({
          id: 100 + id,
          name: `k${id}`,
          value: ''
        }))
      },
      /at most 36 fit/
    ]
  ])('%j is refused in words', async (change, words) => {
    const { open } = jobs();
    const model = await open();
    model.update(change);
    expect(model.blocked).toMatch(words);
  });

  it.each<Partial<IJobForm>>([
    { roleArn: 'arn:aws-cn:iam::123456789012:role/path/My.Role' },
    {
      imageUri:
        '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:3-cpu'
    },
    { inputUri: 's3://my.bucket', outputUri: 's3://bucket/a/b/' },
    { outputKmsKeyId: '12345678-1234-1234-1234-123456789012' },
    { volumeKmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:alias/mine' },
    { volumeKmsKeyId: `arn:aws:kms:x:123456789012:key/mrk-${'a'.repeat(32)}` },
    { usesVpc: false, subnets: 'nonsense' },
    {
      usesVpc: true,
      subnets: 'subnet-1, subnet-2\nsubnet-2',
      securityGroupIds: 'sg-0a1'
    },
    { usesSpot: true, maxWait: '2', maxWaitUnit: 'days' },
    { tags: [{ id: 9, name: 'Kostenstelle', value: 'ä/1' }] }
  ])('%j is taken', async change => {
    const { open } = jobs();
    const model = await open();
    model.update(change);
    expect(model.blocked).toBeNull();
  });
});

describe('JobFormModel', () => {
  it('is filled from the notebook and the settings and can be submitted', async () => {
    const { open } = jobs();
    const model = await open();
    expect(model.form).toMatchObject({
      displayName: 'train',
      kernelName: 'python3',
      instanceType: 'ml.m5.large',
      timeout: '2',
      timeoutUnit: 'days',
      retries: '1',
      outputFormats: ['html']
    });
    expect(model.form.parameters.map(row => [row.name, row.value])).toEqual([
      ['epochs', '10'],
      ['label', 'demo'],
      ['deep', 'True']
    ]);
    expect(model.blocked).toBeNull();
  });

  it('hands over only changed and added parameters', async () => {
    const { open, tasks } = jobs();
    const model = await open();
    model.setParameter(rowOf(model, 'epochs').id, { value: '3' });
    model.addParameter();
    expect(model.blocked).toMatch('Name the parameter');
    model.setParameter(model.form.parameters[3].id, { name: 'extra' });
    model.addVariable();
    model.setVariable(model.form.environment[0].id, {
      name: 'STAGE',
      value: 'test'
    });
    model.update({ timeout: '90', timeoutUnit: 'minutes', retries: '0' });
    void model.submit();
    await settle();
    expect(tasks.started[0].spec).toMatchObject({
      name: 'train-1',
      notebookPath: 'work/train.ipynb',
      parameters: { epochs: '3', extra: '' },
      environment: { STAGE: 'test' },
      maxRuntimeSeconds: 5400,
      maxRetryAttempts: 0
    });
  });

  it('makes one job of a double click and emits its name', async () => {
    const { open, tasks } = jobs();
    const model = await open();
    const submitted = jest.fn();
    model.submitted.connect((_, name) => submitted(name));
    const first = model.submit();
    const second = model.submit();
    await settle();
    expect(model.isSubmitting).toBe(true);
    expect(model.submission.task?.phase).toBe('Staging files');
    expect(model.blocked).toMatch('being submitted');
    tasks.move('task-train-1', { state: 'succeeded' });
    await Promise.all([first, second]);
    expect(tasks.started).toHaveLength(1);
    expect(submitted.mock.calls).toEqual([['train-1']]);
  });

  it('keeps the content when it fails and tries again as another job', async () => {
    const { open, tasks } = jobs();
    const model = await open();
    model.update({ displayName: 'mine' });
    const first = model.submit();
    await settle();
    tasks.move('task-train-1', {
      state: 'failed',
      error: { code: 'AccessDenied', message: 'no s3:PutObject' }
    });
    await first;
    expect(model.submission.outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'AccessDenied' }
    });
    expect(model.form.displayName).toBe('mine');
    expect(model.isSubmitting).toBe(false);
    expect(tasks.forgotten).toEqual(['task-train-1']);
    void model.submit();
    await settle();
    expect(model.submission.outcome).toBeNull();
    expect(tasks.started.map(each => each.clientToken)).toEqual([
      'train-1',
      'train-2'
    ]);
  });

  it('says that it was cancelled and keeps the content', async () => {
    const { open, tasks, submissions } = jobs();
    const model = await open();
    const submitting = model.submit();
    await settle();
    await submissions.cancel(model.submission.jobName ?? '');
    expect(tasks.cancelled).toEqual(['task-train-1']);
    tasks.move('task-train-1', { state: 'cancelled' });
    await submitting;
    expect(model.submission.outcome).toEqual({ kind: 'cancelled' });
    expect(model.blocked).toBeNull();
  });

  it('keeps the job’s name while it is not known whether the request arrived', async () => {
    const { open, tasks } = jobs();
    const model = await open();
    tasks.startFailure = new StudioError({
      code: 'ServerUnreachable',
      message: 'cut'
    });
    await model.submit();
    expect(model.submission.outcome).toMatchObject({ kind: 'failed' });
    // It had arrived: the server knows the name with what the form held then.
    tasks.startFailure = new StudioError({
      code: 'IdempotentParameterMismatch',
      message: 'used'
    });
    tasks.put({ id: 'task-train-1', clientToken: 'train-1' });
    await model.submit();
    expect(tasks.started.map(each => each.clientToken)).toEqual([
      'train-1',
      'train-1'
    ]);
    expect(model.submission.outcome).toBeNull();
    expect(model.isSubmitting).toBe(true);
    const submitted = jest.fn();
    model.submitted.connect((_, name) => submitted(name));
    tasks.move('task-train-1', { state: 'succeeded' });
    await settle();
    expect(submitted.mock.calls).toEqual([['train-1']]);
  });

  it('asks what to do with unsaved changes', async () => {
    const { open, notebooks, answers, tasks } = jobs();
    notebooks.dirty = true;
    const model = await open();
    answers.push('cancel');
    await model.submit();
    expect(tasks.started).toHaveLength(0);
    expect(model.isSubmitting).toBe(false);
    answers.push('save');
    void model.submit();
    await settle();
    expect(notebooks.saved).toBe(1);
    expect(tasks.started).toHaveLength(1);
  });

  it('runs the saved version without saving', async () => {
    const { open, notebooks, answers, tasks } = jobs();
    notebooks.dirty = true;
    const model = await open();
    answers.push('saved-version');
    void model.submit();
    await settle();
    expect(notebooks.saved).toBe(0);
    expect(tasks.started).toHaveLength(1);
  });

  it('says that the notebook is gone', async () => {
    const { open, notebooks, tasks } = jobs();
    const model = await open();
    notebooks.isThere = false;
    await model.submit();
    expect(model.submission.outcome).toMatchObject({
      error: { message: 'There is no notebook at “work/train.ipynb” any more.' }
    });
    expect(tasks.started).toHaveLength(0);
  });

  it('does not choose another kernel for a notebook whose own is missing', async () => {
    const { open, notebooks } = jobs();
    notebooks.info = {
      ...notebooks.info,
      kernelName: 'julia',
      kernelDisplayName: 'Julia 1.10'
    };
    const model = await open();
    expect(model.form.kernelName).toBe('');
    expect(model.blocked).toBe(
      'Choose a kernel: the notebook asks for “Julia 1.10”, which is not installed here.'
    );
    model.update({ kernelName: 'python3' });
    expect(model.blocked).toBeNull();
  });

  it('checks limits as one types', async () => {
    const { open } = jobs();
    const model = await open();
    model.update({ instanceType: 'm1.large' });
    expect(model.problems.instanceType).toMatch('from the list');
    model.update({ instanceType: 'ml.g5.xlarge', retries: '31' });
    expect(model.blocked).toMatch('0 to 30');
    model.update({ retries: '1' });
    const { id } = rowOf(model, 'label');
    model.setParameter(id, { value: 'x'.repeat(2501) });
    expect(model.problems.rows.get(id)).toMatch('2500 characters');
  });

  it('is found again after a reload, without the values of variables', async () => {
    const made = jobs();
    const first = await made.open();
    first.update({ displayName: 'mine' });
    first.setParameter(rowOf(first, 'epochs').id, { value: '3' });
    first.addVariable();
    first.setVariable(first.form.environment[0].id, {
      name: 'TOKEN',
      value: 'top secret'
    });
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(JSON.stringify(await made.db.toJSON())).not.toContain('top secret');
    first.dispose();
    const second = await made.open();
    expect(second.form.displayName).toBe('mine');
    expect(rowOf(second, 'epochs').value).toBe('3');
    expect(second.form.environment).toMatchObject([
      { name: 'TOKEN', value: '' }
    ]);
    expect(second.blocked).toMatch('Type the value of “TOKEN” again');
    second.setVariable(second.form.environment[0].id, {
      value: 'again',
      isPlain: true
    });
    expect(second.blocked).toBeNull();
    second.addParameter();
    const ids = second.form.parameters.map(row => row.id);
    expect(new Set([...ids, second.form.environment[0].id]).size).toBe(5);
    await second.discard();
    const third = await made.open();
    expect(third.form.displayName).toBe('train');
  });

  it('takes up a submission that was under way when the page was left', async () => {
    const made = jobs();
    const first = await made.open();
    void first.submit();
    await settle();
    first.dispose();
    const again = jobs();
    for (const [key, value] of Object.entries(await made.db.toJSON())) {
      await again.db.save(key, value);
    }
    again.tasks.put({ id: 'task-train-1', clientToken: 'train-1' });
    const second = await again.open();
    await again.submissions.refresh();
    expect(second.isSubmitting).toBe(true);
    const submitted = jest.fn();
    second.submitted.connect((_, name) => submitted(name));
    again.tasks.move('task-train-1', { state: 'succeeded' });
    await settle();
    expect(submitted.mock.calls).toEqual([['train-1']]);
    expect(again.tasks.started).toHaveLength(0);
  });

  it('follows the notebook where nothing was typed', async () => {
    const { open, notebooks } = jobs();
    const model = await open();
    model.setParameter(rowOf(model, 'label').id, { value: 'mine' });
    notebooks.info = {
      ...notebooks.info,
      parameters: [
        { name: 'epochs', type: 'number', defaultText: '20' },
        { name: 'rate', type: 'number', defaultText: '0.1' }
      ]
    };
    await model.readNotebook();
    expect(model.form.parameters.map(row => [row.name, row.value])).toEqual([
      ['epochs', '20'],
      ['rate', '0.1'],
      ['label', 'mine']
    ]);
  });

  it('tags a cell and takes the tag away again', async () => {
    const { open, notebooks } = jobs();
    notebooks.info = { ...notebooks.info, hasParametersCell: false };
    const model = await open();
    await model.tagCell(1);
    expect(model.canUndoTag).toBe(true);
    await model.undoTag();
    expect(notebooks.undone).toBe(1);
    expect(model.canUndoTag).toBe(false);
  });
});
