import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import { writeNotebook } from '../helpers/notebookFiles';
import { SERVER_GONE, test } from '../helpers/ownStudio';

test.use({ expectedConsole: SERVER_GONE });

const BACK = { timeout: 120_000 };

test('waits for the running cell, switches by itself, and brings the set-up back', async ({
  folder,
  jobs,
  page,
  space,
  studio
}) => {
  writeNotebook(path.join(folder, 'slow.ipynb'), [
    { source: 'import time; time.sleep(25); print("slept")' },
    { source: 'print("made", 6 * 7)', tags: ['setup'] }
  ]);
  const before = studio.processId;
  await jobs.openFile('slow.ipynb');
  await page.notebook.activate('slow.ipynb');
  await page.getByRole('button', { name: /^Run this cell/ }).click();
  await expect(page.getByText('Python 3 (ipykernel) | Busy')).toBeVisible();

  await space.chooseFromStatusBar('Change the instance…');
  const { dialog } = space;
  await dialog.chooseInstance('ml.m5.large');
  await dialog.node.getByLabel('When my running cells finish').check();
  await dialog.button('Switch to ml.m5.large when cells finish').click();
  const waiting = space.notification('Waiting for running cells');
  await expect(waiting).toBeVisible();
  await expect(
    waiting.getByRole('button', { name: 'Switch now' })
  ).toBeVisible();
  await expect(waiting.getByRole('button', { name: 'Cancel' })).toBeVisible();
  expect(studio.processId).toBe(before);

  await expect(jobs.notebook).toContainText('slept', { timeout: 60_000 });
  const report = space.notification(
    'Switched my-space from ml.t3.medium to ml.m5.large'
  );
  await expect(report).toBeVisible(BACK);
  expect(studio.processId).not.toBe(before);

  // What the cell had printed was saved before JupyterLab went away.
  await expect(jobs.notebook).toContainText('slept');
  await expect(jobs.notebook).not.toContainText('made 42');
  await report.getByRole('button', { name: 'Run setup cells' }).click();
  await expect(jobs.notebook).toContainText('made 42', { timeout: 60_000 });
});

test('a change goes on with the tab closed, and the next page tells', async ({
  openTab,
  page,
  space,
  studio
}) => {
  await expect(space.statusItem).toContainText('ml.t3.medium');
  const before = studio.processId;
  await space.chooseFromStatusBar('Change the instance…');
  await space.dialog.chooseInstance('ml.m5.large');
  await space.dialog.button('Switch to ml.m5.large').click();
  await expect(space.progress).toContainText('Switching my-space');
  await page.close();

  await expect
    .poll(
      async () => {
        const { ResourceSpec, Status } = await studio.app();
        return [ResourceSpec?.InstanceType, Status];
      },
      { timeout: 120_000 }
    )
    .toEqual(['ml.m5.large', 'InService']);
  expect(studio.processId).not.toBe(before);
  const { page: next } = await openTab();
  await expect(
    next.locator('.Toastify__toast', {
      hasText: 'Switched my-space from ml.t3.medium to ml.m5.large'
    })
  ).toBeVisible({ timeout: 60_000 });
});

test('a change that is refused at its first step changes nothing, and says why', async ({
  page,
  space,
  studio
}) => {
  await expect(space.statusItem).toContainText('ml.t3.medium');
  const before = studio.processId;
  await studio.fault({
    operation: 'StartExecution',
    code: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::123456789012:assumed-role/role/SageMaker is not authorized to perform: states:StartExecution on resource: *',
    status: 400,
    count: -1
  });
  await space.chooseFromStatusBar('Change the instance…');
  await space.dialog.chooseInstance('ml.m5.large');
  await space.dialog.button('Switch to ml.m5.large').click();
  const told = space.notification('nothing was changed');
  await expect(told).toBeVisible({ timeout: 60_000 });
  await told.getByRole('button', { name: 'Details' }).click();
  await expect(page.getByRole('dialog')).toContainText('states:StartExecution');
  await space.dialog.button('Close').click();
  await expect(space.progress).toHaveCount(0);
  expect(studio.processId).toBe(before);
  expect((await studio.app()).ResourceSpec?.InstanceType).toBe('ml.t3.medium');
});
