import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

import { expect } from '../helpers/fixtures';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';
import { test } from '../helpers/ownStudio';
import type { LocalStudio } from '../helpers/studio';

// The bucket is made by the first job.
test.use({ expectedConsole: /status of 404 .*\/aws\/s3\// });

const SCRIPT = path.resolve(__dirname, '../helpers/aws_scheduler.py');

/** The job as AWS's own scheduler describes it. */
async function describedByAws(
  studio: LocalStudio,
  name: string
): Promise<unknown> {
  const python = process.env.PEERS_PYTHON;
  if (!python) {
    throw new Error('PEERS_PYTHON is set by scripts/test.py');
  }
  const { stdout } = await promisify(execFile)(
    python,
    [SCRIPT, studio.state, 'get', name],
    { env: { PATH: process.env.PATH, ...studio.environment } }
  );
  return JSON.parse(stdout);
}

test('every option reaches the job, AWS’s scheduler reads it, and it is run again', async ({
  folder,
  jobs,
  jobName,
  studio,
  tmpPath
}) => {
  writeNotebook(path.join(folder, 'greet.ipynb'), [
    { source: 'import os\nprint("stage", os.environ["STAGE"])' },
    { source: 'print("greeting", os.environ["GREETING"])' }
  ]);
  fs.writeFileSync(
    path.join(folder, 'init.sh'),
    'export GREETING=from-the-script\n'
  );
  const form = await runFromFileBrowser(jobs.page, 'greet.ipynb');
  await form.ready();
  const { node } = form;
  await form.name.fill(jobName);
  await node.getByRole('button', { name: 'Add the variable STAGE' }).click();
  await form.variable('STAGE').fill('first');

  const open = async (title: string) =>
    node.locator('summary', { hasText: title }).click();
  await open('Storage and encryption');
  await node.getByLabel('Key for the output').fill('alias/studio-output');
  await node.getByLabel('Volume size (GB)').fill('40');
  await open('Network');
  await node.getByLabel('Run in a VPC').check();
  await expect(node.getByLabel('Subnets')).toHaveValue(/subnet-/);
  await open('Capacity');
  await node.getByLabel('Use spot capacity').check();
  await open('Scripts');
  await node.getByLabel('Initialization script').fill(`${tmpPath}/init.sh`);
  await open('Tags');
  await node.getByRole('button', { name: 'Add a tag' }).click();
  await node.getByLabel('Key of tag 1').fill('project');
  await node.getByLabel('Value of tag project').fill('greetings');

  await node.getByRole('button', { name: 'Run the checks' }).click();
  await expect(node.getByText(/^SageMaker may assume the role/)).toBeVisible();
  await expect(
    node.getByText(/The key “alias\/studio-output” is enabled/)
  ).toBeVisible();
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Completed', { timeout: 120_000 });
  const name = await detail.trainingJob();

  const described = await studio.describe(name);
  expect(described).toMatchObject({
    EnableManagedSpotTraining: true,
    OutputDataConfig: { KmsKeyId: 'alias/studio-output' },
    ResourceConfig: { VolumeSizeInGB: 40 },
    VpcConfig: {
      Subnets: [expect.stringMatching(/^subnet-/), expect.anything()],
      SecurityGroupIds: [expect.stringMatching(/^sg-/)]
    }
  });
  expect(await describedByAws(studio, name)).toMatchObject({
    name: jobName,
    runtime_environment_parameters: {
      STAGE: 'first',
      sm_init_script: 'init.sh',
      sm_output_kms_key: 'alias/studio-output',
      vpc_subnets: expect.stringMatching(/^subnet-.+,subnet-/),
      vpc_security_group_ids: expect.stringMatching(/^sg-/)
    }
  });

  // The notebook is gone: the job's own copy is run, with another value.
  fs.rmSync(path.join(folder, 'greet.ipynb'));
  await detail.button('Run again').click();
  await jobs.answer('Run the job’s copy');
  const again = jobs.form;
  await expect(again.variable('STAGE')).toHaveValue('first');
  await again.variable('STAGE').fill('second');
  await again.name.fill(`${jobName} again`);
  await again.submitButton.click();
  const second = jobs.detail(`${jobName} again`);
  await expect(second.status).toHaveText('Completed', { timeout: 120_000 });
  await second.button('Open output').click();
  await expect(jobs.notebook).toContainText('stage second');
  await expect(jobs.notebook).toContainText('greeting from-the-script');
});
