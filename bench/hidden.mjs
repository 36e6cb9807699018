// Requests of pages nobody looks at: one hidden, one whose panels and status bar are.
import {
  execute,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

/** Headless Chromium hides no page by itself: say to its scripts that it is, as browsers do. */
function setHidden(page, isHidden) {
  return page.evaluate(isHidden => {
    const say = (name, value) =>
      Object.defineProperty(document, name, { configurable: true, value });
    say('hidden', isHidden);
    say('visibilityState', isHidden ? 'hidden' : 'visible');
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/** Open everything there is; it stays open. */
async function openAll(page) {
  await page.locator('.jp-SageMakerStudio-StatusItem-button').waitFor();
  await execute(page, 'sagemaker-studio:open-jobs');
  const rows = page.locator('.jp-SageMakerStudio-VirtualTable-body [role=row]');
  await rows.first().waitFor();
  const name = await rows
    .first()
    .locator('button')
    .first()
    .getAttribute('title');
  await execute(page, 'sagemaker-studio:open-job', { name });
  await page.locator('.jp-SageMakerStudio-JobDetail-actions').waitFor();
  await execute(page, 'sagemaker-studio:open-instance-catalogue');
  await page.locator('.jp-SageMakerStudio-Catalogue [role=grid]').waitFor();
  await execute(page, 'sagemaker-studio:show-space');
  await page.locator('.jp-SageMakerStudio-SpacePanel-others > summary').click();
  await page.getByRole('list', { name: 'Spaces' }).waitFor();
  await execute(page, 'sagemaker-studio:show-repositories');
  await page
    .locator('.jp-SageMakerStudio-RepositoriesPanel li')
    .first()
    .waitFor();
  await execute(page, 'sagemaker-studio:show-file-systems');
  await page
    .locator('.jp-SageMakerStudio-FileSystemsPanel li')
    .first()
    .waitFor();
}

/** Put other things in front of the panels, and take the status bar away. */
async function cover(page) {
  await execute(page, 'launcher:create');
  await execute(page, 'filebrowser:activate');
  await execute(page, 'statusbar:toggle');
  await page
    .locator('.jp-SageMakerStudio-StatusItem-button')
    .waitFor({ state: 'hidden' });
  await page.locator('.jp-LauncherCard:visible').first().waitFor();
}

/** Calls the local Studio received since a mark. */
async function callsSince(endpoint, since) {
  const answer = await fetch(`${endpoint}/_studio/calls?since=${since}`);
  return (await answer.json()).calls;
}

async function mark(endpoint) {
  const answer = await fetch(`${endpoint}/_studio/calls`);
  return (await answer.json()).last;
}

const { url, endpoint, seconds } = await readSettings();
const browser = await launch();
try {
  const pages = {};
  for (const name of ['hidden', 'covered']) {
    const page = await (await newContext(browser)).newPage();
    pages[name] = { page, requests: [] };
    page.on('request', request => {
      const { pathname } = new URL(request.url());
      if (/\/sagemaker-studio\//.test(pathname)) {
        pages[name].requests.push(`${request.method()} ${pathname}`);
      }
    });
    await openLab(page, url);
    await openAll(page);
  }
  const seen = Object.values(pages).map(({ requests }) => requests.length);
  await setHidden(pages.hidden.page, true);
  await cover(pages.covered.page);
  await pages.hidden.page.waitForTimeout(3000); // What was under way.
  for (const each of Object.values(pages)) {
    each.requests.length = 0;
  }
  const since = await mark(endpoint);
  await pages.hidden.page.waitForTimeout(seconds * 1000);
  const calls = await callsSince(endpoint, since);
  const idle = Object.fromEntries(
    Object.entries(pages).map(([name, { requests }]) => [name, [...requests]])
  );
  // The count would be worth nothing if it stayed 0 with the page in view again.
  await setHidden(pages.hidden.page, false);
  await pages.hidden.page.waitForTimeout(8000);
  const again = pages.hidden.requests.length - idle.hidden.length;
  const operations = calls.map(({ operation }) => operation);
  report({ ...idle, operations, seen: Math.min(...seen), again });
} finally {
  await browser.close();
}
