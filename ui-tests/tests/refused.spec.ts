import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

const DENIED =
  'User: arn:aws:sts::123456789012:assumed-role/SageMakerStudioLocalRole/SageMaker is not ' +
  'authorized to perform: sagemaker:CreateTrainingJob on resource: ' +
  'arn:aws:sagemaker:us-west-2:123456789012:training-job/x because no identity-based policy ' +
  'allows the sagemaker:CreateTrainingJob action';

test.describe('submitting', () => {
  test('a missing permission is named, and nothing typed is lost', async ({
    folder,
    jobs,
    jobName,
    studio
  }) => {
    writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
    const before = await studio.stagedKeys();
    const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
    await form.ready();
    await form.name.fill(jobName);
    await form.parameter('count').fill('42');
    await form.addVariable('GREETING', 'hello');
    await studio.fault({
      operation: 'CreateTrainingJob',
      code: 'AccessDeniedException',
      status: 400,
      message: DENIED
    });
    const mark = await studio.mark();
    await form.submitButton.click();

    await expect(form.error).toContainText('The job was not submitted');
    await expect(form.error).toContainText(DENIED);
    const [call] = await studio.calls(mark, 'CreateTrainingJob');
    await expect(form.fact('Code')).toHaveText(
      'AccessDeniedException (HTTP 400)'
    );
    await expect(form.fact('Request id')).toContainText(`${call.requestId}`);
    await expect(form.fact('Missing permission')).toContainText(
      'sagemaker:CreateTrainingJob'
    );
    await expect(form.name).toHaveValue(jobName);
    await expect(form.parameter('count')).toHaveValue('42');
    await expect(form.variable('GREETING')).toHaveValue('hello');
    expect(await studio.stagedKeys()).toEqual(before);
    expect(await studio.jobsNamed(jobName)).toEqual([]);

    // The permission was given meanwhile.
    await form.submitButton.click();
    await expect(jobs.detail(jobName).parameter('count')).toHaveText('42');
    expect(await studio.jobsNamed(jobName)).toHaveLength(1);
  });

  test('throttling and faults of the service are sat out, with one job', async ({
    folder,
    jobs,
    jobName,
    studio
  }) => {
    writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
    await studio.fault({
      operation: 'CreateTrainingJob',
      code: 'ThrottlingException',
      status: 400,
      message: 'Rate exceeded',
      count: 2
    });
    await studio.fault({
      operation: 'PutObject',
      code: 'InternalError',
      status: 500,
      count: 2
    });
    const mark = await studio.mark();
    const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
    await form.ready();
    await form.name.fill(jobName);
    await form.submitButton.click();

    await expect(jobs.detail(jobName).status).toBeVisible({ timeout: 40_000 });
    expect(await studio.calls(mark, 'CreateTrainingJob')).toHaveLength(3);
    expect(await studio.jobsNamed(jobName)).toHaveLength(1);
  });

  test('an answer that is lost after the job was made makes no second job', async ({
    folder,
    jobs,
    jobName,
    studio
  }) => {
    writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
    await studio.fault({ operation: 'CreateTrainingJob', cut: true });
    const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
    await form.ready();
    await form.name.fill(jobName);
    await form.submitButton.click();

    await expect(jobs.detail(jobName).status).toBeVisible({ timeout: 40_000 });
    expect(await studio.jobsNamed(jobName)).toHaveLength(1);
  });

  test('credentials that expire while files are staged are named as such', async ({
    folder,
    jobs,
    jobName,
    studio
  }) => {
    writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
    const before = await studio.stagedKeys();
    await studio.fault({
      operation: 'PutObject',
      code: 'ExpiredToken',
      status: 400,
      message: 'The provided token has expired.',
      count: -1
    });
    const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
    await form.ready();
    await form.name.fill(jobName);
    await form.submitButton.click();

    await expect(form.error).toContainText('The AWS credentials have expired');
    await expect(form.error).toContainText('The provided token has expired.');
    await expect(form.name).toHaveValue(jobName);
    expect(await studio.stagedKeys()).toEqual(before);
    expect(await studio.jobsNamed(jobName)).toEqual([]);

    await studio.clearFaults();
    await form.error.getByRole('button', { name: 'Try again' }).click();
    await expect(jobs.detail(jobName).status).toBeVisible();
    expect(await studio.jobsNamed(jobName)).toHaveLength(1);
  });
});

test.describe('listing', () => {
  test.use({ expectedConsole: /status of 400 .*\/sagemaker-studio\/aws\// });

  test('a list that is denied says why, and comes back with Try again', async ({
    jobs,
    studio
  }) => {
    await studio.fault({
      operation: 'Search',
      code: 'AccessDeniedException',
      status: 400,
      message: DENIED.replaceAll('CreateTrainingJob', 'Search'),
      count: -1
    });
    const list = await jobs.openSidebar();
    const card = list.node.getByRole('alert');
    await expect(card).toContainText('The notebook jobs can’t be listed');
    await expect(card).toContainText(
      'Ask your administrator to allow sagemaker:Search for the execution role.'
    );

    await studio.clearFaults();
    await card.getByRole('button', { name: 'Try again' }).click();
    await expect(card).toBeHidden();
  });
});
