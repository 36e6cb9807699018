import {
  DEFAULT_SETTINGS,
  expect,
  HTML_OUTPUT,
  test
} from '../helpers/fixtures';

// The samples lie in the folder JupyterLab opens with.
test.use({
  autoGoto: false,
  expectedConsole: HTML_OUTPUT,
  mockSettings: DEFAULT_SETTINGS
});

test('runs a notebook as a job, watches it live and opens its output', async ({
  page,
  jobs,
  jobName,
  studio
}) => {
  await page.goto();
  const list = await jobs.openSidebar();
  await page.sidebar.openTab('filebrowser');

  const form = await jobs.runFromToolbar('train-a-small-model.ipynb');
  await expect(form.parameter('epochs')).toHaveValue('300');
  await form.name.fill(jobName);
  await form.parameter('epochs').fill('137');
  await form.parameter('learning_rate').fill('0.25');
  await jobs.openSidebar();
  // On this machine nobody could see it otherwise: it is over within a blink.
  await studio.fault({ operation: 'PutObject', delay: 3 });
  await form.submitButton.click();

  const staging = jobs.notification(
    /Uploading files: \d+ of \d+ files, .+ of .+/
  );
  await expect(staging.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await expect(list.row(jobName)).toContainText('Staging files…');

  const detail = jobs.detail(jobName);
  await expect(
    jobs.notification(`The job “${jobName}” was submitted`)
  ).toBeVisible();
  await expect(detail.status).toHaveText('Running', { timeout: 60_000 });

  await expect.poll(() => detail.lines()).toBeGreaterThan(0);
  const before = await detail.lines();
  await expect
    .poll(() => detail.lines(), { timeout: 60_000 })
    .toBeGreaterThan(before);
  await expect(detail.progress).toHaveAttribute(
    'aria-valuetext',
    /^\d+ of \d+ cells$/
  );

  const end = jobs.notification(`The job “${jobName}” has completed`);
  await expect(end).toBeVisible({ timeout: 90_000 });
  await expect(detail.status).toHaveText('Completed');
  await expect(list.row(jobName)).toContainText('Completed');
  await expect(detail.log).toContainText('Notebook execution is complete');

  await end.getByRole('button', { name: 'Open output' }).click();
  await expect(jobs.notebook).toContainText('learning_rate=0.25 epochs=137');
  await expect(jobs.notebook).toContainText('epoch 137/137');
  await expect(jobs.notebook).toContainText('accuracy:');

  await list.row(jobName).getByRole('button').click();
  await detail.button('Open HTML').click();
  await expect(jobs.htmlPage).toContainText('learning_rate=0.25 epochs=137');
  await expect.poll(() => jobs.savedTab()).toMatch(/\.html$/);
  await list.row(jobName).getByRole('button').click();
  await expect(detail.status).toHaveText('Completed');

  // The outputs lie in a folder of the job's name, so their tabs have it in their ids, too.
  const name = await detail.trainingJob();
  await expect.poll(() => jobs.savedTab()).toMatch(new RegExp(`:${name}$`));
  await page.reload();
  await expect(detail.status).toHaveText('Completed');
  await expect(detail.log).toContainText('Notebook execution is complete');
  await expect(detail.parameter('epochs')).toHaveText('137');
  await expect(list.row(jobName)).toContainText('Completed');
  await detail.button('Open output').click();
  await expect(jobs.notebook).toContainText('learning_rate=0.25 epochs=137');
});
