import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** What a person sees and does with the space. */
export class Space {
  constructor(readonly page: IJupyterLabPageFixture) {
    this.dialog = new ChangeDialog(page.getByRole('dialog'));
  }

  /** The dialog with the plan of changes. */
  readonly dialog: ChangeDialog;

  /** The item of the status bar. */
  get statusItem(): Locator {
    return this.page.getByRole('button', { name: /^SageMaker space:/ });
  }

  /** The section of the sidebar. */
  get section(): Locator {
    return this.page.getByRole('region', { name: 'Space Section' });
  }

  /** What covers the page while the space is away. */
  get progress(): Locator {
    return this.page.locator('.jp-SageMakerStudio-Overlay');
  }

  /** Notifications that hold a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.Toastify__toast', { hasText: text });
  }

  /** One of the person's spaces, in the list of the section. */
  row(name: string): Locator {
    return this.section
      .getByRole('list', { name: 'Spaces' })
      .getByRole('listitem')
      .filter({ hasText: name });
  }

  /** The value of a fact in the section. */
  fact(name: string): Locator {
    return this.section
      .getByRole('term')
      .filter({ hasText: new RegExp(`^${name}$`) })
      .locator('+ dd');
  }

  /** Choose an entry of the status bar item's menu. */
  async chooseFromStatusBar(entry: string): Promise<void> {
    await this.statusItem.click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  async openSection(): Promise<Locator> {
    await this.page.sidebar.openTab('jupyterlab-sagemaker-studio');
    await expect(this.section).toBeVisible();
    return this.section;
  }

  /** Open the list of the person's spaces. */
  async openSpaces(): Promise<void> {
    await this.openSection();
    await this.section.getByText('My spaces', { exact: true }).click();
  }

  /** Run a command as the palette does. */
  async run(command: string): Promise<void> {
    const input = this.page.locator('#modal-command-palette input');
    const item = this.page
      .locator('.lm-CommandPalette-item', { hasText: command })
      .first();
    // Keys pressed while JupyterLab moves the focus are lost.
    await expect(async () => {
      if (!(await input.isVisible())) {
        await this.page.keyboard.press('Control+Shift+C');
        await expect(input).toBeVisible({ timeout: 2_000 });
      }
      await input.fill(command);
      await expect(item).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await item.click();
  }
}

/** The dialog with the plan of changes. */
export class ChangeDialog {
  constructor(readonly node: Locator) {}

  /** The field of a setting. */
  field(setting: string): Locator {
    return this.node.getByLabel(setting, { exact: true });
  }

  /** A line of the checks. */
  check(text: string | RegExp): Locator {
    return this.node
      .getByRole('list', { name: 'Checks' })
      .getByRole('listitem')
      .filter({ hasText: text })
      .first();
  }

  button(name: string): Locator {
    return this.node.getByRole('button', { name, exact: true });
  }

  async chooseInstance(type: string): Promise<void> {
    await this.field('Instance type').fill(type);
    await this.field('Instance type').press('Tab');
  }
}
