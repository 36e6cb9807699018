import { expect, test } from '../helpers/fixtures';
import { copySample, runFromFileBrowser } from '../helpers/notebookFiles';

test('a failed job says why, and its output notebook holds what was done before', async ({
  folder,
  jobs,
  jobName
}) => {
  copySample(folder, 'fails-on-purpose.ipynb');
  const form = await runFromFileBrowser(jobs.page, 'fails-on-purpose.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.click();

  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Failed', { timeout: 90_000 });
  await expect(
    jobs.notification(`The job “${jobName}” has failed`)
  ).toBeVisible();
  const why = detail.node.getByRole('region', { name: 'Why it failed' });
  await expect(why).toContainText("KeyError: 'screws'");
  await expect(why).toContainText('The output notebook was saved');

  await detail.button('Open output').click();
  await expect(jobs.notebook).toContainText('3 parts in stock');
  await expect(jobs.notebook).toContainText('nuts: 40 left');
  await expect(
    jobs.notebook.locator('.jp-OutputArea-output', { hasText: 'KeyError' })
  ).toContainText("KeyError: 'screws'");

  const list = await jobs.openSidebar();
  await expect(list.row(jobName)).toContainText('Failed');
});
