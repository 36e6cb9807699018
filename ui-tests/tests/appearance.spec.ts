import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { measureContrast } from '../helpers/contrast';
import { expect, test } from '../helpers/fixtures';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';

const CELLS = [
  { source: 'epochs = 3\nnote = "a"', tags: ['parameters'] },
  {
    source:
      'import time\nfor tick in range(100):\n    print("tick", tick, flush=True)\n    time.sleep(0.2)'
  }
];
const FAILING = [
  { source: 'epochs = 3', tags: ['parameters'] },
  { source: 'raise ValueError("no such column")' }
];

test.beforeEach(({ folder }) => {
  writeNotebook(path.join(folder, 'ticks.ipynb'), CELLS);
  writeNotebook(path.join(folder, 'fails.ipynb'), FAILING);
});

/** Press Tab until a control has the focus; gives the names of all controls on the way. */
async function tabTo(
  page: IJupyterLabPageFixture,
  target: Locator
): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(() => {
        const control = document.activeElement as HTMLInputElement | null;
        return (
          control?.getAttribute('aria-label') ??
          control?.labels?.[0]?.innerText ??
          control?.innerText ??
          ''
        ).trim();
      })
    );
    if (await target.evaluate(node => node === document.activeElement)) {
      return names;
    }
  }
  throw new Error(`Tab came by: ${names.join(', ')}`);
}

test('form, dialog and detail can be worked with the keyboard alone', async ({
  page,
  jobs,
  jobName,
  studio
}) => {
  await jobs.openFile('ticks.ipynb');
  await expect(page.locator('.lm-TabBar-tab.jp-mod-dirty')).toBeVisible();
  const { form } = jobs;
  await page.keyboard.press('Control+Shift+C');
  await page.keyboard.type('Run as job');
  await page.keyboard.press('Enter');
  await form.ready();

  expect(await tabTo(page, form.name)).toEqual(['Name']);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(jobName);
  expect(await tabTo(page, form.parameter('note'))).toEqual([
    'Kernel',
    'Instance type',
    'Now',
    'Value of epochs',
    'Value of note'
  ]);
  await page.keyboard.type('typed');
  const addVariable = form.node.getByRole('button', { name: 'Add a variable' });
  expect(await tabTo(page, addVariable)).toEqual([
    'Set note back to its default',
    'Add a parameter',
    'Run with several values',
    'Add a variable'
  ]);
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('STAGE');
  await page.keyboard.press('Tab');
  await page.keyboard.type('test');
  expect(await tabTo(page, form.submitButton)).toEqual([
    'Remove STAGE',
    'Add a variable',
    'Take along the notebook’s folder',
    'Add files…',
    'HTML',
    'Time-out',
    'Unit of the time-out',
    'Retries',
    expect.stringContaining('Image and role'),
    expect.stringContaining('Storage and encryption'),
    expect.stringContaining('Network'),
    expect.stringContaining('Capacity'),
    expect.stringContaining('Scripts'),
    expect.stringContaining('Tags'),
    'Run the checks',
    'Submit'
  ]);
  await page.keyboard.press('Space');

  // Its kernel has written something about the language into the open notebook.
  const saveAndRun = page.getByRole('dialog').getByRole('button', {
    name: 'Save and run'
  });
  await expect(saveAndRun).toBeFocused();
  await page.keyboard.press('Enter');
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Running', { timeout: 60_000 });
  const [job] = await studio.jobsNamed(jobName);
  const { HyperParameters, Environment } = await studio.describe(job);
  expect(HyperParameters).toEqual({ note: 'typed' });
  expect(Environment).toMatchObject({ STAGE: 'test' });

  expect(await tabTo(page, detail.button('Stop'))).toEqual(['Stop']);
  await page.keyboard.press('Enter');
  const goOn = page.getByRole('dialog').getByRole('button', {
    name: 'Go on running'
  });
  await expect(goOn).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  // Ending may take AWS's driver two minutes; another test waits for it.
  await expect(detail.status).toHaveText(/^Stopp(ing|ed)$/);
});

test('what is shown can be told by its roles and names', async ({
  page,
  jobs,
  jobName
}) => {
  const form = await runFromFileBrowser(page, 'fails.ipynb');
  await form.ready();
  await expect(form.node).toHaveRole('form');
  await expect(form.node.getByRole('heading')).toHaveText(
    'Run a notebook as a job'
  );
  for (const name of [
    'Job',
    'Parameters',
    'Environment variables',
    'Files',
    'Output',
    'Limits'
  ]) {
    await expect(
      form.node.getByRole('group', { name, exact: true })
    ).toBeVisible();
  }
  const unnamed = form.node
    .locator('input, select, textarea, button')
    .filter({ visible: true });
  for (const control of await unnamed.all()) {
    await expect(control).toHaveAccessibleName(/./);
  }

  await form.name.fill(jobName);
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Failed', { timeout: 90_000 });
  await expect(detail.log).toHaveAccessibleName(`Log of “${jobName}”`);
  await expect(
    detail.node.getByRole('group', { name: 'Actions' })
  ).toBeVisible();
  for (const control of await detail.node.getByRole('button').all()) {
    await expect(control).toHaveAccessibleName(/./);
  }

  const list = await jobs.openSidebar();
  await expect(
    list.node.getByRole('list', { name: 'Newest notebook jobs' })
  ).toContainText(jobName);
  await page.menu.clickMenuItem('File>Notebook jobs');
  const table = page.locator('#jp-sagemaker-studio-all-jobs');
  await expect(
    table.getByRole('columnheader', { name: 'Status' })
  ).toBeVisible();
  const row = table.getByRole('row').filter({ hasText: jobName });
  await row.hover();
  await expect(
    row.getByRole('button', { name: `Open the output of “${jobName}”` })
  ).toBeVisible();
});

test('texts stand out from what is behind them in light and dark', async ({
  page,
  jobs,
  jobName
}) => {
  /** In both themes; ends in the light one. */
  const isReadable = async (what: Locator, least: number) => {
    for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
      await page.theme.setTheme(theme);
      await expect(page.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
      const { texts, low } = await measureContrast(what);
      expect(low, `texts that are hard to read in ${theme}`).toEqual([]);
      expect(texts).toBeGreaterThanOrEqual(least);
    }
  };

  const form = await runFromFileBrowser(page, 'fails.ipynb');
  await form.ready();
  await form.addVariable('STAGE', 'test');
  await form.parameter('epochs').fill('many');
  await expect(form.node).toContainText('this isn’t one in Python');
  await isReadable(form.node, 35);
  await form.name.fill('wrong?');
  await expect(form.submitButton).toBeDisabled();
  await isReadable(form.node, 35);

  await form.name.fill(jobName);
  const list = await jobs.openSidebar();
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Failed', { timeout: 90_000 });
  await expect(detail.node).toContainText('ValueError');
  await expect(detail.log).toContainText('ValueError');
  await isReadable(detail.node, 35);
  await expect(list.row(jobName)).toContainText('Failed');
  await isReadable(list.node, 4);

  await page.menu.clickMenuItem('File>Notebook jobs');
  const table = page.locator('#jp-sagemaker-studio-all-jobs');
  await expect(
    table.getByRole('row').filter({ hasText: jobName })
  ).toBeVisible();
  await isReadable(table, 12);
});
