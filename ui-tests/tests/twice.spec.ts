import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

test('a double click on Submit makes one job', async ({
  folder,
  jobs,
  jobName,
  studio
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const mark = await studio.mark();
  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.dblclick();

  await expect(jobs.detail(jobName).status).toBeVisible();
  expect(await studio.calls(mark, 'CreateTrainingJob')).toHaveLength(1);
  expect(await studio.jobsNamed(jobName)).toHaveLength(1);
});

test('two tabs both see the job', async ({
  folder,
  jobs,
  jobName,
  openTab
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const other = await openTab();
  const otherList = await other.openSidebar();
  await otherList.ready();

  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.click();
  await expect(jobs.detail(jobName).status).toHaveText('Completed', {
    timeout: 90_000
  });

  await expect(otherList.row(jobName)).toContainText('Completed', {
    timeout: 70_000
  });
  await otherList.row(jobName).getByRole('button').click();
  await expect(other.detail(jobName).status).toHaveText('Completed');
});

test('a job is made though its tab was closed, and the next page tells', async ({
  folder,
  jobs,
  jobName,
  openTab,
  page,
  studio
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  await studio.fault({ operation: 'PutObject', delay: 5 });
  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.click();
  await expect(form.cancelButton).toBeVisible();
  await page.close();
  expect(await studio.jobsNamed(jobName)).toEqual([]);

  await expect.poll(() => studio.jobsNamed(jobName)).toHaveLength(1);
  const next = await openTab();
  await expect(
    next.notification(`The job “${jobName}” was submitted`)
  ).toBeVisible();
  const list = await next.openSidebar();
  await expect(list.row(jobName)).toBeVisible();
});
