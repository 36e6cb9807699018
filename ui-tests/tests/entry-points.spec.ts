import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, test } from '../helpers/fixtures';
import type { JobForm } from '../helpers/jobs';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';

const CELLS = [
  { source: 'import math' },
  { source: 'epochs = 3\nnote = "first"' },
  { source: 'print(f"{epochs=} {note=}")' }
];

test.beforeEach(({ folder }) => {
  writeNotebook(path.join(folder, 'plain.ipynb'), CELLS);
});

/**
 * Type a command's name into the palette and press Enter. A notebook that has just been opened
 * takes the focus when it is ready, which closes the palette: then it is opened again.
 */
async function runFromPalette(
  page: IJupyterLabPageFixture,
  command: string
): Promise<void> {
  const palette = page.locator('#modal-command-palette');
  const timeout = 3000;
  await expect(async () => {
    await page.keyboard.press('Control+Shift+C');
    await palette.locator('input').fill(command, { timeout });
    await expect(
      palette.locator('.lm-CommandPalette-item.lm-mod-active')
    ).toContainText(command, { timeout });
    await palette.locator('input').press('Enter', { timeout });
  }).toPass();
}

/** The dialog that asks for a notebook: choose one in its list. */
async function chooseNotebook(
  page: IJupyterLabPageFixture,
  notebook: string
): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Choose a notebook to run as a job');
  // It begins in the folder of the file browser.
  await expect(
    dialog.locator('.jp-DirListing-itemText', { hasText: notebook })
  ).toBeVisible();
  await expect(
    dialog.locator('.jp-DirListing-itemText', { hasText: 'notes.txt' })
  ).toHaveCount(0);
  await dialog
    .locator('.jp-DirListing-itemText', { hasText: notebook })
    .click();
  await dialog.getByRole('button', { name: 'Select' }).click();
}

async function isFor(form: JobForm, notebook: string): Promise<void> {
  await form.ready();
  await expect(form.node).toHaveRole('form');
  await expect(form.node).toHaveAccessibleName(`Run ${notebook} as a job`);
}

test('opens the form from the file browser, once for a notebook', async ({
  page,
  folder,
  jobs
}) => {
  const notebook = `${path.basename(folder)}/plain.ipynb`;
  const form = await runFromFileBrowser(page, 'plain.ipynb');
  await isFor(form, notebook);
  await form.name.fill('typed before');

  await jobs.openFile('plain.ipynb');
  await expect(jobs.notebook).toBeVisible();
  await runFromFileBrowser(page, 'plain.ipynb');
  await expect(form.name).toHaveValue('typed before');
  await expect(page.locator('.jp-SageMakerStudio-JobForm')).toHaveCount(1);
});

test('opens the form from the launcher, after asking for the notebook', async ({
  page,
  folder,
  jobs
}) => {
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'no notebook');
  await page.filebrowser.refresh();
  const tile = page
    .locator('.jp-Launcher')
    .getByRole('button', { name: 'Run as job' });
  await tile.click();
  await chooseNotebook(page, 'plain.ipynb');
  await isFor(jobs.form, `${path.basename(folder)}/plain.ipynb`);
});

test('opens the form from the palette and the File menu for the notebook in front', async ({
  page,
  folder,
  jobs
}) => {
  const notebook = `${path.basename(folder)}/plain.ipynb`;
  await jobs.openFile('plain.ipynb');
  await expect(jobs.notebook).toBeVisible();
  await runFromPalette(page, 'Run as job');
  await isFor(jobs.form, notebook);

  // With the form in front there is no such notebook, so it asks.
  await runFromPalette(page, 'Run as job');
  await chooseNotebook(page, 'plain.ipynb');
  await isFor(jobs.form, notebook);

  await page.getByRole('tab', { name: 'plain.ipynb', exact: true }).click();
  await expect(jobs.notebook).toBeVisible();
  await expect(jobs.form.node).toHaveCount(0);
  await page.menu.clickMenuItem('File>Run as job');
  await isFor(jobs.form, notebook);
});

test('tags a cell from the form, runs it with its values, and keeps the tag', async ({
  page,
  folder,
  jobs,
  jobName,
  studio
}) => {
  const form = await runFromFileBrowser(page, 'plain.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  const cells = form.node.getByLabel(/^No cell is tagged “parameters”/);
  await expect(cells.locator('option')).toHaveText([
    'Cell 1: import math',
    'Cell 2: epochs = 3',
    'Cell 3: print(f"{epochs=} {note=}")'
  ]);
  await cells.selectOption('Cell 2: epochs = 3');
  await form.node.getByRole('button', { name: 'Tag as “parameters”' }).click();
  await expect(form.parameter('epochs')).toHaveValue('3');
  await expect(form.parameter('note')).toHaveValue('first');
  await form.parameter('note').fill('second');
  await form.submitButton.click();
  await jobs.answer('Save and run');
  await expect(
    jobs.notification(`The job “${jobName}” has completed`)
  ).toBeVisible({ timeout: 90_000 });

  expect(tagsOnDisk(folder)).toEqual([[], ['parameters'], []]);
  const [job] = await studio.jobsNamed(jobName);
  const { HyperParameters } = await studio.describe(job);
  expect(HyperParameters).toEqual({ note: 'second' });
  await jobs.detail(jobName).button('Open output').click();
  await expect(jobs.notebook).toContainText("note='second'");
});

test('takes the tag away again', async ({ page, folder, jobs }) => {
  const form = await runFromFileBrowser(page, 'plain.ipynb');
  await form.ready();
  await form.node
    .getByLabel(/^No cell is tagged “parameters”/)
    .selectOption('Cell 2: epochs = 3');
  await form.node.getByRole('button', { name: 'Tag as “parameters”' }).click();
  await expect(form.parameter('epochs')).toBeVisible();
  await form.node.getByRole('button', { name: 'Undo the tag' }).click();
  await expect(form.parameter('epochs')).toHaveCount(0);
  await expect(
    form.node.getByLabel(/^No cell is tagged “parameters”/)
  ).toBeVisible();

  await page.getByRole('tab', { name: 'plain.ipynb', exact: true }).click();
  await expect(jobs.notebook).toContainText('epochs');
  const before = fs.statSync(path.join(folder, 'plain.ipynb')).mtimeMs;
  await page.menu.clickMenuItem('File>Save Notebook');
  await expect
    .poll(() => fs.statSync(path.join(folder, 'plain.ipynb')).mtimeMs)
    .toBeGreaterThan(before);
  // It may be seen half written.
  await expect(async () =>
    expect(tagsOnDisk(folder)).toEqual([[], [], []])
  ).toPass({
    timeout: 20_000
  });
});

function tagsOnDisk(folder: string): string[][] {
  const text = fs.readFileSync(path.join(folder, 'plain.ipynb'), 'utf8');
  const { cells } = JSON.parse(text) as {
    cells: { metadata: { tags?: string[] } }[];
  };
  return cells.map(({ metadata }) => metadata.tags ?? []);
}
