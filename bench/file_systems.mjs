// The section of file systems with a hung mount: milliseconds until its state is painted.
import {
  launch,
  newContext,
  openLab,
  readSettings,
  report,
  untilPainted
} from './page.mjs';

const { url, rounds, pause } = await readSettings();
const browser = await launch();
try {
  const painted = [];
  for (let round = 0; round < rounds; round++) {
    const context = await newContext(browser);
    const page = await context.newPage();
    await openLab(page, url);
    // Until the server has forgotten what it found in the round before.
    await page.waitForTimeout(pause * 1000);
    painted.push(
      await untilPainted(
        page,
        'sagemaker-studio:show-file-systems',
        '.jp-SageMakerStudio-FileSystem',
        'Not answering'
      )
    );
    await context.close();
  }
  report(painted);
} finally {
  await browser.close();
}
