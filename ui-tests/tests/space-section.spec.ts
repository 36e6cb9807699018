import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import { writeNotebook } from '../helpers/notebookFiles';
import { SERVER_GONE, test } from '../helpers/ownStudio';

test('shows where one is, on what, and what it costs', async ({ space }) => {
  await expect(space.statusItem).toHaveText(
    /ml\.t3\.medium · Running · \$0\.05\/h/
  );
  await space.openSection();
  await expect(space.fact('Space')).toContainText(
    'my-space (private, of data-scientist)'
  );
  await expect(space.fact('Domain')).toContainText('d-localstudio01');
  await expect(space.fact('Region')).toContainText('us-west-2');
  await expect(space.fact('Role')).toContainText('SageMakerStudioLocalRole');
  await expect(space.fact('Image')).toContainText('sagemaker-distribution-cpu');
  await expect(space.fact('Volume')).toContainText(/5 GB; .+ used/);
  await expect(space.fact('Idle time-out')).toContainText('2 hr');
});

test.describe('where AWS refuses', () => {
  test.use({ expectedConsole: /status of 40[03]/ });

  test('each unknown says why, and the rest still shows', async ({
    page,
    space,
    studio
  }) => {
    const refuse = (operation: string, service: string) =>
      studio.fault({
        operation,
        code: 'AccessDeniedException',
        message: `User: arn:aws:sts::123456789012:assumed-role/role/SageMaker is not authorized to perform: ${service}:${operation} on resource: *`,
        status: 400,
        count: -1
      });
    await refuse('GetProducts', 'pricing');
    await refuse('ListServiceQuotas', 'servicequotas');
    await refuse('DescribeDomain', 'sagemaker');
    await page.reload();
    await expect(space.statusItem).toHaveText(/ml\.t3\.medium · Running/);
    await space.openSection();
    await expect(space.fact('Region')).toContainText('us-west-2');
    await space.fact('Price').getByText('Why?').click();
    await expect(space.dialog.node).toContainText('pricing:GetProducts');
    await space.dialog.button('Close').click();
    await space.run('Instance catalogue');
    const catalogue = page.getByRole('grid', { name: 'Instance types' });
    await expect(catalogue.getByRole('row').nth(5)).toContainText('ml.');
    await expect(page.getByText('Prices are not known.')).toBeVisible();
    await expect(page.getByText('Quotas are not known.')).toBeVisible();
  });
});

test('the catalogue is filtered as one types, and leads to the change', async ({
  page,
  space
}) => {
  await space.run('Instance catalogue');
  const catalogue = page.getByRole('grid', { name: 'Instance types' });
  await expect(
    catalogue.getByRole('row', { name: /^ml\.c5\.large/ })
  ).toContainText('fast launch');
  await page.getByLabel('Filter by name and GPU').fill('a10g');
  await expect(
    catalogue.getByRole('row', { name: /^ml\.c5\.large/ })
  ).toHaveCount(0);
  const row = catalogue.getByRole('row', { name: /^ml\.g5\.xlarge/ });
  await expect(row).toContainText('needs a GPU image');
  await expect(row).toContainText('0 of 1');
  await row.click();
  await page.getByRole('button', { name: 'Switch to ml.g5.xlarge…' }).click();
  await expect(space.dialog.field('Instance type')).toHaveValue('ml.g5.xlarge');
  await space.dialog.button('Cancel').click();
  await expect(space.section).toBeHidden();
  await space.openSection();
  await expect(space.section).toContainText('1 change is not applied yet.');
  await space.section.getByRole('button', { name: 'Discard' }).click();
  await expect(space.section).not.toContainText('is not applied yet');
});

test('the space is kept awake for a time that can be seen, and no longer', async ({
  space,
  studio
}) => {
  await space.openSection();
  await space.section.getByRole('button', { name: 'Keep awake…' }).click();
  await space.dialog.node.getByLabel('For').selectOption('60');
  await space.dialog.button('Keep awake').click();
  await expect(space.fact('Kept awake')).toBeVisible();
  const file = path.join(studio.state, 'last-active');
  await expect.poll(() => fs.existsSync(file)).toBe(true);
  const written = Date.parse(fs.readFileSync(file, 'utf8').trim());
  expect(Date.now() - written).toBeLessThan(120_000);
  await space.run('Stop keeping the space awake');
  await expect(space.fact('Kept awake')).toHaveCount(0);
});

test.describe('with JupyterLab away for a while', () => {
  test.use({ expectedConsole: SERVER_GONE });

  test('Jupyter alone is restarted, with all documents saved', async ({
    folder,
    jobs,
    page,
    space,
    studio
  }) => {
    const notebook = path.join(folder, 'draft.ipynb');
    writeNotebook(notebook, [{ source: '1 + 1' }]);
    await jobs.openFile('draft.ipynb');
    await page.notebook.activate('draft.ipynb');
    await page.notebook.addCell('code', 'note = "typed just now"');
    const before = studio.processId;
    await space.openSection();
    await space.section
      .getByRole('button', { name: /^Restart Jupyter/ })
      .click();
    await space.dialog.button('Save all and restart Jupyter').click();
    await expect
      .poll(() => studio.processId ?? before, { timeout: 90_000 })
      .not.toBe(before);
    expect(fs.readFileSync(notebook, 'utf8')).toContain('typed just now');
    await expect(jobs.notebook).toContainText('typed just now', {
      timeout: 60_000
    });
    expect((await studio.app()).Status).toBe('InService');
  });

  test('a stopped space is started again in the portal, and this page comes back', async ({
    context,
    page,
    space,
    studio
  }) => {
    const before = studio.processId;
    await space.openSection();
    await space.section.getByRole('button', { name: 'Stop…' }).click();
    await space.dialog.node.getByRole('button', { name: /^Stop/ }).click();
    await expect(space.progress).toContainText('Stopping my-space');
    await expect
      .poll(async () => (await studio.app()).Status, { timeout: 60_000 })
      .toBe('Deleted');
    const portal = await context.newPage();
    await portal.goto(`${studio.url}/_studio/portal`);
    await portal
      .getByRole('region', { name: 'my-space' })
      .getByRole('button', { name: 'Run space' })
      .click();
    await portal.close();
    await page.bringToFront();
    await expect
      .poll(async () => (await studio.app()).Status, { timeout: 90_000 })
      .toBe('InService');
    expect(studio.processId).not.toBe(before);
    await expect(space.progress).toHaveCount(0, { timeout: 60_000 });
    await expect(space.statusItem).toContainText('Running');
  });
});

test('nothing is asked of AWS while the panels are hidden', async ({
  page,
  space,
  studio
}) => {
  await expect(space.statusItem).toContainText('ml.t3.medium');
  await space.openSpaces();
  await expect(space.row('second-space')).toBeVisible();
  await page.sidebar.openTab('filebrowser');
  // What was under way ends.
  let mark = -1;
  await expect(async () => {
    const before = mark;
    mark = await studio.mark();
    expect(mark).toBe(before);
  }).toPass({ intervals: [3_000] });
  await page.waitForTimeout(20_000);
  expect(await studio.allCalls(mark)).toEqual([]);
});
