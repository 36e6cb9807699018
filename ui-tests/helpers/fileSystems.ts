import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** What a person sees and does with file systems. */
export class FileSystems {
  constructor(readonly page: IJupyterLabPageFixture) {}

  /** The section of the sidebar. */
  get section(): Locator {
    return this.page.getByRole('region', { name: 'File systems Section' });
  }

  /** One file system, by its name tag. */
  row(name: string): Locator {
    return this.section.getByRole('listitem').filter({
      has: this.page.getByText(name, { exact: true })
    });
  }

  async open(): Promise<void> {
    const { page } = this;
    await page.sidebar.openTab('jupyterlab-sagemaker-studio');
    if (!(await this.section.isVisible())) {
      await page.getByRole('heading', { name: 'File systems Section' }).click();
    }
    await expect(this.section).toBeVisible();
  }

  /** Press a button of a file system, by its spoken name. */
  async press(name: string, button: string | RegExp): Promise<void> {
    await this.row(name).getByRole('button', { name: button }).click();
  }
}
