import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { StudioError } from '../../core/errors';
import { JobDetail } from '../components/JobDetail';
import { JobForm } from '../components/JobForm';
import { JobsList } from '../components/JobsList';
import { JobsTable } from '../components/JobsTable';
import { JobDetailModel } from '../detailModel';
import { JobFormModel } from '../formModel';
import {
  FakeChoices,
  FakeNotebooks,
  actions,
  job,
  makeJobs,
  makeTable,
  settle,
  trans
} from './fakes';

/** Draw anew at each change, as the panels do. */
function useChanges(model: {
  changed: { connect: (slot: () => void) => boolean };
}): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    model.changed.connect(() => draw());
  }, [model]);
}

async function openForm(notebooks = new FakeNotebooks()) {
  const made = makeJobs();
  const cancel = jest.fn();
  const model = new JobFormModel({
    notebookPath: 'train.ipynb',
    cancel,
    api: made.api,
    choices: new FakeChoices(),
    submissions: made.submissions,
    notebooks,
    store: made.store,
    defaults: {
      instanceType: 'ml.m5.large',
      outputFormats: ['html'],
      timeout: 3600,
      retries: 1
    },
    trans,
    kernels: async () => [{ name: 'python3', displayName: 'Python 3' }],
    suggestName: () => 'train',
    newJobName: async () => 'train-1',
    confirmUnsaved: async () => 'cancel'
  });
  const View = () => {
    useChanges(model);
    return (
      <JobForm
        model={model}
        trans={trans}
        chooseFiles={async () => ['data/x.csv']}
      />
    );
  };
  await model.ready;
  render(<View />);
  return { ...made, model, cancel };
}

const prices = async () => ({ value: { 'ml.m5.large': 0.12 } });

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe('JobForm', () => {
  it('says beside the field and beside Submit what to change', async () => {
    await openForm();
    const submit = screen.getByRole('button', { name: 'Submit' });
    expect(submit).toHaveProperty('disabled', false);
    type('Name', 'a*b');
    expect(submit).toHaveProperty('disabled', true);
    expect(screen.getAllByText(/Remove “\*” from the name/)).toHaveLength(2);
    expect(screen.getByLabelText('Name').getAttribute('aria-invalid')).toBe(
      'true'
    );
    type('Name', 'fine');
    expect(submit).toHaveProperty('disabled', false);
  });

  it('shows changed values against their defaults and sets them back', async () => {
    const { model } = await openForm();
    type('Value of epochs', '3');
    const row = screen.getByLabelText('Value of epochs').closest('tr');
    expect(within(row as HTMLElement).getByText('10')).toBeTruthy();
    fireEvent.click(
      screen.getByRole('button', { name: 'Set epochs back to its default' })
    );
    expect(model.form.parameters[0].value).toBe('10');
    type('Value of epochs', 'three');
    expect(screen.getByText(/The notebook has a number here/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Submit' })).toHaveProperty(
      'disabled',
      false
    );
  });

  it('adds and removes rows and files', async () => {
    const { model } = await openForm();
    fireEvent.click(screen.getByRole('button', { name: 'Add a parameter' }));
    type('Name of parameter 4', 'extra');
    fireEvent.click(screen.getByRole('button', { name: 'Remove extra' }));
    expect(model.form.parameters).toHaveLength(3);
    fireEvent.click(screen.getByRole('button', { name: 'Add a variable' }));
    type('Name of variable 1', 'SM_X');
    expect(screen.getAllByText(/SageMaker sets this name/)).toHaveLength(2);
    fireEvent.click(screen.getByRole('button', { name: 'Remove SM_X' }));
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Add files…' }));
      await settle();
    });
    expect(screen.getByText('data/x.csv')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Remove data/x.csv' }));
    expect(model.form.extraFiles).toEqual([]);
  });

  it('shows staging with Cancel, then the failure with what was typed', async () => {
    const { tasks, cancel } = await openForm();
    type('Name', 'mine');
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Submit' }));
      await settle();
    });
    expect(
      screen.getByRole('progressbar', { name: 'Submitting the job' })
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(cancel).toHaveBeenCalled();
    await act(async () => {
      tasks.move('task-train-1', {
        state: 'failed',
        error: {
          code: 'AccessDenied',
          message: 'not authorized to perform: s3:PutObject',
          requestId: 'REQ1'
        }
      });
      await settle();
    });
    const card = screen.getByRole('alert');
    expect(within(card).getByText('The job was not submitted')).toBeTruthy();
    expect(within(card).getByText('REQ1')).toBeTruthy();
    expect(screen.getByLabelText('Name')).toHaveProperty('value', 'mine');
  });

  it('tags a cell from here, with undo', async () => {
    const notebooks = new FakeNotebooks();
    notebooks.info = {
      ...notebooks.info,
      hasParametersCell: false,
      parameters: []
    };
    await openForm(notebooks);
    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Tag as “parameters”' })
      );
      await settle();
    });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Undo the tag' }));
      await settle();
    });
    expect(notebooks.undone).toBe(1);
  });

  it('shows why the notebook can’t be read', async () => {
    const notebooks = new FakeNotebooks();
    notebooks.failure = new StudioError({
      code: 'NotebookMissing',
      message: 'There is no notebook.'
    });
    await openForm(notebooks);
    expect(screen.getByRole('alert').textContent).toContain(
      'There is no notebook.'
    );
    expect(screen.getByRole('button', { name: 'Submit' })).toHaveProperty(
      'disabled',
      true
    );
  });
});

describe('JobsList and JobsTable', () => {
  it('say what to do where there is nothing, or no AWS', async () => {
    const empty = makeJobs();
    await empty.model.refresh();
    const { unmount } = render(
      <JobsList model={empty.model} actions={actions()} trans={trans} />
    );
    expect(screen.getByText('No notebook jobs yet')).toBeTruthy();
    unmount();
    const none = makeJobs({ mode: 'none' });
    await none.model.refresh();
    render(
      <JobsTable
        model={makeTable(none).table}
        actions={actions()}
        trans={trans}
      />
    );
    expect(screen.getByText('No credentials were found.')).toBeTruthy();
    expect(screen.getByText(/sagemaker-studio-local/)).toBeTruthy();
  });

  it('show the failure and try again', async () => {
    const { api, model } = makeJobs();
    api.failure = new StudioError({
      code: 'AccessDeniedException',
      message: 'User is not authorized to perform: sagemaker:Search'
    });
    await model.refresh();
    const done = actions();
    render(<JobsList model={model} actions={done} trans={trans} />);
    const card = screen.getByRole('alert');
    expect(within(card).getByText('sagemaker:Search')).toBeTruthy();
    fireEvent.click(within(card).getByRole('button', { name: 'Try again' }));
    expect(done.refresh).toHaveBeenCalled();
  });
});

describe('JobDetail', () => {
  it('shows the reason, what was saved, and hides values', async () => {
    const { api, model, watcher } = makeJobs();
    api.held = [
      job({
        name: 'a',
        displayName: 'Alpha',
        status: 'Failed',
        secondaryStatus: 'Failed',
        failureReason: 'AlgorithmError: [SM-111] Error with executing notebook',
        parameters: { epochs: '3' },
        environment: { STAGE: 'test-value' },
        transitions: [
          {
            status: 'Starting',
            startTime: new Date(0),
            endTime: new Date(90_000),
            message: 'Preparing the instance'
          }
        ]
      })
    ];
    const detail = new JobDetailModel({
      name: 'a',
      api,
      jobs: model,
      watcher
    });
    detail.addViewer(() => true);
    await watcher.tick();
    const done = actions();
    render(
      <JobDetail
        model={detail}
        actions={done}
        trans={trans}
        prices={prices}
        rendermime={null}
      />
    );
    expect(screen.getByRole('heading', { name: 'Alpha' })).toBeTruthy();
    expect(screen.getByText('Failed').closest('[role=status]')).toBeTruthy();
    expect(
      screen.getByText('AlgorithmError: Error with executing notebook')
    ).toBeTruthy();
    expect(screen.getByText(/The output notebook was saved/)).toBeTruthy();
    expect(screen.getByText('Preparing the instance')).toBeTruthy();
    expect(screen.queryByText('test-value')).toBeNull();
    fireEvent.click(
      screen.getByRole('button', { name: 'Show the value of STAGE' })
    );
    expect(screen.getByText('test-value')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Open output' }));
    expect(done.openOutput).toHaveBeenCalledWith('a', 'notebook');
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
    detail.dispose();
  });
});
