import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

test.afterEach(async ({ studio }) => {
  await studio.setScheduleSpeed(1);
});

test('a schedule every minute in Lisbon fires twice, is paused, changed, resumed and deleted', async ({
  folder,
  jobName,
  jobs,
  page,
  studio
}) => {
  test.slow();
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  await studio.setScheduleSpeed(6);
  const form = await runFromFileBrowser(page, 'count.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  const { node } = form;
  await node.getByRole('radio', { name: 'On a schedule' }).check();
  await node.getByLabel('Repeat').selectOption('cron');
  await node.getByLabel('Cron expression').fill('* * * * ? *');
  await node.getByLabel('Time zone').fill('Europe/Lisbon');
  await expect(
    node.getByRole('list', { name: 'Next runs' }).getByRole('listitem')
  ).toHaveCount(5);
  const mark = await studio.mark();
  await node.getByRole('button', { name: 'Create the job definition' }).click();

  const definition = page.locator('.jp-SageMakerStudio-Definition:visible');
  const header = definition.locator('header');
  await expect(header).toContainText(jobName);
  await expect
    .poll(async () => (await studio.jobsNamed(jobName)).length, {
      timeout: 60_000
    })
    .toBeGreaterThanOrEqual(2);
  const [job] = await studio.jobsNamed(jobName);
  const tags = await studio.tagsOf(job);
  const id = tags['sagemaker:job-definition-id'];

  await definition.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(header).toContainText('Paused');
  await definition
    .getByRole('button', { name: 'Change the schedule…' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Cron expression').fill('*/5 * * * *');
  await dialog.getByRole('button', { name: 'Change the schedule' }).click();
  await expect(definition.locator('dl').first()).toContainText(
    /every 5 minutes/i
  );
  await expect.poll(() => jobs.savedTab()).toContain(id);
  await page.reload();
  await definition.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(
    definition.getByRole('button', { name: 'Pause', exact: true })
  ).toBeVisible();
  const updates = await studio.calls(mark, 'UpdateSchedule');
  expect(updates[updates.length - 1]).toMatchObject({
    status: 200,
    input: {
      Name: id,
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'Europe/Lisbon'
    }
  });

  await studio.setScheduleSpeed(1);
  // A pipeline is not deleted while it runs.
  await expect
    .poll(
      async () => {
        const names = await studio.jobsNamed(jobName);
        const found = await Promise.all(
          names.map(name => studio.describe(name))
        );
        return found.every(
          ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress'
        );
      },
      { timeout: 120_000 }
    )
    .toBe(true);
  await definition.getByRole('button', { name: 'Delete…' }).click();
  await dialog.getByRole('button', { name: 'Delete the definition' }).click();
  await expect
    .poll(() => studio.calls(mark, 'DeletePipeline'))
    .toContainEqual(expect.objectContaining({ status: 200 }));
  expect(await studio.calls(mark, 'DeleteSchedule')).toContainEqual(
    expect.objectContaining({ status: 200 })
  );
});
