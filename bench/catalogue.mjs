// The instance catalogue: milliseconds from a keystroke in its filter to the next painted frame.
import {
  execute,
  launch,
  newContext,
  openLab,
  readSettings,
  report
} from './page.mjs';

const TABLE = '.jp-SageMakerStudio-Catalogue [role=grid]';
const INPUT = '.jp-SageMakerStudio-CatalogueFilter-text';
// Nearly each key leaves other rows than the one before.
const WORDS = ['g5.12', 'trn1', 'r7i.8', 'bench.17', 'p4d'];

/** The SDK knows fewer types than wanted: let it and the table of facts know more. */
async function addTypes(page, count) {
  const names = Array.from({ length: count }, (_, at) => `ml.bench.${at}`);
  await page.route(
    /jupyterlab-sagemaker-studio\/static\/.*\.js/,
    async route => {
      const answer = await route.fetch();
      const body = (await answer.text())
        // More than one enumeration has it.
        .replaceAll(
          'ML_T3_MEDIUM:"ml.t3.medium"',
          found => `${names.map((name, at) => `B${at}:"${name}"`)},${found}`
        )
        .replace(
          '"ml.t3.medium":{',
          found =>
            `${names.map(
              name =>
                `"${name}":{"vcpus":8,"memory":32,"gpus":[1,"NVIDIA A10G",24],"network":"Up to 10 Gigabit","nvme":450}`
            )},${found}`
        );
      await route.fulfill({ response: answer, body });
    }
  );
}

async function openCatalogue(page, types) {
  await execute(page, 'sagemaker-studio:open-instance-catalogue');
  const table = page.locator(TABLE);
  await table.waitFor();
  // Prices and quotas draw it anew.
  await page.waitForTimeout(3000);
  return Number(await table.getAttribute('aria-rowcount')) - 1;
}

/** Write down for each key when it is handled, painted, and when its rows are. */
function record(page, selector) {
  return page.evaluate(selector => {
    const input = document.querySelector(selector);
    const afterPaint = done =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = () => done(performance.now());
        port1.postMessage(null);
      });
    input.addEventListener('keydown', ({ timeStamp }) => {
      const key = {};
      window.benchKeys.push(key);
      window.addEventListener(
        'input',
        () => {
          afterPaint(now => (key.frame = now - timeStamp));
          // React has handled it at the root of its tree, and draws in a microtask before this.
          queueMicrotask(() => (key.script = performance.now() - timeStamp));
        },
        { once: true }
      );
      key.timeStamp = timeStamp;
    });
    const watchRows = new MutationObserver(() => {
      const key = window.benchKeys.at(-1);
      if (key) {
        afterPaint(now => (key.rows ??= now - key.timeStamp));
      }
    });
    const table = document.querySelector('.jp-SageMakerStudio-Catalogue');
    watchRows.observe(table, { childList: true, subtree: true });
  }, selector);
}

/** Type and take away the words, a key at a time, each after the one before is all done. */
async function type(page, selector, rounds) {
  await page.evaluate(() => (window.benchKeys = []));
  await page.locator(selector).focus();
  for (let round = 0; round < rounds; round++) {
    const word = WORDS[round % WORDS.length];
    for (const key of [...word, ...[...word].map(() => 'Backspace')]) {
      await page.keyboard.press(key === ' ' ? 'Space' : key);
      // Not in step with the frames.
      await page.waitForTimeout(90 + Math.random() * 40);
    }
  }
  const keys = await page.evaluate(() => window.benchKeys);
  const values = part => keys.map(key => key[part]);
  const isDrawn = ({ rows }) => rows !== undefined;
  return {
    script: values('script'),
    frame: values('frame'),
    rows: keys.filter(isDrawn).map(({ rows }) => rows)
  };
}

const { url, types, rounds } = await readSettings();
const browser = await launch();
try {
  const context = await newContext(browser);
  const page = await context.newPage();
  await openLab(page, url);
  const known = await openCatalogue(page);
  await page.close();
  const wide = await context.newPage();
  await addTypes(wide, types - known);
  await openLab(wide, url);
  const count = await openCatalogue(wide);
  if (count !== types) {
    throw new Error(`${count} instance types are listed instead of ${types}`);
  }
  await record(wide, INPUT);
  await type(wide, INPUT, WORDS.length); // Compiles what is to be measured.
  const ours = await type(wide, INPUT, rounds);
  await wide.evaluate(() => {
    const input = document.createElement('input');
    input.id = 'bench-bare';
    document
      .querySelector('.jp-SageMakerStudio-CatalogueFilter')
      .prepend(input);
  });
  await record(wide, '#bench-bare');
  const bare = await type(wide, '#bench-bare', rounds);
  report({ ours, bare });
} finally {
  await browser.close();
}
