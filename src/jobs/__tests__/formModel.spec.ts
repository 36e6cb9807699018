import { StudioError } from '../../core/errors';
import { JobFormModel } from '../formModel';
import type { UnsavedChoice } from '../formModel';
import { FakeNotebooks, makeJobs, settle, trans } from './fakes';

const jobs = () => {
  const made = makeJobs();
  const notebooks = new FakeNotebooks();
  let count = 0;
  const answers: UnsavedChoice[] = [];
  const open = async (path = 'work/train.ipynb') => {
    const model = new JobFormModel({
      notebookPath: path,
      api: made.api,
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
  return { ...made, notebooks, answers, open };
};

const rowOf = (model: JobFormModel, name: string) => {
  const row = model.form.parameters.find(each => each.name === name);
  if (!row) {
    throw new Error(`no row ${name}`);
  }
  return row;
};

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
    expect(model.task?.phase).toBe('Staging files');
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
    expect(model.outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'AccessDenied' }
    });
    expect(model.form.displayName).toBe('mine');
    expect(model.isSubmitting).toBe(false);
    expect(tasks.forgotten).toEqual(['task-train-1']);
    void model.submit();
    await settle();
    expect(model.outcome).toBeNull();
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
    await submissions.cancel(model.jobName ?? '');
    expect(tasks.cancelled).toEqual(['task-train-1']);
    tasks.move('task-train-1', { state: 'cancelled' });
    await submitting;
    expect(model.outcome).toEqual({ kind: 'cancelled' });
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
    expect(model.outcome).toMatchObject({ kind: 'failed' });
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
    expect(model.outcome).toBeNull();
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
    expect(model.outcome).toMatchObject({
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
    second.setVariable(second.form.environment[0].id, { value: 'again' });
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
    await again.submissions.resume();
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
