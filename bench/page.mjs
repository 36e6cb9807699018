// What all browser measurements share: Chromium, and JupyterLab's page made ready in it.
import { chromium } from 'playwright-core';

/** Read the settings that the Python side wrote to stdin. */
export async function readSettings() {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
  }
  return JSON.parse(text);
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-precise-memory-info'
    ]
  });
}

export function newContext(browser) {
  return browser.newContext({ viewport: { width: 1400, height: 900 } });
}

let workspaces = 0;

/**
 * Open JupyterLab in a workspace never used before, so that it shows the launcher.
 *
 * Answers milliseconds from the start of the navigation until the layout is restored and the
 * launcher's cards can be seen.
 */
export async function openLab(page, url) {
  await page.addInitScript(() => {
    const isLauncherShown = () =>
      [...document.querySelectorAll('.jp-LauncherCard')].some(
        card => card.getClientRects().length > 0
      );
    window.benchReady = new Promise(resolve => {
      const wait = () => {
        if (!window.jupyterapp) {
          setTimeout(wait, 4);
          return;
        }
        const waitForLauncher = () =>
          isLauncherShown()
            ? resolve(performance.now())
            : setTimeout(waitForLauncher, 4);
        void window.jupyterapp.restored.then(waitForLauncher);
      };
      wait();
    });
  });
  workspaces += 1;
  const workspace = `bench-${process.pid}-${workspaces}`;
  await page.goto(`${url}lab/workspaces/${workspace}`, { timeout: 120000 });
  return page.evaluate(() => window.benchReady);
}

/** Run one of JupyterLab's commands; what it opens is waited for elsewhere. */
export function execute(page, command, args = {}) {
  return page.evaluate(
    ([id, values]) => {
      void window.jupyterapp.commands.execute(id, values);
    },
    [command, args]
  );
}

/** Run the sides in turn: A B, B A, A B, … */
export async function alternate(rounds, sides, measure) {
  const samples = Object.fromEntries(
    Object.keys(sides).map(name => [name, []])
  );
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(sides);
    for (const name of round % 2 ? names.reverse() : names) {
      samples[name].push(await measure(sides[name], name));
    }
  }
  return samples;
}

/** Bytes the page's JavaScript holds, after its garbage is gone. */
export async function heapBytes(page) {
  const session = await page.context().newCDPSession(page);
  for (let time = 0; time < 3; time++) {
    await session.send('HeapProfiler.collectGarbage');
    await page.waitForTimeout(300);
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

export function report(data) {
  process.stdout.write(`${JSON.stringify(data)}\n`);
}
