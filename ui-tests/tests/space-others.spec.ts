import { expect } from '../helpers/fixtures';
import { test } from '../helpers/ownStudio';

/** For a start of JupyterLab on a busy machine. */
const STARTED = { timeout: 90_000 };

test('another space is started, opened, switched and stopped from here', async ({
  context,
  space,
  studio
}) => {
  await space.openSpaces();
  const row = space.row('second-space');
  await expect(row).toContainText('Stopped');
  await row.getByRole('button', { name: 'Start “second-space”' }).click();
  await expect(row).toContainText('Running', STARTED);
  expect((await studio.app('second-space')).Status).toBe('InService');

  const opened = context.waitForEvent('page');
  await row.getByRole('button', { name: /^Open “second-space”/ }).click();
  const other = await opened;
  await expect(other.locator('#jp-main-statusbar')).toContainText(
    'ml.t3.medium',
    STARTED
  );
  expect(other.url()).not.toContain('token');
  expect(new URL(other.url()).port).not.toBe(new URL(studio.appUrl).port);
  await other.close();

  // This JupyterLab goes on, so it does everything itself, to the end.
  const own = studio.processId;
  await row.getByRole('button', { name: 'Change “second-space”' }).click();
  const { dialog } = space;
  await dialog.chooseInstance('ml.m5.large');
  await expect(dialog.node).toContainText('From here');
  await dialog.node
    .getByRole('button', { name: /witch to ml\.m5\.large$/ })
    .click();
  await expect
    .poll(
      async () => {
        const { ResourceSpec, Status } = await studio.app('second-space');
        return [ResourceSpec?.InstanceType, Status];
      },
      { timeout: 90_000 }
    )
    .toEqual(['ml.m5.large', 'InService']);
  expect(studio.processId).toBe(own);

  await expect(row).toContainText('ml.m5.large');
  await row.getByRole('button', { name: 'Stop “second-space”' }).click();
  await dialog.node.getByRole('button', { name: /^Stop/ }).click();
  await expect(row).toContainText('Stopped', STARTED);
  expect((await studio.app('second-space')).Status).toBe('Deleted');
});

test('a space that cannot be started for lack of quota says why, with AWS’s words', async ({
  space,
  studio
}) => {
  await studio.fault({
    operation: 'CreateApp',
    code: 'ResourceLimitExceeded',
    message:
      'The account-level service limit for ml.t3.medium is 0 Apps, with current utilization of 0 Apps.',
    status: 400,
    count: -1
  });
  await space.openSpaces();
  await space
    .row('second-space')
    .getByRole('button', { name: 'Start “second-space”' })
    .click();
  const told = space.notification('Start second-space');
  await expect(told.last()).toBeVisible(STARTED);
  await told.last().getByRole('button', { name: 'Details' }).click();
  await expect(space.dialog.node).toContainText('ResourceLimitExceeded');
  await expect(space.dialog.node).toContainText(
    'The account-level service limit for ml.t3.medium is 0 Apps'
  );
  await space.dialog.node.getByRole('button', { name: 'Close' }).click();
  await expect(space.row('second-space')).toContainText('Stopped');
});

test('a private space is created, and deleted after its name was typed', async ({
  space,
  studio
}) => {
  await space.openSpaces();
  await space.section
    .getByRole('button', { name: 'Create a private space…' })
    .click();
  const { node } = space.dialog;
  await node.getByLabel('Name').fill('not a name!');
  await node.getByRole('button', { name: 'Create the space' }).click();
  await expect(node.getByRole('alert')).toBeVisible();
  await node.getByLabel('Name').fill('for-a-test');
  await node.getByLabel('Volume in GB').fill('7');
  await node.getByRole('button', { name: 'Create the space' }).click();
  const row = space.row('for-a-test');
  await expect(row).toContainText('Stopped');
  const made = await studio.space('for-a-test');
  expect(made.OwnershipSettings?.OwnerUserProfileName).toBe('data-scientist');
  expect(
    made.SpaceSettings?.SpaceStorageSettings?.EbsStorageSettings
      ?.EbsVolumeSizeInGb
  ).toBe(7);

  await row.getByRole('button', { name: 'Delete “for-a-test”' }).click();
  const confirm = node.getByRole('button', {
    name: 'Delete the space and its files'
  });
  await expect(confirm).toBeDisabled();
  await node.getByRole('textbox').fill('for-a');
  await expect(confirm).toBeDisabled();
  await node.getByRole('textbox').fill('for-a-test');
  await confirm.click();
  await expect(row).toHaveCount(0);
  await expect(studio.space('for-a-test')).rejects.toThrow(/does not exist/);
});
