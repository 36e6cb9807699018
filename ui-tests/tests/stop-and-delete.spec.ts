import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  copySample,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

test('a running job is stopped after a question', async ({
  folder,
  jobs,
  jobName,
  studio
}) => {
  copySample(folder, 'long-running.ipynb');
  const form = await runFromFileBrowser(jobs.page, 'long-running.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.parameter('seconds').fill('600');
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Running', { timeout: 60_000 });

  await detail.button('Stop').click();
  await jobs.answer('Go on running');
  await expect(detail.status).toHaveText('Running');

  await detail.button('Stop').click();
  await jobs.answer('Stop the job');
  await expect(detail.status).toHaveText('Stopped', { timeout: 150_000 });
  await expect(
    jobs.notification(`The job “${jobName}” was stopped`)
  ).toBeVisible();
  const [name] = await studio.jobsNamed(jobName);
  expect((await studio.describe(name)).TrainingJobStatus).toBe('Stopped');
});

test('a deleted job is gone, also after a reload, and archived in AWS', async ({
  folder,
  jobs,
  jobName,
  page,
  studio
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Completed', { timeout: 90_000 });
  const list = await jobs.openSidebar();
  await expect(list.row(jobName)).toContainText('Completed');

  await detail.button('Delete').click();
  await expect(page.getByRole('dialog')).toContainText('Kept');
  await jobs.answer('Delete the job');

  await expect(list.row(jobName)).toBeHidden();
  await expect(detail.node).toBeHidden();
  const [name] = await studio.jobsNamed(jobName);
  expect(await studio.tagsOf(name)).toMatchObject({
    'sagemaker:is-studio-archived': 'true'
  });

  await expect.poll(() => jobs.savedTab()).not.toContain(name);
  await page.reload();
  await jobs.openSidebar();
  await list.ready();
  await expect(list.row(jobName)).toBeHidden();
});

test('a job deleted in another tab leaves the list, though its tab is open', async ({
  folder,
  jobs,
  jobName,
  openTab
}) => {
  copySample(folder, 'long-running.ipynb');
  const form = await runFromFileBrowser(jobs.page, 'long-running.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.parameter('seconds').fill('600');
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Running', { timeout: 60_000 });
  const list = await jobs.openSidebar();
  await expect(list.row(jobName)).toBeVisible();

  const other = await openTab();
  const otherList = await other.openSidebar();
  await otherList.row(jobName).getByRole('button').click();
  await other.detail(jobName).button('Delete').click();
  await other.answer('Stop and delete the job');
  await expect(otherList.row(jobName)).toBeHidden();

  await expect(list.row(jobName)).toBeHidden({ timeout: 60_000 });
});
