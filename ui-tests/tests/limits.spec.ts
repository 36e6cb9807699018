import * as fs from 'node:fs';
import * as path from 'node:path';

import type { Locator } from '@playwright/test';

import { expect, test } from '../helpers/fixtures';
import type { JobForm } from '../helpers/jobs';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';

const CELLS = [
  { source: 'epochs = 3\nlabel = "a"', tags: ['parameters'] },
  { source: 'print(f"{epochs=} {label=}")' }
];

test.beforeEach(({ folder }) => {
  writeNotebook(path.join(folder, 'small.ipynb'), CELLS);
});

/** The form says what to change, beside the control and at the button, and can't be submitted. */
async function refuses(
  form: JobForm,
  control: Locator,
  sentence: string
): Promise<void> {
  await expect(control).toHaveAttribute('aria-invalid', 'true');
  await expect(control).toHaveAccessibleDescription(sentence);
  await isBlocked(form, sentence);
}

async function isBlocked(form: JobForm, sentence: string): Promise<void> {
  await expect(form.submitButton).toBeDisabled();
  await expect(form.submitButton).toHaveAccessibleDescription(sentence);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Nothing is wrong any more. */
async function accepts(form: JobForm): Promise<void> {
  await expect(form.node.locator('[aria-invalid=true]')).toHaveCount(0);
  await expect(form.submitButton).toBeEnabled();
  await expect(form.submitButton).toHaveAccessibleDescription('');
}

test('says as one types what is wrong with name, time-out and retries', async ({
  page
}) => {
  const form = await runFromFileBrowser(page, 'small.ipynb');
  await form.ready();

  await form.name.fill('epochs? 3');
  await refuses(
    form,
    form.name,
    'Remove “?” from the name: letters, digits, spaces and _ . : / = + - @ are allowed.'
  );
  await form.name.fill('   ');
  await refuses(form, form.name, 'Give the job a name.');
  await form.name.fill('n'.repeat(257));
  await refuses(
    form,
    form.name,
    'Shorten the name to 256 characters; it has 257.'
  );
  await form.name.fill('Épochs 中文: 3 = a+b @ 1.0');
  await accepts(form);

  const instance = form.node.getByLabel('Instance type');
  await instance.fill('ml.nonsense.large');
  await expect(instance).toHaveAccessibleDescription(
    /Choose an instance type from the list: training jobs know no “ml\.nonsense\.large”\.$/
  );
  await isBlocked(
    form,
    'Choose an instance type from the list: training jobs know no “ml.nonsense.large”.'
  );
  await instance.fill('ml.m5.xlarge');
  await accepts(form);

  const timeout = form.node.getByLabel('Time-out', { exact: true });
  const unit = form.node.getByLabel('Unit of the time-out');
  for (const [value, sentence] of [
    ['0', 'Choose a time-out of whole seconds, at least one.'],
    ['', 'Type the time-out as a number.'],
    [
      '6',
      'Choose a time-out of at most 432000 seconds (5 days), the quota of training jobs.'
    ]
  ]) {
    await unit.selectOption('days');
    await timeout.fill(value);
    await expect(timeout).toHaveAttribute('aria-invalid', 'true');
    await expect(timeout).toHaveAccessibleDescription(
      `Each attempt is stopped after this time. ${sentence}`
    );
    await isBlocked(form, sentence);
    await unit.selectOption('seconds');
    await timeout.fill('1');
    await accepts(form);
  }

  const retries = form.node.getByLabel('Retries');
  await retries.fill('31');
  await isBlocked(
    form,
    'Type the number of retries: a whole number from 0 to 30.'
  );
  await retries.fill('30');
  await accepts(form);
});

test('takes parameters and variables up to the limits, not beyond them', async ({
  page,
  jobs,
  jobName,
  studio
}) => {
  const form = await runFromFileBrowser(page, 'small.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  const { node } = form;

  await form.parameter('label').fill('x'.repeat(2501));
  await refuses(
    form,
    form.parameter('label'),
    'Shorten the value of “label” to 2500 characters; it has 2501. Put longer values into a file.'
  );
  await form.parameter('label').fill('x'.repeat(2500));
  await accepts(form);

  const addParameter = node.getByRole('button', { name: 'Add a parameter' });
  await addParameter.click();
  const name = node.getByLabel('Name of parameter 3');
  await refuses(form, name, 'Name the parameter or remove the row.');
  await name.fill('p'.repeat(257));
  await refuses(
    form,
    name,
    'Shorten the name of the parameter to 256 characters; it has 257.'
  );
  await name.fill('2nd');
  await refuses(
    form,
    name,
    'Rename “2nd”: a parameter is a variable of the notebook, so use letters, digits and _, no digit first, and no reserved word.'
  );
  await name.fill('epochs');
  await refuses(
    form,
    name,
    'Remove one of the two parameters called “epochs”.'
  );
  await name.fill('p'.repeat(256));
  await accepts(form);

  await form.addVariable('SM_X', '1');
  const variable = node.getByLabel('Name of variable 1');
  await refuses(
    form,
    variable,
    'Rename “SM_X”: SageMaker sets this name itself, as all that begin with SM_.'
  );
  await variable.fill('not-a-name');
  await refuses(
    form,
    variable,
    'Rename “not-a-name”: a variable’s name has letters (a–z), digits and _, and no digit first.'
  );
  await variable.fill('V'.repeat(513));
  await refuses(
    form,
    variable,
    'Shorten the name of the variable to 512 characters; it has 513.'
  );
  await variable.fill('LONG');
  await node.getByLabel('Value of LONG').fill('y'.repeat(513));
  await refuses(
    form,
    node.getByLabel('Value of LONG'),
    'Shorten the value of “LONG” to 512 characters; it has 513.'
  );
  await node.getByLabel('Value of LONG').fill('y'.repeat(512));
  await accepts(form);

  await form.addRows(
    'variable',
    2,
    range(2, 28).map(number => [`V${number}`, String(number)])
  );
  await accepts(form);
  await form.addVariable('V29', '29');
  const oneVariableLess =
    'Remove environment variables: a notebook job takes at most 28, and there are 29.';
  await isBlocked(form, oneVariableLess);
  await expect(
    node.getByRole('group', { name: 'Environment variables' })
  ).toContainText(oneVariableLess);
  await node.getByRole('button', { name: 'Remove V29' }).click();
  await accepts(form);

  // 2 are handed over so far; `epochs` has its default.
  await form.addRows(
    'parameter',
    4,
    range(3, 101).map(number => [`p${number}`])
  );
  const oneParameterLess =
    'Remove parameters: a job takes at most 100, and there are 101.';
  await isBlocked(form, oneParameterLess);
  await expect(node.getByRole('group', { name: 'Parameters' })).toContainText(
    oneParameterLess
  );
  await node.getByRole('button', { name: 'Remove p101' }).click();
  await accepts(form);

  const mark = await studio.mark();
  await form.submitButton.click();
  await expect(
    jobs.notification(`The job “${jobName}” has completed`)
  ).toBeVisible({ timeout: 90_000 });
  const [call, ...others] = await studio.calls(mark, 'CreateTrainingJob');
  expect(others).toEqual([]);
  const { HyperParameters, Environment } = call.input as {
    HyperParameters: Record<string, string>;
    Environment: Record<string, string>;
  };
  expect(Object.keys(HyperParameters)).toHaveLength(100);
  expect(HyperParameters.label).toBe('x'.repeat(2500));
  expect(HyperParameters).toHaveProperty('p'.repeat(256));
  expect(HyperParameters).toHaveProperty('p100');
  expect(Environment.LONG).toBe('y'.repeat(512));
  expect(Environment.V28).toBe('28');
});

test('keeps what was typed for a notebook that has vanished', async ({
  page,
  jobs,
  jobName,
  folder,
  studio
}) => {
  const file = path.join(folder, 'small.ipynb');
  const form = await runFromFileBrowser(page, 'small.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  await form.parameter('epochs').fill('5');
  const content = fs.readFileSync(file);
  fs.rmSync(file);

  const mark = await studio.mark();
  await form.submitButton.click();
  await expect(form.error).toContainText('The job was not submitted');
  await expect(form.error).toContainText(
    `There is no notebook at “${path.basename(folder)}/small.ipynb” any more.`
  );
  await expect(form.error).toContainText('It was moved, renamed or deleted.');
  await expect(form.name).toHaveValue(jobName);
  await expect(form.parameter('epochs')).toHaveValue('5');
  expect(await studio.calls(mark, 'PutObject')).toEqual([]);
  expect(await studio.calls(mark, 'CreateTrainingJob')).toEqual([]);

  fs.writeFileSync(file, content);
  await form.error.getByRole('button', { name: 'Try again' }).click();
  await expect(
    jobs.notification(`The job “${jobName}” has completed`)
  ).toBeVisible({ timeout: 90_000 });
  const [job, ...others] = await studio.jobsNamed(jobName);
  expect(others).toEqual([]);
  expect((await studio.describe(job)).HyperParameters).toEqual({ epochs: '5' });
});

test('lets one choose another kernel where the notebook’s is not installed', async ({
  page,
  folder
}) => {
  writeNotebook(path.join(folder, 'julia.ipynb'), CELLS, {
    name: 'julia-1.10',
    displayName: 'Julia 1.10'
  });
  const form = await runFromFileBrowser(page, 'julia.ipynb');
  const kernel = form.node.getByLabel('Kernel');
  await refuses(
    form,
    kernel,
    'Choose a kernel: the notebook asks for “Julia 1.10”, which is not installed here.'
  );
  await kernel.selectOption('Python 3 (ipykernel)');
  await accepts(form);
});
