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

interface IScheduledJob {
  job_id: string;
  name: string;
  status: string;
}

test('AWS’s scheduler reads a job of ours whole, and downloads its output', async ({
  folder,
  jobs,
  jobName,
  studio
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

  const files = await scheduler<string[]>(studio, 'download', name);
  const output = files.find(file => /\/count-[^/]*\.ipynb$/.test(file)) ?? '';
  const notebook = fs.readFileSync(path.join(studio.home, output), 'utf8');
  expect(notebook).toContain('count=11');
});

test('a job of AWS’s scheduler is listed, shown and opened', async ({
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
  await detail.button('Open output').click();
  await expect(jobs.notebook).toContainText('count=1');
});
