import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

import { test as base } from './fixtures';
import { freePort } from './ports';

const BASE_URL = '/jupyterlab/default/';

/** How a server of a test differs from one that knows nothing of AWS. */
export interface IServerOptions {
  /** Variables of its environment. */
  serverEnvironment: Record<string, string>;
  /** Further words of its command line. */
  serverArguments: string[];
}

/** A JupyterLab of the test's own, without AWS unless the test gives it some. */
export class OwnServer {
  /** Its home folder, which JupyterLab shows. */
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'jupyterlab-without-'));

  /** Where it answers, as Playwright's `baseURL`. */
  get url(): string {
    return `http://127.0.0.1:${this._port}${BASE_URL.slice(0, -1)}`;
  }

  /** Start it; once more on the same port, with what it left on the disk. */
  async start(options: IServerOptions): Promise<void> {
    this._port ||= await freePort();
    this._process = spawn(
      process.env.UI_TEST_PYTHON ?? '',
      [
        ...['-m', 'jupyterlab', '--no-browser', '--allow-root'],
        ...['--ServerApp.ip=127.0.0.1', `--ServerApp.port=${this._port}`],
        ...['--ServerApp.port_retries=0', '--IdentityProvider.token='],
        `--ServerApp.base_url=${BASE_URL}`,
        `--ServerApp.root_dir=${this.home}`,
        ...options.serverArguments
      ],
      {
        cwd: this.home,
        env: {
          ...Private.environment(this.home),
          ...options.serverEnvironment
        },
        stdio: ['ignore', 'ignore', 'pipe']
      }
    );
    this._process.stderr?.on('data', data => this._log.push(String(data)));
    await this._answer(Date.now() + 60_000);
  }

  /** End it as `kill -9` does: nothing in it gets to say good-bye. */
  async kill(): Promise<void> {
    const child = this._process;
    if (child && !this._hasEnded) {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
  }

  async stop(): Promise<void> {
    const child = this._process;
    if (child && !this._hasEnded) {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(timer);
    }
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  /** Write a file below the home folder. */
  write(file: string, text: string): void {
    const target = path.join(this.home, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }

  private async _answer(deadline: number): Promise<void> {
    for (;;) {
      const answer = await fetch(`${this.url}/api`).catch(() => null);
      if (answer?.ok) {
        return;
      }
      if (this._hasEnded || Date.now() > deadline) {
        throw new Error(`JupyterLab did not start:\n${this._log.join('')}`);
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  private get _hasEnded(): boolean {
    const child = this._process;
    return !child || child.exitCode !== null || child.signalCode !== null;
  }

  private _port = 0;
  private _process: ChildProcess | null = null;
  private readonly _log: string[] = [];
}

/** Tests against a JupyterLab of their own instead of the local Studio's. */
export const test = base.extend<IServerOptions & { server: OwnServer }>({
  serverEnvironment: [{}, { option: true }],
  serverArguments: [[], { option: true }],

  server: async ({ serverEnvironment, serverArguments }, use) => {
    const server = new OwnServer();
    try {
      await server.start({ serverEnvironment, serverArguments });
      await use(server);
    } finally {
      await server.stop();
    }
  },

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  tmpPath: async ({ server }, use) => {
    fs.mkdirSync(path.join(server.home, 'work'));
    await use('work');
  }
});

namespace Private {
  /** Ours, without what would lead to AWS or to somebody's own configuration. */
  export function environment(home: string): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(AWS|SAGEMAKER|JUPYTER|XDG)_|METADATA/.test(name)
    );
    return {
      ...Object.fromEntries(kept),
      HOME: home,
      JUPYTER_CONFIG_PATH: path.join(__dirname, '..', 'config'),
      RESOURCE_METADATA_FILE: path.join(home, 'no-metadata.json'),
      AWS_EC2_METADATA_DISABLED: 'true'
    };
  }
}
