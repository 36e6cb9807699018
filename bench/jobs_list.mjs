// A long list of jobs: time until rows are shown, frames while it is scrolled.
import {
  heapBytes,
  launch,
  newContext,
  openLab,
  readSettings,
  report,
  untilPainted
} from './page.mjs';

const ROW = '.jp-SageMakerStudio-VirtualTable-body [role=row]';

/**
 * Gaps between frames and long tasks, while the list is scrolled or (speed 0) left alone.
 *
 * Scrolls down at `speed` rows a second until `rows` are behind, or until `seconds` are over.
 */
function scroll(page, { speed, rows, seconds }) {
  return page.evaluate(
    ({ speed, rows, seconds }) =>
      new Promise(resolve => {
        const grid = document.querySelector('.jp-SageMakerStudio-VirtualTable');
        const height = grid.querySelector('[role=row]').offsetHeight;
        const gaps = [];
        const tasks = [];
        const observer = new PerformanceObserver(list => {
          tasks.push(...list.getEntries().map(entry => entry.duration));
        });
        observer.observe({ type: 'longtask' });
        grid.scrollTop = 0;
        const start = performance.now();
        let last = start;
        let position = 0;
        let isFirst = true;
        const frame = () => {
          const now = performance.now();
          if (!isFirst) {
            gaps.push(now - last);
          }
          isFirst = false;
          position += (speed * height * (now - last)) / 1000;
          last = now;
          // At the end of what is loaded, wait there for more, as a person would.
          position = Math.min(position, grid.scrollHeight - grid.clientHeight);
          if (speed) {
            grid.scrollTop = position;
          }
          const seen = (position + grid.clientHeight) / height;
          if (now - start < seconds * 1000 && (!speed || seen < rows)) {
            requestAnimationFrame(frame);
            return;
          }
          observer.disconnect();
          const loaded = Number(grid.getAttribute('aria-rowcount')) - 1;
          resolve({ gaps, tasks, loaded, seconds: (now - start) / 1000 });
        };
        requestAnimationFrame(frame);
      }),
    { speed, rows, seconds }
  );
}

const { url, rounds, count, loadSeconds } = await readSettings();
const browser = await launch();
try {
  const shown = [];
  const warm = [];
  for (let round = 0; round < rounds; round++) {
    const context = await newContext(browser);
    const page = await context.newPage();
    await openLab(page, url);
    await page.waitForTimeout(1500);
    shown.push(await untilPainted(page, 'sagemaker-studio:open-jobs', ROW));
    // Once more in the same page: script and jobs are there.
    await page.evaluate(() => window.jupyterapp.shell.currentWidget.close());
    await page.waitForTimeout(500);
    warm.push(await untilPainted(page, 'sagemaker-studio:open-jobs', ROW));
    await context.close();
  }
  const context = await newContext(browser);
  const page = await context.newPage();
  await openLab(page, url);
  await page.waitForTimeout(1500);
  const before = await heapBytes(page);
  await untilPainted(page, 'sagemaker-studio:open-jobs', ROW);
  await page.waitForTimeout(2000);
  const idle = await scroll(page, { speed: 0, rows: 0, seconds: 5 });
  const loading = await scroll(page, {
    speed: 1000,
    rows: count,
    seconds: loadSeconds
  });
  await page.waitForTimeout(2000);
  const loaded = await scroll(page, {
    speed: loading.loaded / 10,
    rows: loading.loaded,
    seconds: 15
  });
  const heap = (await heapBytes(page)) - before;
  report({ shown, warm, idle, loading, loaded, heap });
} finally {
  await browser.close();
}
