import * as fs from 'node:fs';
import * as path from 'node:path';

import { test as base, expect, galata } from '@jupyterlab/galata';
import type { GalataOptions, IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { BrowserContext } from '@playwright/test';

import { Jobs } from './jobs';
import { shutDownKernels } from './server';
import { LocalStudio } from './studio';

export { expect };

/** What a test may set. */
export interface IStudioOptions extends GalataOptions {
  /**
   * Messages on the browser's console that belong to the story. The browser itself writes one
   * for each answer of status 400 and up, which no page can keep it from.
   */
  expectedConsole: RegExp | null;
}

interface IStudioFixtures {
  studio: LocalStudio;
  /** The user's hands and eyes on notebook jobs. */
  jobs: Jobs;
  /** The test's own folder, where the file browser is at the start; absolute. */
  folder: string;
  /** A name for a job that no other test uses. */
  jobName: string;
  /** Open JupyterLab in another tab, in the test's folder. */
  openTab: () => Promise<Jobs>;
}

/** nbconvert's pages load scripts from a CDN, which JupyterLab does not let run. */
export const HTML_OUTPUT =
  /^Blocked script execution in '(blob:|about:blank)|\(https:\/\/cdnjs\.cloudflare\.com\//;

/**
 * JupyterLab's and ours, but for the HTML of an output: it takes a third of a job's time, and only
 * the tests that open it ask for it.
 */
const SETTINGS = {
  ...galata.DEFAULT_SETTINGS,
  'jupyterlab-sagemaker-studio:jobs': { outputFormats: [] }
};

/** For {@link test}: the settings as they are for everybody. */
export const DEFAULT_SETTINGS = galata.DEFAULT_SETTINGS;

let counter = 0;

export const test = base.extend<IStudioOptions & IStudioFixtures>({
  expectedConsole: [null, { option: true }],
  mockSettings: SETTINGS,
  // Kernels of closed tests are shut down below, by their server.
  kernels: null,
  sessions: null,
  terminals: null,

  context: async ({ context, expectedConsole }, use) => {
    const complaints = watch(context, expectedConsole);
    await use(context);
    expect(complaints, 'errors on the browser’s console').toEqual([]);
  },

  // Made by the disk, as Galata would make it without the token against forged requests.
  tmpPath: async ({ studio }, use, testInfo) => {
    const name = `test-${Date.now().toString(36)}-${testInfo.workerIndex}`;
    fs.mkdirSync(path.join(studio.home, name), { recursive: true });
    await use(name);
    fs.rmSync(path.join(studio.home, name), { recursive: true, force: true });
  },

  waitForApplication: async ({ baseURL }, use) => {
    await use(page => ready(page as IJupyterLabPageFixture));
  },

  studio: async ({}, use) => {
    const studio = new LocalStudio();
    await studio.clearFaults();
    await use(studio);
    await studio.clearFaults();
  },

  page: async ({ page, baseURL, studio }, use) => {
    await use(page);
    await shutDownKernels(baseURL ?? '');
  },

  jobs: async ({ page }, use) => {
    await use(new Jobs(page));
  },

  folder: async ({ studio, tmpPath }, use) => {
    await use(path.join(studio.home, tmpPath));
  },

  openTab: async ({ context, baseURL, tmpPath, waitForApplication }, use) => {
    await use(async () => {
      const page = await galata.initTestPage(
        '/lab',
        false,
        baseURL ?? '',
        true,
        SETTINGS,
        true,
        true,
        await context.newPage(),
        null,
        null,
        tmpPath,
        waitForApplication
      );
      // Two tabs of one workspace would make JupyterLab move one to a new one, with a reload.
      await page.goto(`workspaces/other/tree/${tmpPath}`);
      return new Jobs(page);
    });
  },

  jobName: async ({}, use, testInfo) => {
    counter += 1;
    const title = testInfo.title
      .replace(/[^\w ]/g, '')
      .slice(0, 40)
      .trim();
    await use(`${title} ${Date.now().toString(36)}${counter}`);
  }
});

/** Wait until JupyterLab and what was open in it are there. */
async function ready(page: IJupyterLabPageFixture): Promise<void> {
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.evaluate(() => window.galata.app.restored);
}

/** Collect whatever a page of this context complains of. */
function watch(context: BrowserContext, expected: RegExp | null): string[] {
  const complaints: string[] = [];
  const complain = (text: string) => {
    if (!expected?.test(text)) {
      complaints.push(text);
    }
  };
  context.on('console', message => {
    if (message.type() === 'error') {
      complain(`${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', error => complain(String(error.error().stack)));
  return complaints;
}
