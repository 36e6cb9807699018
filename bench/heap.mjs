// Bytes of JavaScript heap once JupyterLab is ready, a side in turn.
import {
  alternate,
  heapBytes,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

const { sides, rounds } = await readSettings();
const browser = await launch();
try {
  const heap = await alternate(rounds, sides, async url => {
    const context = await newContext(browser);
    const page = await context.newPage();
    await openLab(page, url);
    await page.waitForTimeout(3000);
    const bytes = await heapBytes(page);
    await context.close();
    return bytes;
  });
  report(heap);
} finally {
  await browser.close();
}
