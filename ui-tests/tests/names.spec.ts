import * as fs from 'node:fs';
import * as path from 'node:path';

import {
  DEFAULT_SETTINGS,
  expect,
  HTML_OUTPUT,
  test
} from '../helpers/fixtures';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';

const FOLDER = 'Mes carnets été 2026';
const NOTEBOOK = 'mes données 中文.ipynb';
const FILES: Record<string, string> = {
  'mesures d’été.txt': 'température élevée',
  '数据 文件.csv': '城市,人口\n北京,21540000\n',
  'vide 0 octet.txt': ''
};

test.use({ expectedConsole: HTML_OUTPUT, mockSettings: DEFAULT_SETTINGS });

test.beforeEach(({ folder }) => {
  const own = path.join(folder, FOLDER);
  writeNotebook(path.join(own, NOTEBOOK), [
    { source: 'ville = "Paris"', tags: ['parameters'] },
    {
      source: [
        'from pathlib import Path',
        'print("ville:", ville)',
        'for name in ["mesures d’été.txt", "数据 文件.csv", "vide 0 octet.txt"]:',
        '    data = Path(name).read_bytes()',
        '    print(name, len(data), data.decode("utf-8").split())'
      ].join('\n')
    }
  ]);
  for (const [name, text] of Object.entries(FILES)) {
    fs.writeFileSync(path.join(own, name), text);
  }
});

test('runs a notebook and takes files along whose names have spaces, é and 中文', async ({
  page,
  folder,
  jobs,
  jobName,
  studio
}) => {
  const displayName = `${jobName} été 中文`;
  await page.getByRole('listitem', { name: `Name: ${FOLDER}` }).dblclick();
  const form = await runFromFileBrowser(page, NOTEBOOK);
  await form.ready();
  await form.name.fill(displayName);
  await form.parameter('ville').fill('Orléans 北京');

  await form.node.getByRole('button', { name: 'Add files…' }).click();
  const dialog = page.getByRole('dialog');
  for (const name of Object.keys(FILES)) {
    await dialog
      .locator('.jp-DirListing-itemText', { hasText: name })
      .click({ modifiers: ['Control'] });
  }
  await dialog.getByRole('button', { name: 'Select' }).click();
  const list = form.node.getByRole('list', { name: 'Extra files' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  for (const name of Object.keys(FILES)) {
    await expect(list).toContainText(
      `${path.basename(folder)}/${FOLDER}/${name}`
    );
  }
  await form.submitButton.click();

  const end = jobs.notification(`The job “${displayName}” has completed`);
  await expect(end).toBeVisible({ timeout: 90_000 });
  const [job] = await studio.jobsNamed(displayName);
  const keys = (await studio.stagedKeys()).filter(key =>
    key.startsWith(`${job}/input/`)
  );
  expect(keys.sort()).toEqual(
    [NOTEBOOK, ...Object.keys(FILES)].map(name => `${job}/input/${name}`).sort()
  );

  await end.getByRole('button', { name: 'Open output' }).click();
  await expect(jobs.notebook).toContainText('ville: Orléans 北京');
  await expect(jobs.notebook).toContainText(
    "mesures d’été.txt 21 ['température', 'élevée']"
  );
  await expect(jobs.notebook).toContainText(
    "数据 文件.csv 30 ['城市,人口', '北京,21540000']"
  );
  await expect(jobs.notebook).toContainText('vide 0 octet.txt 0 []');

  await page.activity.activateTab(displayName);
  const detail = jobs.detail(displayName);
  await expect(detail.parameter('ville')).toHaveText('Orléans 北京');
  await detail.button('Open HTML').click();
  await expect(jobs.htmlPage).toContainText('ville: Orléans 北京');
});
