// A long log: time until lines are shown, all are read and searched; frames meanwhile.
import {
  heapBytes,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

const VIEW = '.jp-SageMakerStudio-LogView';
const { url, job, count, found } = await readSettings();

/** Note the gaps between frames and the long tasks from now on. */
function watchFrames(page) {
  return page.evaluate(() => {
    const watched = (window.benchFrames = { gaps: [], tasks: [] });
    const observer = new PerformanceObserver(list => {
      watched.tasks.push(...list.getEntries().map(entry => entry.duration));
    });
    observer.observe({ type: 'longtask' });
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      watched.gaps.push(now - last);
      last = now;
      if (window.benchFrames === watched) {
        requestAnimationFrame(frame);
      } else {
        observer.disconnect();
      }
    };
    requestAnimationFrame(frame);
  });
}

function frames(page) {
  return page.evaluate(() => {
    const watched = window.benchFrames;
    window.benchFrames = null;
    return watched;
  });
}

const browser = await launch();
try {
  const context = await newContext(browser);
  const page = await context.newPage();
  await openLab(page, url);
  await page.waitForTimeout(3000);
  await watchFrames(page);
  await page.waitForTimeout(5000);
  const idle = await frames(page);
  const before = await heapBytes(page);

  await watchFrames(page);
  const { shown, read } = await page.evaluate(
    ([view, name, lines]) =>
      new Promise(resolve => {
        const start = performance.now();
        let shown = 0;
        const look = () => {
          if (!shown && document.querySelector(`${view} pre`)?.textContent) {
            shown = performance.now() - start;
          }
          const told = document.querySelector(`${view}-count`)?.textContent;
          if (parseInt(told, 10) === lines) {
            resolve({ shown, read: performance.now() - start });
          } else {
            requestAnimationFrame(look);
          }
        };
        void window.jupyterapp.commands.execute('sagemaker-studio:open-job', {
          name
        });
        look();
      }),
    [VIEW, job, count]
  );
  const reading = await frames(page);
  const heap = (await heapBytes(page)) - before;

  await watchFrames(page);
  const { first, searched } = await page.evaluate(
    ([view, lines]) =>
      new Promise(resolve => {
        const input = document.querySelector(`${view}-search input`);
        const status = document.querySelector(`${view}-search [role=status]`);
        const start = performance.now();
        let first = 0;
        const look = () => {
          const told = parseInt(status.textContent, 10);
          if (!first && told > 0) {
            first = performance.now() - start;
          }
          if (told === lines && !status.textContent.endsWith('…')) {
            resolve({ first, searched: performance.now() - start });
          } else {
            requestAnimationFrame(look);
          }
        };
        // As typing does; React listens to the setter of the element's class.
        Object.getOwnPropertyDescriptor(
          HTMLInputElement.prototype,
          'value'
        ).set.call(input, 'needle');
        input.dispatchEvent(new Event('input', { bubbles: true }));
        look();
      }),
    [VIEW, found]
  );
  const searching = await frames(page);
  report({ idle, shown, read, reading, heap, first, searched, searching });
} finally {
  await browser.close();
}
