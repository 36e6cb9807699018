import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import { FileSystems } from '../helpers/fileSystems';
import { writeNotebook } from '../helpers/notebookFiles';
import { SERVER_GONE, test } from '../helpers/ownStudio';

/** A restart, at the speed of these tests. */
const BACK = { timeout: 120_000 };

test.describe('attached with the plan', () => {
  test.use({ expectedConsole: SERVER_GONE });

  test('a file system is there after the restart; one that cannot be mounted or hangs says why', async ({
    page,
    space,
    studio
  }) => {
    const files = new FileSystems(page);
    await files.open();
    await expect(files.row('shared-datasets')).toContainText('Mounted');
    await expect(files.row('scratch-lustre')).toContainText('Not attached');
    await expect(files.row('archive')).toContainText('Would not be mounted:');

    await files.press('scratch-lustre', /^Attach/);
    await expect(
      space.dialog.node.getByLabel('fs-0a1b2c3d4e5f60005')
    ).toBeChecked();
    await space.dialog.button('Cancel').click();
    await expect(files.row('scratch-lustre')).toContainText(
      'is attached with the next restart'
    );
    await files.press('old-nfs', /^Attach/);
    await space.dialog.button('Cancel').click();
    await files.press('archive', /^Attach/);
    await expect(
      space.dialog.node.getByLabel('fs-0a1b2c3d4e5f60003')
    ).toBeChecked();
    await space.dialog.button('Change and restart my-space').click();
    await expect(space.notification(/my-space/).first()).toBeVisible(BACK);

    const { SpaceSettings } = await studio.space();
    expect(
      SpaceSettings?.CustomFileSystems?.map(
        each =>
          each.EFSFileSystem?.FileSystemId ??
          each.FSxLustreFileSystem?.FileSystemId
      )
    ).toEqual([
      'fs-0a1b2c3d4e5f60001',
      'fs-0a1b2c3d4e5f60002',
      'fs-0a1b2c3d4e5f60005',
      'fs-0a1b2c3d4e5f60004',
      'fs-0a1b2c3d4e5f60003'
    ]);
    await files.open();
    await expect(files.row('scratch-lustre')).toContainText('Mounted', BACK);
    await expect(files.row('scratch-lustre')).toContainText(
      'read and write (tested)'
    );
    const broken = files.row('archive');
    await expect(broken).toContainText('Not mounted');
    await expect(broken).toContainText('no mount target');
    await expect(broken).toContainText('2049');
    await expect(files.row('old-nfs')).toContainText('Not answering');

    await files.press(
      'scratch-lustre',
      'Open “scratch-lustre” in the file browser'
    );
    await expect(
      page.locator('.jp-DirListing-item', { hasText: 'checkpoints' })
    ).toBeVisible();
  });
});

test('read only is found out by trying, without leaving anything behind', async ({
  page,
  studio
}) => {
  const files = new FileSystems(page);
  await files.open();
  await expect(files.row('reference-data')).toContainText('Mounted, read only');
  await expect(files.row('reference-data')).toContainText('read only (tested)');
  const home = files.row('Home folder');
  await expect(
    home.getByRole('meter', { name: 'Used of Home folder' })
  ).toBeVisible();

  // Nothing may be left behind by the tests for writing.
  const mounts = path.join(studio.state, 'mnt', 'custom-file-systems', 'efs');
  const names = fs.readdirSync(path.join(mounts, 'fs-0a1b2c3d4e5f60001'));
  expect(names.filter(name => name.startsWith('.sagemaker'))).toEqual([]);
});

test('a path goes into a notebook as a string, as code and by dragging', async ({
  folder,
  jobs,
  page,
  space
}) => {
  writeNotebook(path.join(folder, 'paths.ipynb'), [
    { source: '' },
    { source: '' }
  ]);
  await jobs.openFile('paths.ipynb');
  const files = new FileSystems(page);
  await files.open();
  await page.notebook.selectCells(0);
  await files.press('shared-datasets', /into the active cell as a string$/);
  const first = page.locator('.jp-Notebook .jp-Cell').nth(0);
  await expect(first).toContainText(/"\S+\/fs-0a1b2c3d4e5f60001"/);
  const second = page.locator('.jp-Notebook .jp-Cell').nth(1);
  await files
    .row('shared-datasets')
    .locator('[draggable=true]')
    .dragTo(second.locator('.cm-content'));
  await expect(second).toContainText(/"\S+\/fs-0a1b2c3d4e5f60001"/);
  await page.notebook.selectCells(1);
  await space.run('Insert the path of a file system as code…');
  await page
    .getByRole('dialog')
    .getByRole('combobox')
    .selectOption({ index: 0 });
  await page.getByRole('dialog').getByRole('button', { name: 'Ok' }).click();
  await expect(second).toContainText('Path(');
});

test('a shortcut in the home folder is made and removed, its files stay', async ({
  page,
  studio
}) => {
  const files = new FileSystems(page);
  await files.open();
  await files.press('shared-datasets', /^Make a shortcut/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('datasets');
  await dialog.getByRole('button', { name: 'Make the shortcut' }).click();
  const remove = files
    .row('shared-datasets')
    .getByRole('button', { name: 'Remove the shortcut “datasets”' });
  await expect(remove).toBeVisible();
  const link = path.join(studio.home, 'datasets');
  expect(fs.readdirSync(link)).toContain('README.md');
  await remove.click();
  await expect(remove).toHaveCount(0);
  expect(fs.existsSync(link)).toBe(false);
  const mount = path.join(
    studio.state,
    'mnt/custom-file-systems/efs/fs-0a1b2c3d4e5f60001'
  );
  expect(fs.readdirSync(mount)).toContain('README.md');
});

test('what is not allowed yet comes with the checks and the command for an administrator', async ({
  page
}) => {
  const files = new FileSystems(page);
  await files.open();
  await files.section.getByText('Not allowed yet (1)').click();
  await files.press('team-models', /administrator/);
  const dialog = page.getByRole('dialog');
  const needs = dialog.getByRole('list', { name: 'What it needs' });
  await expect(needs).toContainText('Not met');
  await expect(needs).toContainText('Met');
  await expect(dialog).toContainText('aws sagemaker update-user-profile');
  await expect(dialog).toContainText('fs-0a1b2c3d4e5f60006');
  await dialog.getByLabel('Allow it for').selectOption('domain');
  await expect(dialog).toContainText('aws sagemaker update-domain');
  await dialog.getByRole('button', { name: 'Close' }).click();
});
