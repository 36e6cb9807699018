import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

export const GIT_HOST = 'git.local-studio.test';

/** The account at the local Studio's Git host. */
export function gitAccount(): { user: string; token: string } {
  const program =
    'from sagemaker_studio_local.git import USER, TOKEN; print(USER, TOKEN)';
  const [user, token] = execFileSync(
    process.env.UI_TEST_PYTHON ?? '',
    ['-c', program],
    { encoding: 'utf8' }
  )
    .trim()
    .split(' ');
  return { user, token };
}

/** What a person sees and does with repositories. */
export class Repositories {
  constructor(readonly page: IJupyterLabPageFixture) {}

  /** The section of the sidebar. */
  get section(): Locator {
    return this.page.getByRole('region', { name: 'Repositories Section' });
  }

  /** Notifications that hold a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.Toastify__toast', { hasText: text });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** One of the suggested repositories, by its name. */
  row(name: string): Locator {
    return this.section
      .getByRole('list', { name: 'Suggested repositories' })
      .locator(':scope > li')
      .filter({ hasText: name });
  }

  async open(): Promise<void> {
    const { page } = this;
    await page.sidebar.openTab('jupyterlab-sagemaker-studio');
    if (!(await this.section.isVisible())) {
      await page.getByRole('heading', { name: 'Repositories Section' }).click();
    }
    await expect(this.section).toBeVisible();
  }

  /** Open the dialog for cloning a suggested repository, into a folder. */
  async clone(name: string, directory: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: `Clone “${name}”` })
      .click();
    // JupyterLab moves the focus when the dialog is drawn.
    await expect(
      this.dialog.getByLabel('Address of the repository')
    ).toBeFocused();
    await this.dialog.getByLabel('New folder').fill(directory);
  }

  /** Press a button of the dialog. */
  async answer(button: string): Promise<void> {
    await this.dialog
      .locator('.jp-Dialog-footer')
      .getByRole('button', { name: button, exact: true })
      .click();
  }
}

/** Command lines of all processes of this machine that hold a text. */
export function processesWith(text: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(id => {
      try {
        const words = fs.readFileSync(`/proc/${id}/cmdline`, 'utf8');
        const variables = fs.readFileSync(`/proc/${id}/environ`, 'utf8');
        return words.includes(text) || variables.includes(text) ? [words] : [];
      } catch {
        return []; // It has just ended, or is another user's.
      }
    });
}
