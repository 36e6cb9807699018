import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect } from '../helpers/fixtures';
import { COUNTING, writeNotebook } from '../helpers/notebookFiles';
import { test } from '../helpers/ownStudio';

test.use({
  studioWords: ['--app-python', process.env.NEIGHBOURS_PYTHON ?? ''],
  studioConfig: ['config', 'config-neighbours'],
  // An extension that AWS's scheduler brings along was built for Studio's chat, which is not here.
  expectedConsole: /Shared module @jupyter\/chat doesn't exist/
});

/** Choose in the settings which button notebooks have. */
function chooseButton(
  page: IJupyterLabPageFixture,
  button: 'ours' | 'aws' | 'both'
): Promise<void> {
  return page.evaluate(async chosen => {
    const settings = await window.galata.getPlugin(
      '@jupyterlab/apputils-extension:settings'
    );
    await settings?.set(
      'jupyterlab-sagemaker-studio:jobs',
      'toolbarButton',
      chosen
    );
  }, button);
}

test('AWS’s scheduler in the same JupyterLab: one button by default, both ways to make a job work', async ({
  folder,
  jobs,
  jobName,
  page
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  await jobs.openFile('count.ipynb');
  const toolbar = jobs.notebook.getByRole('toolbar').first();
  const ours = toolbar.getByRole('button', { name: 'Run as job' });
  const theirs = toolbar.locator('[data-jp-item-name="create-job"]');
  // It comes once its server part has answered.
  await expect(theirs).toBeAttached();
  await expect(ours).toBeVisible();
  await expect(theirs).toBeHidden();

  const labels = await page.evaluate(() => {
    const { commands } = window.galata.app;
    return commands
      .listCommands()
      .filter(id => /^(scheduling|sagemaker-studio):/.test(id))
      .map(id => commands.label(id).toLowerCase())
      .filter(label => label !== '');
  });
  expect(labels).toContain('create a job');
  expect(labels).toHaveLength(new Set(labels).size);
  await jobs.file('count.ipynb').click({ button: 'right' });
  for (const item of ['Run as job', 'Create Job']) {
    await expect(page.getByRole('menuitem', { name: item })).toHaveCount(1);
  }
  await page.keyboard.press('Escape');

  await chooseButton(page, 'aws');
  await expect(theirs).toBeVisible();
  await expect(ours).toBeHidden();
  await chooseButton(page, 'both');
  await expect(ours).toBeVisible();

  await theirs.click();
  const panel = page.locator('.jp-notebook-jobs-panel:visible');
  const create = panel.getByRole('button', { name: 'Create', exact: true });
  // It asks AWS for everything first, and then sets the name.
  await expect(create).toBeEnabled({ timeout: 60_000 });
  await panel.getByLabel('Job name').fill(jobName);
  await create.click();
  await expect(panel.getByRole('alert')).toContainText('has been created', {
    timeout: 60_000
  });

  const list = await jobs.openSidebar();
  await list.row(jobName).getByRole('button').click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toBeVisible();
  await detail.button('Open in Notebook Jobs').click();
  await expect(panel.getByRole('cell', { name: jobName })).toBeVisible();

  await page.getByRole('tab', { name: 'count.ipynb', exact: true }).click();
  await ours.click();
  await jobs.form.ready();
});
