import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { INotebookJob } from '../../tokens';
import { JobForm } from '../components/JobForm';
import { JobFormModel } from '../formModel';
import {
  FakeChoices,
  FakeNotebooks,
  job,
  makeJobs,
  settle,
  trans
} from './fakes';

/** A world in which forms of one notebook are opened again and again. */
function world() {
  const made = makeJobs();
  const notebooks = new FakeNotebooks();
  const choices = new FakeChoices();
  let count = 0;
  const open = async (more: Partial<JobFormModel.IOptions> = {}) => {
    const model = new JobFormModel({
      notebookPath: 'work/train.ipynb',
      api: made.api,
      choices,
      submissions: made.submissions,
      notebooks,
      store: made.store,
      defaults: {
        instanceType: 'ml.m5.large',
        outputFormats: ['html'],
        timeout: 3600,
        retries: 1,
        options: { roleArn: 'arn:aws:iam::123456789012:role/Settings' }
      },
      trans,
      cancel: () => undefined,
      kernels: async () => [{ name: 'python3', displayName: 'Python 3' }],
      suggestName: () => 'train',
      newJobName: async () => `train-${(count += 1)}`,
      confirmUnsaved: async () => 'cancel',
      ...more
    });
    await model.ready;
    return model;
  };
  const submit = async (model: JobFormModel) => {
    void model.submit();
    await settle();
    await settle();
    const { jobName } = model.submission;
    made.tasks.move(`task-${jobName}`, { state: 'succeeded' });
    await settle();
    await settle();
    return made.tasks.started[made.tasks.started.length - 1].spec;
  };
  return { ...made, notebooks, choices, open, submit };
}

function show(model: JobFormModel): void {
  const View = () => {
    const [, draw] = React.useReducer((drawn: number) => drawn + 1, 0);
    React.useEffect(() => {
      model.changed.connect(() => draw());
    }, []);
    return <JobForm model={model} trans={trans} chooseFiles={async () => []} />;
  };
  render(<View />);
}

describe('what a form begins with', () => {
  it('is the settings the first time', async () => {
    const { open } = world();
    const model = await open();
    expect(model.form.roleArn).toBe('arn:aws:iam::123456789012:role/Settings');
    expect(model.lastChoices).toBeUndefined();
  });

  it('is what was accepted last, without values of variables', async () => {
    const { open, submit, db } = world();
    const first = await open();
    first.update({ instanceType: 'ml.g5.xlarge', volumeSize: '80' });
    first.addVariable('STAGE');
    first.setVariable(first.form.environment[0].id, { value: 'private-value' });
    first.setParameter(first.form.parameters[0].id, { value: '3' });
    await submit(first);
    expect(JSON.stringify(await db.toJSON())).not.toContain('private-value');
    const second = await open();
    expect(second.form).toMatchObject({
      displayName: 'train',
      instanceType: 'ml.g5.xlarge',
      volumeSize: '80',
      environment: [{ name: 'STAGE', value: '' }]
    });
    expect(second.form.parameters[0].value).toBe('10');
    expect(second.blocked).toMatch('Type the value of “STAGE” again');
    show(second);
    expect(screen.getByText(/Filled in as you last ran this/)).toBeTruthy();
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Start from the defaults' })
      );
      await settle();
    });
    expect(second.form).toMatchObject({
      instanceType: 'ml.m5.large',
      volumeSize: '30',
      environment: [],
      kernelName: 'python3'
    });
    expect(second.blocked).toBeNull();
    expect(screen.queryByText(/Filled in as you last ran/)).toBeNull();
    await second.discard();
    const third = await open();
    expect(third.form.instanceType).toBe('ml.m5.large');
  });

  it('is the domain’s network where that is the only way out', async () => {
    const { open, choices } = world();
    choices.facts.network = {
      value: {
        subnets: Array.from({ length: 20 }, (_, at) => `subnet-${at}`),
        securityGroupIds: ['sg-1'],
        isVpcOnly: true
      }
    };
    const model = await open();
    expect(model.form.usesVpc).toBe(true);
    expect(model.form.subnets.split(', ')).toHaveLength(16);
    expect(model.blocked).toBeNull();
  });
});

describe('the copy of a job', () => {
  const earlier = (): INotebookJob =>
    job({
      name: 'old-1',
      displayName: 'earlier',
      inputUri: 's3://bucket/old-1/input',
      notebookName: 'train.ipynb',
      initScriptName: 'init.sh',
      roleArn: 'arn:aws:iam::123456789012:role/Jobs',
      imageUri: '123456789012.dkr.ecr.us-west-2.amazonaws.com/mine:1'
    });

  it('is run instead of the notebook when ticked', async () => {
    const { open, notebooks, submit } = world();
    const model = await open({ job: earlier() });
    model.addFiles(['data/x.csv']);
    show(model);
    await act(async () => {
      fireEvent.click(
        screen.getByLabelText('Run the job’s own copy of “train.ipynb”')
      );
      await settle();
    });
    expect(notebooks.copies).toEqual(['s3://bucket/old-1/input/train.ipynb']);
    expect(screen.queryByText('Add files…')).toBeNull();
    notebooks.isThere = false;
    let spec: Record<string, unknown> = {};
    await act(async () => {
      spec = await submit(model);
    });
    expect(spec).toMatchObject({
      notebookPath: 'train.ipynb',
      extraFiles: [],
      options: {
        snapshotUri: 's3://bucket/old-1/input',
        initScriptPath: 'init.sh'
      }
    });
  });

  it('is all there is when the notebook is gone', async () => {
    const { open, notebooks } = world();
    notebooks.isThere = false;
    const model = await open({
      job: earlier(),
      notebookPath: 'train.ipynb',
      usesCopy: true
    });
    expect(notebooks.copies).toEqual(['s3://bucket/old-1/input/train.ipynb']);
    show(model);
    expect(
      screen.getByLabelText('Run the job’s own copy of “train.ipynb”')
    ).toMatchObject({ checked: true, disabled: true });
  });

  it('left out, the lost script is named', async () => {
    const { open } = world();
    show(await open({ job: earlier() }));
    expect(screen.getByText(/The job ran “init.sh”: choose it/)).toBeTruthy();
  });
});

describe('variables', () => {
  it('the notebook reads are offered', async () => {
    const { open, notebooks } = world();
    notebooks.info = { ...notebooks.info, variables: ['STAGE', 'REGION'] };
    const model = await open();
    show(model);
    fireEvent.click(
      screen.getByRole('button', { name: 'Add the variable STAGE' })
    );
    expect(model.form.environment).toMatchObject([{ name: 'STAGE' }]);
    expect(screen.queryByLabelText('Add the variable STAGE')).toBeNull();
    expect(screen.getByLabelText('Add the variable REGION')).toBeTruthy();
  });

  it('that look like secrets become ARNs, or are handed over on purpose', async () => {
    const { open, choices } = world();
    const arn = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:db-1';
    choices.found.secrets = { value: [{ id: arn, name: 'db' }] };
    const model = await open();
    show(model);
    act(() => model.addVariable('DB_PASSWORD'));
    const { id } = model.form.environment[0];
    act(() => model.setVariable(id, { value: 'hunter2' }));
    expect(model.blocked).toMatch('“DB_PASSWORD” looks like a secret');
    fireEvent.click(
      screen.getByLabelText('Hand DB_PASSWORD over in plain text')
    );
    expect(model.blocked).toBeNull();
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', {
          name: 'Use a Secrets Manager ARN for DB_PASSWORD'
        })
      );
      await settle();
    });
    expect(model.form.environment[0]).toMatchObject({
      name: 'DB_PASSWORD_SECRET_ARN',
      value: ''
    });
    expect(model.blocked).toMatch('Choose the secret');
    expect(
      document.querySelector(`datalist option[value="${arn}"]`)
    ).toBeTruthy();
    act(() => model.setVariable(id, { value: arn }));
    expect(model.blocked).toBeNull();
  });
});

describe('checks', () => {
  it('hold a job up once, and are shown with what to do', async () => {
    const { open, choices, tasks } = world();
    choices.found.role = { value: 'missing' };
    const model = await open();
    show(model);
    const submit = screen.getByRole('button', { name: 'Submit' });
    await act(async () => {
      fireEvent.click(submit);
      await settle();
      await settle();
    });
    expect(tasks.started).toHaveLength(0);
    expect(screen.getByText('There is no role “Settings”.')).toBeTruthy();
    expect(screen.getByText(/submit it all the same/)).toBeTruthy();
    await act(async () => {
      fireEvent.click(submit);
      await settle();
      await settle();
    });
    expect(tasks.started).toHaveLength(1);
  });

  it('are made when asked for', async () => {
    const { open } = world();
    show(await open());
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Run the checks' }));
      await settle();
      await settle();
    });
    expect(
      screen.getByText('The quota “ml.m5.large for training job usage” is 4.')
    ).toBeTruthy();
  });
});

describe('choices', () => {
  it('are read when a section is opened, and typed where they are denied', async () => {
    const { open, choices } = world();
    choices.found.roles = { value: null, reason: 'iam:ListRoles is denied.' };
    const model = await open();
    show(model);
    expect(choices.calls).toEqual(['surroundings']);
    const section = screen.getByText('Image and role').closest('details');
    await act(async () => {
      (section as HTMLDetailsElement).open = true;
      fireEvent(section as HTMLElement, new Event('toggle'));
      await settle();
    });
    expect(choices.calls).toEqual(['surroundings', 'images', 'roles']);
    expect(
      screen.getByText(
        'Could not list the roles; type it. iam:ListRoles is denied.'
      )
    ).toBeTruthy();
  });

  it('say whose setting holds, and offer what administrators named', async () => {
    const { open, choices } = world();
    const domain = { level: 'domain', name: 'd-1' } as const;
    choices.facts.sharing = {
      value: {
        places: [{ value: 's3://all/shared', source: domain }],
        keys: [{ value: 'key-shared', source: domain }]
      }
    };
    choices.facts.domainKey = {
      value: { value: 'key-domain', source: domain }
    };
    choices.facts.startupScripts = {
      value: [
        {
          arn: 'arn:here',
          name: 'here',
          source: { level: 'space', name: 'sp' }
        }
      ]
    };
    show(await open());
    const offered = (label: string) => {
      const input = screen.getByLabelText<HTMLInputElement>(label);
      return [...(input.list?.options ?? [])].map(
        ({ value, label: words }) => `${value}: ${words}`
      );
    };
    expect(
      screen.getByText(/it is that of the user profile ada\.$/)
    ).toBeTruthy();
    expect(screen.getByText(/it is that of this JupyterLab\.$/)).toBeTruthy();
    expect(offered('Output location')).toEqual([
      's3://all/shared: set for the domain d-1'
    ]);
    expect(offered('Key for the output')).toEqual([
      'key-shared: set for the domain d-1'
    ]);
    expect(offered('Key for the volume')).toEqual([
      'key-domain: set for the domain d-1'
    ]);
    expect(offered('Start-up script')).toEqual([
      'arn:here: here · set for the space sp'
    ]);
    // Offered is not chosen.
    expect(
      screen.getByLabelText<HTMLInputElement>('Output location').value
    ).toBe('');
  });

  it('take a variable the notebook reads with the value the image has here', async () => {
    const { open, choices, notebooks } = world();
    notebooks.info = { ...notebooks.info, variables: ['STAGE', 'OTHER'] };
    choices.facts.image = {
      value: {
        value: 'image',
        source: { level: 'app', name: '' },
        variables: { STAGE: 'test' }
      }
    };
    const model = await open();
    show(model);
    for (const name of ['STAGE', 'OTHER']) {
      fireEvent.click(
        screen.getByRole('button', { name: `Add the variable ${name}` })
      );
    }
    expect(model.form.environment).toMatchObject([
      { name: 'STAGE', value: 'test' },
      { name: 'OTHER', value: '' }
    ]);
  });

  it('begin with the domain’s network when a VPC is wanted', async () => {
    const { open } = world();
    const model = await open();
    show(model);
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Run in a VPC'));
      await settle();
    });
    expect(model.form).toMatchObject({
      subnets: 'subnet-1, subnet-2',
      securityGroupIds: 'sg-1'
    });
    expect(
      screen.getByText(/^These are the subnets of the domain/)
    ).toBeTruthy();
    fireEvent.click(screen.getByLabelText('subnet-2 · b · public'));
    expect(screen.getByText(/^This is not the network of the/)).toBeTruthy();
    expect(model.form.subnets).toBe('subnet-1');
    fireEvent.click(screen.getByLabelText('subnet-3 · c'));
    expect(model.form.subnets).toBe('subnet-1, subnet-3');
  });
});
