import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

import { defineConfig } from '@playwright/test';

import type { IStudioOptions } from './helpers/fixtures';

const port = Number(process.env.UI_TEST_PORT ?? 8897);
const awsPort = Number(process.env.UI_TEST_AWS_PORT ?? 4597);
const root = path.resolve(__dirname, '..');

// Set by hand, it names the state folder of a local Studio that already runs. The workers load
// this file again and find the folder made for all of them.
const isRunning = !!process.env.UI_TEST_STATE;
if (!isRunning) {
  const state = fs.mkdtempSync(
    path.join(os.tmpdir(), 'sagemaker-studio-ui-tests-')
  );
  process.env.UI_TEST_STATE = state;
  process.on('exit', () => {
    // The file system that is read only: nothing can be removed from it. Its local Studio was
    // killed and has not made it writable.
    const files = path.join(state, 'file-systems');
    for (const name of fs.existsSync(files) ? fs.readdirSync(files) : []) {
      fs.chmodSync(path.join(files, name), 0o755);
    }
    fs.rmSync(state, { recursive: true, force: true });
  });
}
// The tests reach the emulated AWS for faults and for the calls it received.
process.env.UI_TEST_AWS_URL = `http://127.0.0.1:${awsPort}`;
process.env.UI_TEST_PYTHON ??= path.join(root, '.venv', 'bin', 'python');
process.env.NEIGHBOURS_PYTHON ??= path.join(
  root,
  '.cache/neighbours/bin/python'
);

/** Tests on a local Studio of their own, which is stopped, changed and started again. */
const OWN_STUDIO =
  /(space|file-systems|job-options|neighbours|repositories-attach|sweeps).*\.spec\.ts$/;

export default defineConfig<IStudioOptions>({
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  workers: 2,
  // One local Studio serves most tests, so those go one after the other; those that bring their
  // own go beside them.
  projects: [
    { name: 'shared', testIgnore: OWN_STUDIO, workers: 1 },
    { name: 'own', testMatch: OWN_STUDIO, workers: 1 }
  ],
  retries: process.env.CI ? 1 : 0,
  forbidOnly: !!process.env.CI,
  // A job takes half a minute; a busy machine several times that.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME
    ? [['list'], ['json']]
    : [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}/jupyterlab/default`,
    browserName: 'chromium',
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    video: 'off',
    viewport: { width: 1400, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: [
      process.env.UI_TEST_PYTHON,
      '-m sagemaker_studio_local --no-browser --speed 60',
      `--port ${port} --aws-port ${awsPort} --state ${process.env.UI_TEST_STATE}`
    ].join(' '),
    cwd: root,
    env: {
      JUPYTER_TOKEN: '',
      JUPYTER_CONFIG_PATH: path.join(__dirname, 'config')
    },
    url: `http://127.0.0.1:${port}/jupyterlab/default/api`,
    reuseExistingServer: isRunning,
    gracefulShutdown: { signal: 'SIGINT', timeout: 30_000 },
    timeout: 120_000
  }
});
