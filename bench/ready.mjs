// Milliseconds until JupyterLab is ready, a side in turn; cold and warm.
import {
  alternate,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

const { sides, rounds } = await readSettings();
const browser = await launch();
try {
  // Cold: nothing in the browser's cache, as after a new image or a cleared browser.
  const cold = await alternate(rounds, sides, async url => {
    const context = await newContext(browser);
    const time = await openLab(await context.newPage(), url);
    await context.close();
    return time;
  });
  // Warm: a reload by somebody who works here; scripts are cached, also as compiled code.
  const contexts = {};
  for (const [name, url] of Object.entries(sides)) {
    contexts[name] = await newContext(browser);
    for (let time = 0; time < 3; time++) {
      const page = await contexts[name].newPage();
      await openLab(page, url);
      await page.close();
    }
  }
  const warm = await alternate(rounds, sides, async (url, name) => {
    const page = await contexts[name].newPage();
    const time = await openLab(page, url);
    await page.close();
    return time;
  });
  report({ cold, warm });
} finally {
  await browser.close();
}
