import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  GIT_HOST,
  gitAccount,
  Repositories,
  processesWith
} from '../helpers/repositories';

test('a private repository is cloned with its secret, and its notebook opened', async ({
  folder,
  jobs,
  page,
  tmpPath
}) => {
  const { token } = gitAccount();
  const repositories = new Repositories(page);
  await repositories.open();
  const row = repositories.row('demand-forecast');
  await expect(row).toContainText('Account (demand-forecast');
  await expect(row).toContainText('with secret');
  await repositories.clone('demand-forecast', `${tmpPath}/demand-forecast`);
  await expect(repositories.dialog.getByLabel('Sign in with')).toContainText(
    'The secret of “demand-forecast”'
  );
  await repositories.answer('Clone');
  await expect(repositories.notification('Cloned into')).toBeVisible();
  const clone = path.join(folder, 'demand-forecast');
  const config = fs.readFileSync(path.join(clone, '.git', 'config'), 'utf8');
  expect(config).not.toContain(token);
  const kept = await page.evaluate(
    () => JSON.stringify(localStorage) + JSON.stringify(sessionStorage)
  );
  expect(kept).not.toContain(token);
  expect(processesWith(token)).toEqual([]);

  await jobs.openFile('forecast.ipynb');
  await expect(
    page.getByRole('main').getByRole('tab', { name: 'forecast.ipynb' })
  ).toBeVisible();
  fs.writeFileSync(path.join(clone, 'new.txt'), 'new');
  await repositories.open();
  await repositories.section
    .getByRole('button', { name: 'Refresh the repositories' })
    .click();
  await expect(row.getByRole('list')).toContainText(
    /main · [12] changed files?/
  );
});

test('a large clone tells how far it is; cancelled, it leaves nothing', async ({
  folder,
  page,
  tmpPath
}) => {
  const repositories = new Repositories(page);
  await repositories.open();
  await repositories.clone('image-archive', `${tmpPath}/image-archive`);
  await repositories.answer('Clone');
  const progress = repositories.notification(/Receiving objects: \d+ %/);
  await expect(progress).toBeVisible();
  expect(fs.readdirSync(folder)).toHaveLength(1);
  expect(processesWith('research/image-archive').length).toBeGreaterThan(0);
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(repositories.notification('Cancelled:')).toBeVisible();
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(processesWith('research/image-archive')).toEqual([]);
});

test('the host asks, a wrong token is told with its words, the right one clones', async ({
  folder,
  page
}) => {
  const { user, token } = gitAccount();
  const repositories = new Repositories(page);
  await repositories.open();
  await repositories.section.getByRole('button', { name: 'Clone…' }).click();
  // As people paste it from somewhere.
  await repositories.dialog
    .getByLabel('Address of the repository')
    .fill(`https://${user}:wrong@${GIT_HOST}/analytics/demand-forecast`);
  await expect(repositories.dialog).toContainText(
    'User name and password were taken out of the address'
  );
  await repositories.dialog
    .getByLabel('Sign in with')
    .selectOption('My own credentials');
  await repositories.answer('Clone');
  await expect(repositories.dialog).toContainText(`Sign in to ${GIT_HOST}`);
  await expect(repositories.dialog).toContainText(
    'The user name or the token is wrong or has expired.'
  );
  await repositories.dialog.getByLabel('User name').fill(user);
  await repositories.dialog.getByLabel('Token').fill(token);
  await repositories.answer('Sign in');
  await expect(repositories.notification('Cloned into')).toBeVisible();
  const config = path.join(folder, 'demand-forecast', '.git', 'config');
  expect(fs.readFileSync(config, 'utf8')).not.toContain(token);
});

test('an address that means something else is refused while it is typed', async ({
  page
}) => {
  const repositories = new Repositories(page);
  await repositories.open();
  await repositories.section.getByRole('button', { name: 'Clone…' }).click();
  const field = repositories.dialog.getByLabel('Address of the repository');
  const clone = repositories.dialog.getByRole('button', {
    name: 'Clone',
    exact: true
  });
  for (const address of [
    'ext::sh -c touch% /tmp/hit',
    '--upload-pack=touch /tmp/hit',
    'file:///etc',
    `https://${GIT_HOST}/a;touch /tmp/hit`
  ]) {
    await field.fill(address);
    await field.blur();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(clone).toBeDisabled();
  }
  await field.fill(`https://${GIT_HOST}/analytics/machine-readings`);
  await expect(clone).toBeEnabled();
  await repositories.dialog.getByLabel('New folder').fill('../outside');
  await expect(clone).toBeDisabled();
  await repositories.answer('Cancel');
});

test('a repository is cloned with the keyboard alone', async ({
  folder,
  page,
  tmpPath
}) => {
  const repositories = new Repositories(page);
  // Where the file browser is, the clone goes.
  await expect(page.locator('.jp-BreadCrumbs')).toContainText(tmpPath);
  await page.keyboard.press('Control+Shift+C');
  await page.keyboard.type('Clone a repository');
  await page.keyboard.press('Enter');
  await expect(
    repositories.dialog.getByLabel('Address of the repository')
  ).toBeFocused();
  await page.keyboard.type(`https://${GIT_HOST}/analytics/machine-readings`);
  await page.keyboard.press('Enter');
  const cloned = repositories.notification('Cloned into');
  await expect(cloned).toBeVisible();
  expect(fs.readdirSync(folder)).toEqual(['machine-readings']);
});

test.describe('where AWS refuses', () => {
  test.use({ expectedConsole: /status of 400/ });

  test('a denied source names the permission, the others still show', async ({
    page,
    studio
  }) => {
    await studio.fault({
      operation: 'ListCodeRepositories',
      code: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/role/SageMaker is not authorized to perform: sagemaker:ListCodeRepositories on resource: *',
      status: 400,
      count: -1
    });
    const repositories = new Repositories(page);
    await repositories.open();
    await expect(
      repositories.section.getByRole('list', { name: 'What could not be read' })
    ).toContainText(
      'Account: not allowed to look (sagemaker:ListCodeRepositories)'
    );
    await expect(repositories.row('machine-readings')).toContainText(
      'Space, Domain'
    );
    await expect(repositories.row('demand-forecast')).toHaveCount(0);
  });
});

test('a clone gets what is new, and is left alone where that takes a merge', async ({
  folder,
  jobs,
  page,
  tmpPath
}) => {
  const repositories = new Repositories(page);
  await repositories.open();
  await repositories.clone('machine-readings', `${tmpPath}/machine-readings`);
  await repositories.answer('Clone');
  await expect(repositories.notification('Cloned into')).toBeVisible();
  // The file browser comes to the front with the new folder.
  await expect(jobs.file('readings.csv')).toBeVisible();
  const clone = path.join(folder, 'machine-readings');
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', clone, ...words], { encoding: 'utf8' }).trim();
  const newest = git('rev-parse', 'HEAD');
  git('reset', '--hard', 'HEAD~1');
  await repositories.open();
  await repositories.section
    .getByRole('button', { name: 'Refresh the repositories' })
    .click();
  const clones = repositories.row('machine-readings').getByRole('list');
  await expect(clones).toContainText('1 behind');
  const pull = clones.getByRole('button', {
    name: /^Pull .*machine-readings$/
  });
  await pull.click();
  await expect(repositories.notification('has 1 new commit')).toBeVisible();
  expect(git('rev-parse', 'HEAD')).toBe(newest);

  git('reset', '--hard', 'HEAD~1');
  fs.writeFileSync(path.join(clone, 'mine.txt'), 'mine');
  git('add', '.');
  git(
    ...['-c', 'user.name=Me', '-c', 'user.email=me@example.com'],
    ...['commit', '-q', '-m', 'Mine']
  );
  const mine = git('rev-parse', 'HEAD');
  await pull.click();
  await expect(
    repositories.notification(/Failed: .*machine-readings/)
  ).toBeVisible();
  expect(git('rev-parse', 'HEAD')).toBe(mine);
});
