import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';
import { test as base } from '../helpers/ownServer';

const test = base.extend({
  serverEnvironment: async ({ studio }, use) => {
    await use({
      ...studio.environment,
      SAGEMAKER_STUDIO_LOCAL: studio.url,
      RESOURCE_METADATA_FILE: `${studio.state}/metadata/resource-metadata.json`,
      SAGEMAKER_INTERNAL_IMAGE_URI:
        '123456789012.dkr.ecr.us-west-2.amazonaws.com/sagemaker-distribution:local-cpu'
    });
  }
});

// What the browser itself says of a server that is gone.
test.use({
  expectedConsole:
    /ERR_CONNECTION_|ERR_INCOMPLETE_CHUNKED|WebSocket|Failed to fetch/
});

test('a submission goes on when the server was killed and is started again', async ({
  jobs,
  jobName,
  page,
  server,
  serverEnvironment,
  studio
}) => {
  writeNotebook(path.join(server.home, 'work', 'count.ipynb'), COUNTING);
  await studio.fault({ operation: 'PutObject', delay: 60 });
  const form = await runFromFileBrowser(page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.submitButton.click();
  await expect(jobs.notification('Uploading files')).toBeVisible();
  await server.kill();
  await studio.clearFaults();
  expect(await studio.jobsNamed(jobName)).toEqual([]);

  await server.start({ serverEnvironment, serverArguments: [] });
  await page.reload();
  await expect(
    jobs.notification(`The job “${jobName}” was submitted`)
  ).toBeVisible();
  expect(await studio.jobsNamed(jobName)).toHaveLength(1);
});
