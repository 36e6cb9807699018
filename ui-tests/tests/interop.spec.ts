import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';
import type { LocalStudio } from '../helpers/studio';

const SCRIPT = path.resolve(__dirname, '../helpers/aws_scheduler.py');

/** What AWS's own scheduler answers. */
async function scheduler<T>(
  studio: LocalStudio,
  ...command: string[]
): Promise<T> {
  const python = process.env.PEERS_PYTHON;
  if (!python) {
    throw new Error('PEERS_PYTHON is set by scripts/test.py');
  }
  const { stdout } = await promisify(execFile)(
    python,
    [SCRIPT, studio.state, ...command],
    {
      env: { PATH: process.env.PATH, ...studio.environment },
      maxBuffer: 64 * 1024 * 1024
    }
  );
  return JSON.parse(stdout) as T;
}

/** What a job was asked to run, and how. */
async function runOf(studio: LocalStudio, name: string): Promise<object> {
  const job = await studio.describe(name);
  const variables = job.Environment ?? {};
  return {
    parameters: job.HyperParameters,
    greeting: variables.GREETING,
    kernel: variables.SM_KERNEL_NAME,
    notebook: variables.SM_INPUT_NOTEBOOK_NAME,
    image: job.AlgorithmSpecification?.TrainingImage,
    instance: job.ResourceConfig?.InstanceType,
    retries: job.RetryStrategy,
    role: job.RoleArn,
    timeout: job.StoppingCondition?.MaxRuntimeInSeconds
  };
}

interface IScheduledJob {
  job_id: string;
  name: string;
  status: string;
}

test('AWS’s scheduler reads a job of ours whole, downloads its output and runs it again', async ({
  folder,
  jobs,
  jobName,
  studio,
  tmpPath
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const form = await runFromFileBrowser(jobs.page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.parameter('count').fill('11');
  await form.addVariable('GREETING', 'hello');
  await form.node.getByLabel('Time-out', { exact: true }).fill('3');
  await form.node.getByLabel('Unit of the time-out').selectOption('hours');
  await form.node.getByLabel('Retries').fill('2');
  await form.submitButton.click();
  const detail = jobs.detail(jobName);
  await expect(detail.status).toHaveText('Completed', { timeout: 90_000 });
  const name = await detail.trainingJob();

  expect(await scheduler(studio, 'get', name)).toMatchObject({
    job_id: name,
    name: jobName,
    status: 'COMPLETED',
    parameters: { count: '11' },
    compute_type: 'ml.m5.large',
    input_filename: 'count.ipynb',
    output_formats: expect.arrayContaining(['ipynb']),
    runtime_environment_parameters: {
      GREETING: 'hello',
      sm_kernel: 'python3',
      max_retry_attempts: 2,
      max_run_time_in_seconds: 10800
    }
  });
  const { jobs: listed } = await scheduler<{ jobs: IScheduledJob[] }>(
    studio,
    'list'
  );
  expect(listed).toContainEqual(
    expect.objectContaining({ job_id: name, name: jobName })
  );
  const { job_id: again } = await scheduler<IScheduledJob>(
    studio,
    ...['rerun', name, `${tmpPath}/count.ipynb`]
  );

  const files = await scheduler<string[]>(studio, 'download', name);
  const output = files.find(file => /\/count-[^/]*\.ipynb$/.test(file)) ?? '';
  const notebook = fs.readFileSync(path.join(studio.home, output), 'utf8');
  expect(notebook).toContain('count=11');

  const list = await jobs.openSidebar();
  await expect(list.row(jobName)).toHaveCount(2);
  await expect(list.row(jobName).first()).toContainText('Completed', {
    timeout: 90_000
  });
  expect(await runOf(studio, again)).toEqual(await runOf(studio, name));
});

test('a job of AWS’s scheduler is listed, shown, opened and run again', async ({
  jobs,
  jobName,
  studio,
  tmpPath
}) => {
  writeNotebook(
    path.join(path.join(studio.home, tmpPath), 'count.ipynb'),
    COUNTING
  );
  const { job_id: name } = await scheduler<IScheduledJob>(
    studio,
    'create',
    `${tmpPath}/count.ipynb`,
    jobName
  );

  const list = await jobs.openSidebar();
  await list.row(jobName).getByRole('button').click();
  const detail = jobs.detail(jobName);
  expect(await detail.trainingJob()).toBe(name);
  await expect(detail.parameter('epochs')).toHaveText('5');
  await expect(detail.node).toContainText('GREETING');
  await expect(detail.status).toHaveText('Completed', { timeout: 90_000 });
  await detail.button('Run again').click();
  // AWS's scheduler does not note the folder.
  await jobs.answer('Run the job’s copy');
  const { form } = jobs;
  await form.ready();
  await expect(form.parameter('epochs')).toHaveValue('5');
  await form.name.fill(`${jobName} again`);
  await form.submitButton.click();
  const again = jobs.detail(`${jobName} again`);
  await expect(again.status).toHaveText('Completed', { timeout: 90_000 });
  expect(await runOf(studio, await again.trainingJob())).toEqual(
    await runOf(studio, name)
  );
  await again.button('Open output').click();
  await expect(jobs.notebook).toContainText('count=1');
});

test.describe('a definition', () => {
  // A rule is looked for as a schedule first.
  test.use({
    expectedConsole: /status of 404 .*\/aws\/scheduler\/schedules\//
  });

  test('of AWS’s scheduler is listed, paused, resumed and deleted as the rule it is', async ({
    folder,
    jobName,
    page,
    studio,
    tmpPath
  }) => {
    writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
    const { job_definition_id: id } = await scheduler<{
      job_definition_id: string;
    }>(studio, ...['define', `${tmpPath}/count.ipynb`, jobName, '30 8 * * 1']);
    const isActive = async () =>
      (await scheduler<{ active: boolean }>(studio, 'definition', id)).active;

    await page.evaluate(() =>
      window.jupyterapp.commands.execute(
        'sagemaker-studio:open-job-definitions'
      )
    );
    const row = page
      .getByRole('table', { name: 'Job definitions' })
      .getByRole('row')
      .filter({ hasText: jobName });
    await expect(row).toContainText('EventBridge rule');
    await expect(row).toContainText('Active');
    await row.getByRole('button', { name: `Pause “${jobName}”` }).click();
    await expect(row).toContainText('Paused');
    expect(await isActive()).toBe(false);
    await row.getByRole('button', { name: `Resume “${jobName}”` }).click();
    await expect(row).toContainText('Active');
    expect(await isActive()).toBe(true);

    const mark = await studio.mark();
    await row.getByRole('button', { name: `Delete “${jobName}”…` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete the definition' })
      .click();
    await expect(row).toHaveCount(0);
    for (const operation of ['DeleteRule', 'DeletePipeline']) {
      expect(await studio.calls(mark, operation)).toContainEqual(
        expect.objectContaining({ status: 200 })
      );
    }
  });
});
