import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

import { test as base } from './fixtures';
import { freePort } from './ports';
import { Space } from './space';
import { LocalStudio } from './studio';

const ROOT = path.join(__dirname, '..');
const APP_URL = /^READY (http:\S+)\/lab\b/m;

/** A local Studio of a test's own, whose space may be stopped, changed and started again. */
export class OwnStudio extends LocalStudio {
  private constructor(
    url: string,
    state: string,
    private readonly _process: ChildProcess
  ) {
    super(url, state);
  }

  /**
   * Start one and wait until JupyterLab answers.
   *
   * @param config - names of folders beside the helpers' that hold Jupyter's configuration; for a
   * Python of its own, which does not take over JUPYTER_CONFIG_PATH.
   */
  static async start(words: string[], config: string[]): Promise<OwnStudio> {
    const state = fs.mkdtempSync(path.join(os.tmpdir(), 'own-studio-'));
    // Jupyter writes there, too.
    const ownConfig = path.join(state, 'jupyter-config');
    for (const name of config) {
      fs.cpSync(path.join(ROOT, name), ownConfig, { recursive: true });
    }
    const [port, awsPort] = [await freePort(), await freePort()];
    const child = spawn(
      process.env.UI_TEST_PYTHON ?? '',
      [
        ...['-m', 'sagemaker_studio_local', '--no-browser', '--speed', '60'],
        ...['--port', String(port), '--aws-port', String(awsPort)],
        ...['--state', state, ...words]
      ],
      {
        env: {
          ...process.env,
          JUPYTER_TOKEN: '',
          JUPYTER_CONFIG_PATH: path.join(ROOT, 'config'),
          ...(config.length > 0 && { JUPYTER_CONFIG_DIR: ownConfig })
        },
        stdio: ['ignore', 'pipe', 'inherit']
      }
    );
    const studio = new OwnStudio(`http://127.0.0.1:${awsPort}`, state, child);
    studio._appUrl = await readyUrl(child);
    return studio;
  }

  /** Where JupyterLab answers, as Playwright's `baseURL`. */
  get appUrl(): string {
    return this._appUrl;
  }

  async stop(): Promise<void> {
    if (this._process.exitCode === null) {
      const ended = new Promise(resolve => this._process.once('exit', resolve));
      this._process.kill('SIGINT');
      await ended;
    }
    fs.rmSync(this.state, { recursive: true, force: true });
  }

  private _appUrl = '';
}

function readyUrl(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', data => {
      printed += String(data);
      const found = APP_URL.exec(printed);
      if (found) {
        resolve(found[1]);
      }
    });
    child.once('exit', code =>
      reject(new Error(`The local Studio ended with ${code}:\n${printed}`))
    );
  });
}

/** Tests on a local Studio of their own. */
export const test = base.extend<{
  studioWords: string[];
  studioConfig: string[];
  studio: OwnStudio;
  space: Space;
}>({
  /** Further words of the local Studio's command line. */
  studioWords: [[], { option: true }],

  /** Folders with the configuration of a JupyterLab that is not the local Studio's own. */
  studioConfig: [[], { option: true }],

  studio: async ({ studioWords, studioConfig }, use) => {
    const studio = await OwnStudio.start(studioWords, studioConfig);
    try {
      await use(studio);
    } finally {
      await studio.stop();
    }
  },

  baseURL: async ({ studio }, use) => {
    await use(studio.appUrl);
  },

  space: async ({ page }, use) => {
    await use(new Space(page));
  }
});

/**
 * What the browser itself says of a server that is gone for a while, of the kernels it had, and of
 * calls to AWS that its end cut short.
 */
export const SERVER_GONE =
  /ERR_CONNECTION_|status of 50[23] .*\/sagemaker-studio\/aws\/|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|WebSocket|Failed to fetch|status of 404 \(Not Found\) \(\S+\/api\/(kernels|sessions|terminals)\//;
