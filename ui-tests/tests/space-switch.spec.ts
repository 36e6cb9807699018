import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import { writeNotebook } from '../helpers/notebookFiles';
import { SERVER_GONE, test } from '../helpers/ownStudio';

test.use({ expectedConsole: SERVER_GONE });

/** For the state machine, the former app's end and the new one's start. */
const BACK = { timeout: 120_000 };

test('switches the instance type with an unsaved notebook and a busy kernel, and comes back', async ({
  page,
  folder,
  jobs,
  space,
  studio
}) => {
  const notebook = path.join(folder, 'busy.ipynb');
  writeNotebook(notebook, [{ source: 'import time; time.sleep(600)' }]);
  writeNotebook(path.join(folder, 'other.ipynb'), [{ source: '1 + 1' }]);
  await jobs.openFile('other.ipynb');
  await expect(jobs.notebook).toBeVisible();
  await jobs.openFile('busy.ipynb');
  await page.notebook.activate('busy.ipynb');
  await page.getByRole('button', { name: /^Run this cell/ }).click();
  await expect(page.getByText('Python 3 (ipykernel) | Busy')).toBeVisible();
  await page.notebook.addCell('code', 'note = "typed just now"');
  const before = studio.processId;
  expect(before).toBeDefined();

  await expect(space.statusItem).toContainText('ml.t3.medium');
  await space.chooseFromStatusBar('Change the instance…');
  const { dialog } = space;
  await dialog.chooseInstance('ml.m5.xlarge');
  // JupyterLab notes the kernel in a notebook it opens, which is a change as well.
  await expect(dialog.check(/^2 files are not saved/)).toContainText(
    'busy.ipynb'
  );
  await expect(dialog.check('A cell is running')).toContainText('busy.ipynb');
  await expect(dialog.check('Quota of ml.m5.xlarge')).toBeVisible();
  await expect(dialog.node).toContainText('State machine');
  await expect(dialog.node).toContainText('The home volume (5 GB)');
  await expect(dialog.button('Cancel')).toBeVisible();
  await dialog
    .button('Save all, accept the losses and switch to ml.m5.xlarge')
    .click();

  await expect(space.progress).toContainText(
    'Switching my-space to ml.m5.xlarge'
  );
  await expect(space.progress).toContainText('Old server stopped answering');
  await expect(
    space.notification('Switched my-space from ml.t3.medium to ml.m5.xlarge')
  ).toBeVisible(BACK);

  expect(studio.processId).toBeDefined();
  expect(studio.processId).not.toBe(before);
  expect(studio.metadata.InstanceType).toBe('ml.m5.xlarge');
  const app = await studio.app();
  expect(app.Status).toBe('InService');
  expect(app.ResourceSpec?.InstanceType).toBe('ml.m5.xlarge');
  expect(fs.readFileSync(notebook, 'utf8')).toContain('typed just now');
  await expect(space.statusItem).toContainText('ml.m5.xlarge');
  for (const name of ['other.ipynb', 'busy.ipynb']) {
    await expect(page.getByRole('tab', { name, exact: true })).toBeVisible();
  }
  await expect(jobs.notebook).toContainText('typed just now');
  await expect(space.progress).toHaveCount(0);

  // It is told until it was seen.
  await page.reload();
  const report = space.notification('Switched my-space');
  await report.getByRole('button', { name: 'Details' }).click();
  await jobs.answer('Close');
  await expect(report).toHaveCount(0);
  await page.reload();
  await expect(space.statusItem).toContainText('ml.m5.xlarge');
  await expect(space.notification('Switched my-space')).toHaveCount(0);
});

test('capacity that is not there leads back to the former type, with AWS’s reason', async ({
  jobs,
  page,
  space,
  studio
}) => {
  await expect(space.statusItem).toContainText('ml.t3.medium');
  await studio.fault({
    operation: 'CreateApp',
    app: 'Failed',
    reason: 'InsufficientCapacityError: no ml.m5.xlarge in any subnet',
    instanceType: 'ml.m5.xlarge',
    count: 1
  });
  await space.chooseFromStatusBar('Change the instance…');
  await space.dialog.chooseInstance('ml.m5.xlarge');
  await space.dialog.button('Switch to ml.m5.xlarge').click();

  const report = space.notification(
    'Back on ml.t3.medium: my-space was not switched to ml.m5.xlarge'
  );
  await expect(report).toBeVisible(BACK);
  await report.getByRole('button', { name: 'Details' }).click();
  await expect(page.getByRole('dialog')).toContainText(
    'InsufficientCapacityError: no ml.m5.xlarge in any subnet'
  );
  await jobs.answer('Close');
  expect((await studio.app()).ResourceSpec?.InstanceType).toBe('ml.t3.medium');
  await expect(space.statusItem).toContainText('ml.t3.medium');
});

test('the next type of the list is taken only because the list says so', async ({
  space,
  studio
}) => {
  await expect(space.statusItem).toContainText('ml.t3.medium');
  await studio.fault({
    operation: 'CreateApp',
    app: 'Failed',
    reason: 'InsufficientCapacityError: none left',
    instanceType: 'ml.m5.xlarge',
    count: 1
  });
  await space.chooseFromStatusBar('Change the instance…');
  const { dialog } = space;
  await dialog.chooseInstance('ml.m5.xlarge');
  await dialog
    .field('If it can’t be had, try in this order')
    .fill('ml.m5.large');
  await dialog.button('Switch to ml.m5.xlarge').click();
  await expect(space.notification('my-space runs on ml.m5.large')).toBeVisible(
    BACK
  );
  expect(studio.metadata.InstanceType).toBe('ml.m5.large');
});

test('a plan of image, volume and idle time-out takes one restart', async ({
  space,
  studio
}) => {
  const before = studio.processId;
  const mark = await studio.mark();
  await space.openSection();
  await space.section.getByRole('button', { name: 'Change: Volume…' }).click();
  const { dialog } = space;
  await dialog.field('Home volume').fill('20');
  await dialog.field('Idle time-out').fill('180');
  await dialog.chooseInstance('ml.g4dn.xlarge');
  await expect(dialog.node).toContainText('SageMaker Distribution GPU');
  await dialog.button('Switch to ml.g4dn.xlarge').click();
  await expect(
    space.notification('Switched my-space from ml.t3.medium to ml.g4dn.xlarge')
  ).toBeVisible(BACK);

  expect(await studio.calls(mark, 'CreateApp')).toHaveLength(1);
  expect(studio.processId).not.toBe(before);
  const { ResourceSpec } = await studio.app();
  expect(ResourceSpec?.InstanceType).toBe('ml.g4dn.xlarge');
  expect(ResourceSpec?.SageMakerImageArn).toMatch(
    /image\/sagemaker-distribution-gpu$/
  );
  const { SpaceSettings } = await studio.space();
  expect(
    SpaceSettings?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb
  ).toBe(20);
  expect(
    SpaceSettings?.JupyterLabAppSettings?.AppLifecycleManagement?.IdleSettings
      ?.IdleTimeoutInMinutes
  ).toBe(180);
});

test.describe('where no administrator has installed anything', () => {
  test.use({ studioWords: ['--no-state-machine'] });

  test('the person is led to the page where the space is run', async ({
    context,
    page,
    space,
    studio
  }) => {
    const before = studio.processId;
    await expect(space.statusItem).toContainText('ml.t3.medium');
    await space.chooseFromStatusBar('Change the instance…');
    const { dialog } = space;
    await dialog.chooseInstance('ml.m5.xlarge');
    await expect(dialog.node).toContainText('By hand in Studio');
    await dialog.button('Stop my-space').click();
    await expect(space.progress).toContainText(
      'Choose the instance ml.m5.xlarge'
    );
    await expect
      .poll(async () => (await studio.app()).Status, { timeout: 30_000 })
      .toBe('Deleted');

    const opened = context.waitForEvent('page');
    await space.progress.getByRole('link', { name: 'Open Studio' }).click();
    const portal = await opened;
    const row = portal.getByRole('region', { name: 'my-space' });
    await row.getByRole('combobox').selectOption('ml.m5.xlarge');
    await row.getByRole('button', { name: 'Run space' }).click();
    await portal.close();

    await page.bringToFront();
    await expect(
      space.notification('Switched my-space from ml.t3.medium to ml.m5.xlarge')
    ).toBeVisible(BACK);
    expect(studio.processId).not.toBe(before);
    expect(studio.metadata.InstanceType).toBe('ml.m5.xlarge');
  });
});
