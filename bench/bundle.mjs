// Bytes of one extension's scripts: until JupyterLab is ready, and after its panels were opened.
import { gzipSync } from 'node:zlib';

import {
  execute,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

/** Collect the sizes of the scripts that the page loads for these extensions. */
function watchScripts(page, extensions) {
  const scripts = new Map();
  const bodies = [];
  page.on('response', response => {
    const { pathname } = new URL(response.url());
    const isOurs = extensions.some(name =>
      pathname.includes(`/lab/extensions/${name}/`)
    );
    if (isOurs && pathname.endsWith('.js') && response.ok()) {
      bodies.push(
        response.body().then(body => {
          const gzip = gzipSync(body, { level: 6 }).length;
          scripts.set(pathname, { raw: body.length, gzip });
        })
      );
    }
  });
  return async () => {
    await Promise.all(bodies);
    const sizes = [...scripts.values()];
    const sum = part => sizes.reduce((total, size) => total + size[part], 0);
    return { files: sizes.length, raw: sum('raw'), gzip: sum('gzip') };
  };
}

/** Open what running a notebook as a job takes: the jobs, the form, a job. */
async function openJobs(page, notebook) {
  await execute(page, 'sagemaker-studio:open-jobs');
  const rows = page.locator('.jp-SageMakerStudio-VirtualTable-body [role=row]');
  await rows.first().waitFor();
  const name = await rows
    .first()
    .locator('button')
    .first()
    .getAttribute('title');
  await execute(page, 'sagemaker-studio:run-as-job', { path: notebook });
  await page.locator('.jp-SageMakerStudio-JobForm-fields').waitFor();
  await execute(page, 'sagemaker-studio:open-job', { name });
  await page.locator('.jp-SageMakerStudio-JobDetail-actions').waitFor();
  await page.waitForTimeout(3000);
}

/** Open every other section, dialog and tab that is opened every day, and plan a change. */
async function openPanels(page) {
  await execute(page, 'sagemaker-studio:show-space');
  await page.locator('.jp-SageMakerStudio-SpacePanel dl').first().waitFor();
  await execute(page, 'sagemaker-studio:show-repositories');
  await page
    .locator('.jp-SageMakerStudio-RepositoriesPanel li')
    .first()
    .waitFor();
  await execute(page, 'sagemaker-studio:clone-repository');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address of the repository').press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await execute(page, 'sagemaker-studio:show-file-systems');
  await page
    .locator('.jp-SageMakerStudio-FileSystemsPanel li')
    .first()
    .waitFor();
  await execute(page, 'sagemaker-studio:open-instance-catalogue');
  await page.locator('.jp-SageMakerStudio-Catalogue [role=grid]').waitFor();
  await execute(page, 'sagemaker-studio:change-instance');
  await page.locator('.jp-SageMakerStudio-Plan').waitFor();
  await page.waitForTimeout(3000);
}

const { sides, notebook } = await readSettings();
const browser = await launch();
try {
  const found = {};
  for (const [name, { url, extensions }] of Object.entries(sides)) {
    const context = await newContext(browser);
    const page = await context.newPage();
    const sizes = watchScripts(page, extensions);
    await openLab(page, url);
    await page.waitForTimeout(3000);
    found[name] = { start: await sizes() };
    if (name === 'ours') {
      await openJobs(page, notebook);
      found[name].jobs = await sizes();
      await openPanels(page);
      found[name].all = await sizes();
    }
    await context.close();
  }
  report(found);
} finally {
  await browser.close();
}
