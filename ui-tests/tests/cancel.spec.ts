import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

test('a submission cancelled while files are staged leaves nothing behind', async ({
  folder,
  jobs,
  jobName,
  studio
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const big = path.join(folder, 'mes données.bin');
  fs.writeFileSync(big, '');
  fs.truncateSync(big, 100 * 1024 * 1024);
  const before = await studio.stagedKeys();
  await studio.fault({ operation: 'UploadPart', delay: 5, count: -1 });
  const mark = await studio.mark();
  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.parameter('count').fill('7');
  await form.addFile('mes données.bin');
  await form.submitButton.click();

  const staging = jobs.notification(/Uploading files: \d+ of 2 files/);
  await staging.getByRole('button', { name: 'Cancel' }).click();

  await expect(jobs.notification(`Cancelled: ${jobName}`)).toBeVisible();
  await expect(form.node).toContainText(
    'The submission was cancelled; no job was made'
  );
  await expect(form.name).toHaveValue(jobName);
  await expect(form.parameter('count')).toHaveValue('7');
  await expect(form.node).toContainText('mes données.bin');
  await expect(form.submitButton).toBeEnabled();
  expect(await studio.stagedKeys()).toEqual(before);
  expect(await studio.openUploads()).toEqual([]);
  expect(await studio.calls(mark, 'CreateTrainingJob')).toEqual([]);
  const list = await jobs.openSidebar();
  await list.ready();
  await expect(list.row(jobName)).toBeHidden();
});
