import * as path from 'node:path';

import { expect, test } from '../helpers/fixtures';
import {
  COUNTING,
  runFromFileBrowser,
  writeNotebook
} from '../helpers/notebookFiles';

// A schedule that may not be read, a rule that is looked for as a schedule first, and the bucket,
// which the first job makes.
test.use({ expectedConsole: /status of 40[34] .*\/aws\/(s3|scheduler)\// });

test.afterEach(async ({ studio }) => {
  await studio.resetPermissions();
});

test('a schedule that is refused leaves nothing but the form; without EventBridge Scheduler it is a rule in UTC', async ({
  folder,
  jobName,
  page,
  studio
}) => {
  writeNotebook(path.join(folder, 'count.ipynb'), COUNTING);
  const keys = await studio.stagedKeys();
  const form = await runFromFileBrowser(page, 'count.ipynb');
  await form.ready();
  const { node } = form;
  await form.name.fill(jobName);
  await form.parameter('count').fill('7');
  await node.getByRole('radio', { name: 'On a schedule' }).check();
  await node.getByLabel('Repeat').selectOption('cron');
  const cron = node.getByLabel('Cron expression');
  await cron.fill('30 8 ? * MON *');
  const submit = node.getByRole('button', {
    name: 'Create the job definition'
  });
  const isIntact = async () => {
    await expect(form.name).toHaveValue(jobName);
    await expect(form.parameter('count')).toHaveValue('7');
    await expect(cron).toHaveValue('30 8 ? * MON *');
    await expect(submit).toBeEnabled();
    expect(await studio.stagedKeys()).toEqual(keys);
  };

  await test.step('the checks find a role that nothing may start a schedule with', async () => {
    const role = await studio.role('runs-jobs', 'sagemaker.amazonaws.com');
    await node.locator('summary', { hasText: 'Image and role' }).click();
    await node.getByLabel('Role', { exact: true }).fill(role);
    const check = node.getByRole('button', { name: 'Run the checks' });
    await check.click();
    const finding = node.getByText(/^Nothing may start the schedule/);
    await expect(finding).toContainText('scheduler.amazonaws.com');

    // What AWS's guide of its notebook jobs asks for is enough for rules only.
    const services = ['sagemaker.amazonaws.com', 'events.amazonaws.com'];
    await studio.role('runs-jobs', ...services);
    await check.click();
    await expect(check).toBeEnabled();
    await expect(finding).toContainText('scheduler.amazonaws.com');
  });

  await test.step('EventBridge Scheduler refuses the role: the pipeline is taken back', async () => {
    const mark = await studio.mark();
    await submit.click();
    await expect(
      node.getByRole('region', { name: 'What the role’s trust policy lacks' })
    ).toContainText('"scheduler.amazonaws.com"');
    await expect(form.error).toContainText('CreateSchedule');
    await expect(form.error).toContainText('The job definition was not saved');
    for (const operation of ['CreatePipeline', 'DeletePipeline']) {
      expect(await studio.calls(mark, operation)).toMatchObject([
        { status: 200 }
      ]);
    }
    await isIntact();
    await node.getByLabel('Role', { exact: true }).fill('');
  });

  await test.step('EventBridge Scheduler is denied: the same as a rule, in UTC', async () => {
    await studio.deny('scheduler:*');
    const mark = await studio.mark();
    await submit.click();
    await expect(form.error).toContainText(
      'The form now uses an EventBridge rule, whose times are UTC'
    );
    await expect(form.fact('Missing permission')).toContainText(
      'scheduler:CreateSchedule'
    );
    await expect(node.getByRole('note')).toContainText('all times are UTC');
    await expect(node.getByLabel('Time zone')).toHaveCount(0);
    await isIntact();

    await form.error.getByRole('button', { name: 'Try again' }).click();
    const definition = page.locator('.jp-SageMakerStudio-Definition:visible');
    await expect(definition.locator('header')).toContainText(jobName);
    await expect(definition).toContainText('EventBridge rule');
    expect(await studio.calls(mark, 'PutRule')).toMatchObject([
      { status: 200, input: { ScheduleExpression: 'cron(30 8 ? * MON *)' } }
    ]);
    expect(await studio.calls(mark, 'DeletePipeline')).toHaveLength(1);
  });
});
