import * as path from 'node:path';

import { FileSystems } from '../helpers/fileSystems';
import { expect, test as local } from '../helpers/fixtures';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';
import { test } from '../helpers/ownServer';
import { Repositories } from '../helpers/repositories';

const CELLS = [{ source: 'epochs = 3', tags: ['parameters'] }];

test('says that there is no AWS here, what to do, and sees when it was done', async ({
  page,
  jobs,
  server,
  studio
}) => {
  const { node } = await jobs.openSidebar();
  await expect(node).toContainText('SageMaker is not set up here');
  await expect(node).toContainText('no region is set: neither AWS_REGION');
  await expect(node).toContainText(
    'give the JupyterLab server credentials and a region'
  );
  await expect(node).toContainText('sagemaker-studio-local');

  await page.menu.clickMenuItem('File>Notebook jobs');
  const table = page.locator('#jp-sagemaker-studio-all-jobs');
  await expect(table).toContainText('SageMaker is not set up here');

  server.write('.aws/config', '[default]\nregion = us-west-2\n');
  await node.getByRole('button', { name: 'Look again' }).click();
  await expect(node).toContainText('no AWS credentials are configured');

  // The local Studio stands in for the account that the credentials belong to.
  server.write(
    '.aws/config',
    `[default]\nregion = us-west-2\nendpoint_url = ${studio.url}\n`
  );
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = studio.environment;
  server.write(
    '.aws/credentials',
    [
      '[default]',
      `aws_access_key_id = ${AWS_ACCESS_KEY_ID}`,
      `aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}`
    ].join('\n')
  );
  const mark = await studio.mark();
  await node.getByRole('button', { name: 'Look again' }).click();
  await expect(
    node.getByRole('button', { name: 'All notebook jobs' })
  ).toBeVisible();
  await expect
    .poll(() => studio.calls(mark, 'Search'))
    .toContainEqual(expect.objectContaining({ status: 200 }));
  await expect(table).not.toContainText('SageMaker is not set up here');
});

test('without AWS repositories are cloned by address, and the home volume is shown', async ({
  page
}) => {
  const repositories = new Repositories(page);
  await repositories.open();
  const { section } = repositories;
  await expect(section).toContainText('SageMaker is not set up here');
  await expect(section.getByRole('button', { name: 'Clone…' })).toBeVisible();
  const files = new FileSystems(page);
  await files.open();
  await expect(files.section).toContainText('Home folder');
  await expect(files.section).toContainText(
    'Only what is mounted here is shown, as AWS can’t be asked.'
  );
});

test.describe('a submission without AWS', () => {
  test('is refused in words, and the form keeps what was typed', async ({
    page,
    server
  }) => {
    writeNotebook(path.join(server.home, 'work', 'small.ipynb'), CELLS);
    await page.filebrowser.refresh();
    const form = await runFromFileBrowser(page, 'small.ipynb');
    await form.ready();
    await form.name.fill('A job without AWS');
    await form.parameter('epochs').fill('7');
    await form.submitButton.click();
    await expect(form.error).toContainText('The job was not submitted');
    await expect(form.error).toContainText('no region is set');
    await expect(form.name).toHaveValue('A job without AWS');
    await expect(form.parameter('epochs')).toHaveValue('7');
    await expect(form.submitButton).toBeEnabled();
  });
});

test.describe('credentials that can’t be had', () => {
  test.use({
    // The browser's own line for the answer.
    expectedConsole: /status of 401 .*\/aws\/sagemaker\//
  });

  test('are said to be missing, and are used once they are there', async ({
    jobs,
    server,
    studio
  }) => {
    const config = `[default]\nregion = us-west-2\nendpoint_url = ${studio.url}\n`;
    server.write('.aws/config', `${config}credential_process = false\n`);
    const { node } = await jobs.openSidebar();
    const card = node.getByRole('alert');
    await expect(card).toContainText('The notebook jobs can’t be listed');
    await expect(card).toContainText('There are no AWS credentials');
    await expect(card).toContainText('aws configure');
    await expect(card).toContainText('CredentialsUnavailable (HTTP 401)');
    await expect(card).toContainText('Search');
    await expect(node).toContainText('start the local Studio in a terminal');

    server.write(
      '.aws/config',
      `${config}aws_access_key_id = local-studio\naws_secret_access_key = local-studio-secret\n`
    );
    // What failed is not tried again for some seconds.
    await expect(async () => {
      await card.getByRole('button', { name: 'Try again' }).click();
      await expect(card).toHaveCount(0, { timeout: 1500 });
    }).toPass({ timeout: 20_000 });
    await expect(node).toBeVisible();
  });
});

test.describe('a server without our server extension', () => {
  test.use({
    serverArguments: [
      "--ServerApp.jpserver_extensions={'jupyterlab_sagemaker_studio': False}"
    ],
    expectedConsole: /status of 404 .*\/sagemaker-studio\//
  });

  test('says that the server part is missing and what to do', async ({
    page,
    jobs
  }) => {
    const { node } = await jobs.openSidebar();
    const card = node.getByRole('alert');
    await expect(card).toContainText(
      'The server part of this extension is missing'
    );
    await expect(card).toContainText(
      'Install jupyterlab-sagemaker-studio with pip in the environment JupyterLab runs in, then restart the server.'
    );
    await expect(card.getByRole('button', { name: 'Try again' })).toBeVisible();

    await page.menu.clickMenuItem('File>Notebook jobs');
    await expect(
      page.locator('#jp-sagemaker-studio-all-jobs').getByRole('alert')
    ).toContainText('The server part of this extension is missing');
  });
});

test.describe('an endpoint nobody answers at', () => {
  test.use({
    serverEnvironment: {
      AWS_ACCESS_KEY_ID: 'local-studio',
      AWS_SECRET_ACCESS_KEY: 'local-studio-secret',
      AWS_REGION: 'us-west-2',
      // Port 9 (discard) is closed on every machine of today.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9'
    },
    expectedConsole: /status of 50\d .*\/aws\/sagemaker\//
  });

  test('is said to be unreachable, with the way through a VPC', async ({
    jobs
  }) => {
    const { node } = await jobs.openSidebar();
    const card = node.getByRole('alert');
    await expect(card).toContainText('AWS cannot be reached');
    await expect(card).toContainText(
      'In a VPC without internet access a VPC endpoint for this service is needed'
    );
    await expect(card).toContainText('Search');
    await expect(card.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});

local.describe('credentials that have expired', () => {
  local.use({ expectedConsole: /status of 400 .*\/aws\/sagemaker\// });

  local(
    'are said to have expired, and Try again works',
    async ({ jobs, studio }) => {
      await studio.fault({
        operation: 'Search',
        code: 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
        status: 400,
        count: -1
      });
      const { node } = await jobs.openSidebar();
      const card = node.getByRole('alert');
      await expect(card).toContainText('The notebook jobs can’t be listed');
      await expect(card).toContainText('The AWS credentials have expired');
      await expect(card).toContainText(
        'The security token included in the request is expired'
      );
      await expect(card).toContainText(
        'In a space they are renewed by themselves'
      );
      await expect(card).toContainText('ExpiredTokenException (HTTP 400)');
      await expect(
        card.getByRole('button', { name: 'Copy the request id' })
      ).toBeVisible();

      await studio.clearFaults();
      await card.getByRole('button', { name: 'Try again' }).click();
      await expect(card).toHaveCount(0);
      await expect(
        node.getByText(/No notebook jobs yet|Completed/).first()
      ).toBeVisible();
    }
  );

  local(
    'are named as the reason in the sections of repositories and file systems',
    async ({ page, studio }) => {
      for (const operation of ['DescribeSpace', 'DescribeDomain']) {
        await studio.fault({
          operation,
          code: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
          status: 400,
          count: -1
        });
      }
      const sections = [new Repositories(page), new FileSystems(page)];
      for (const each of sections) {
        await each.open();
        await expect(each.section).toContainText(/expired/i);
      }
      await studio.clearFaults();
      await sections[0].section
        .getByRole('button', { name: 'Refresh the repositories' })
        .click();
      await expect(sections[0].section).not.toContainText(/expired/i);
      await sections[1].section
        .getByRole('button', { name: /^Refresh the file systems/ })
        .click();
      await expect(sections[1].section).not.toContainText(/expired/i);
    }
  );
});
