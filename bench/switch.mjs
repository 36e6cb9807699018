// Switches of the instance type: when each is confirmed, and when JupyterLab is ready again.
import {
  execute,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

const { url, types } = await readSettings();
const browser = await launch();
try {
  const context = await newContext(browser);
  const load = async () => {
    const page = await context.newPage();
    const time = await openLab(page, url);
    await page.close();
    return time;
  };
  await load(); // Fills the browser's cache.
  const page = await context.newPage();
  let confirmed;
  await page.exposeFunction('benchConfirmed', time => (confirmed = time));
  await openLab(page, url);
  const item = page.locator('.jp-SageMakerStudio-StatusItem-button');
  const found = [];
  for (const type of types) {
    await item.waitFor();
    await page.waitForTimeout(3000);
    const plain = await load();
    await execute(page, 'sagemaker-studio:change-instance');
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Instance type', { exact: true });
    await field.fill(type);
    await field.press('Tab');
    const button = dialog.getByRole('button', {
      name: `Switch to ${type}`,
      exact: true
    });
    await button.evaluate(node =>
      node.addEventListener('click', () => window.benchConfirmed(Date.now()), {
        capture: true
      })
    );
    const before = await page.evaluate(() => performance.timeOrigin);
    await button.click();
    await page.waitForFunction(
      origin => performance.timeOrigin !== origin && window.benchReady,
      before,
      { timeout: 180000 }
    );
    const [reloaded, ready] = await page.evaluate(async () => {
      const time = await window.benchReady;
      return [performance.timeOrigin, performance.timeOrigin + time];
    });
    // It has to be the wanted one, and to be said.
    await page
      .locator('.Toastify__toast', { hasText: `to ${type}` })
      .first()
      .waitFor();
    await item.filter({ hasText: type }).waitFor();
    found.push({ confirmed, reloaded, ready, plain });
  }
  report(found);
} finally {
  await browser.close();
}
