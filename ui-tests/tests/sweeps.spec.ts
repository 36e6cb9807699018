import * as path from 'node:path';

import { expect } from '../helpers/fixtures';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';
import { test } from '../helpers/ownStudio';

// Recorded as scrapbook does it, without the package.
const RECORD = `from IPython.display import display
import json
display({"application/scrapbook.scrap.json+json": {"name": "score", "data": round(rate * depth, 3), "encoder": "json", "version": 1}}, metadata={"scrapbook": {"name": "score", "data": True, "display": False}}, raw=True)
print("loss =", 1 - rate)`;

test('a 3 × 2 sweep runs two at a time, and its comparison shows what each run recorded', async ({
  folder,
  jobName,
  jobs,
  page,
  studio
}) => {
  test.slow();
  writeNotebook(path.join(folder, 'grid.ipynb'), [
    { source: 'rate = 0.5\ndepth = 1', tags: ['parameters'] },
    { source: 'rate, depth = float(rate), int(depth)' },
    { source: RECORD }
  ]);
  const form = await runFromFileBrowser(page, 'grid.ipynb');
  await form.ready();
  await form.name.fill(jobName);
  const { node } = form;
  await node.getByLabel('Run with several values').check();
  await node.getByLabel('How rate varies').selectOption('list');
  await node
    .getByLabel('Values of rate, separated by commas')
    .fill('0.1, 0.2, 0.3');
  await node.getByLabel('How depth varies').selectOption('range');
  const depth = node.getByRole('group', {
    name: 'Values of depth in the sweep'
  });
  await depth.getByLabel('From').fill('2');
  await depth.getByLabel('To').fill('3');
  await expect(node).toContainText('3 × 2 = 6 jobs');
  await node.getByLabel('Jobs at once').fill('2');
  const mark = await studio.mark();
  await node.getByRole('button', { name: 'Submit 6 jobs' }).click();

  const sweep = page.locator('.jp-SageMakerStudio-SweepView:visible');
  await expect(sweep).toContainText('6 of 6 jobs ended', { timeout: 240_000 });
  const created = await studio.calls(mark, 'CreateTrainingJob');
  expect(created.map(({ status }) => status)).toEqual(Array(6).fill(200));
  await sweep.getByRole('button', { name: 'Compare' }).click();
  const comparison = page.locator('.jp-SageMakerStudio-RunComparison:visible');
  const scores = ['0.2', '0.3', '0.4', '0.6', '0.6', '0.9'];
  const rows = comparison.getByRole('row').filter({ hasText: /- \d of 6/ });
  await expect(rows).toHaveCount(6);
  await expect
    .poll(async () => {
      const names = await comparison.getByRole('columnheader').allInnerTexts();
      const column = names.findIndex(name => name.trim() === 'score');
      if (column < 0) {
        return names;
      }
      const found: string[] = [];
      for (const row of await rows.all()) {
        found.push(await row.getByRole('gridcell').nth(column).innerText());
      }
      return found.map(text => text.trim()).sort();
    })
    .toEqual(scores);
  await expect(comparison.getByRole('columnheader')).toContainText(['loss']);
  await expect(
    comparison.locator('.jp-RenderedVegaCommon5, svg, canvas').first()
  ).toBeVisible();

  await expect.poll(() => jobs.savedTab()).toContain('comparison');
  await page.reload();
  await expect(rows).toHaveCount(6);
  await page.getByRole('tab', { name: jobName, exact: true }).click();
  await expect(sweep).toContainText('6 of 6 jobs ended');
});
