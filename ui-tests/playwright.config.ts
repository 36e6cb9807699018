import * as os from 'node:os';
import * as path from 'node:path';

import { defineConfig } from '@playwright/test';
import type { GalataOptions } from '@jupyterlab/galata';

const port = Number(process.env.UI_TEST_PORT ?? 8897);
const awsPort = Number(process.env.UI_TEST_AWS_PORT ?? 4597);
const root = path.resolve(__dirname, '..');
const state = path.join(
  os.tmpdir(),
  `sagemaker-studio-ui-tests-${process.ppid}`
);

// The tests reach the emulated AWS for faults and for the calls it received.
process.env.UI_TEST_AWS_URL = `http://127.0.0.1:${awsPort}`;

export default defineConfig<GalataOptions>({
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  // One local Studio serves all tests, and two cores run them.
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  forbidOnly: !!process.env.CI,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json']],
  use: {
    appPath: '',
    baseURL: `http://127.0.0.1:${port}/jupyterlab/default`,
    browserName: 'chromium',
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
      path.join(root, '.venv', 'bin', 'python'),
      '-m sagemaker_studio_local --no-browser --speed 60',
      `--port ${port} --aws-port ${awsPort} --state ${state}`
    ].join(' '),
    cwd: root,
    env: {
      JUPYTER_TOKEN: '',
      JUPYTER_CONFIG_DIR: path.join(__dirname, 'config')
    },
    url: `http://127.0.0.1:${port}/jupyterlab/default/api`,
    gracefulShutdown: { signal: 'SIGINT', timeout: 30_000 },
    timeout: 120_000
  }
});
