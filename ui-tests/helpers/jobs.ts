import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** What a person sees and does with notebook jobs. */
export class Jobs {
  constructor(readonly page: IJupyterLabPageFixture) {
    this.form = new JobForm(page);
    this.list = new JobsList(page);
  }

  readonly form: JobForm;
  readonly list: JobsList;

  /** Double-click a notebook in the file browser's folder and press *Run as job*. */
  async runFromToolbar(notebook: string): Promise<JobForm> {
    await this.openFile(notebook);
    await this.notebook.getByRole('button', { name: 'Run as job' }).click();
    await this.form.ready();
    return this.form;
  }

  /** A file in the file browser's folder. */
  file(name: string): Locator {
    return this.page.getByRole('listitem', { name: `Name: ${name}` });
  }

  /** Double-click a file in the file browser's folder. */
  async openFile(name: string): Promise<void> {
    await this.file(name).dblclick();
  }

  /** The tab of one job. */
  detail(displayName: string): JobDetail {
    return new JobDetail(this.page, displayName);
  }

  /** Notifications that hold a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.Toastify__toast', { hasText: text });
  }

  /** The notebook in front. */
  get notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible');
  }

  /** The HTML page in front. */
  get htmlPage(): Locator {
    return this.page
      .frameLocator('.jp-HTMLViewer:visible iframe')
      .locator('body');
  }

  /** Open the sidebar with the short list. */
  async openSidebar(): Promise<JobsList> {
    await this.page.sidebar.openTab('jupyterlab-sagemaker-studio');
    return this.list;
  }

  /** Id of the tab in front as JupyterLab has saved it; it saves with some delay. */
  savedTab(): Promise<string> {
    return this.page.evaluate(async () => {
      const { serviceManager } = window.galata.app;
      const { data } = await serviceManager.workspaces.fetch('default');
      const layout = data['layout-restorer:data'] as
        { main?: { current?: string } } | undefined;
      return layout?.main?.current ?? '';
    });
  }

  /** Press a button of a dialog. */
  async answer(button: string): Promise<void> {
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: button })
      .click();
  }
}

/** The form *Run a notebook as a job* in front. */
export class JobForm {
  constructor(private readonly _page: IJupyterLabPageFixture) {}

  get node(): Locator {
    return this._page.locator('.jp-SageMakerStudio-JobForm:visible');
  }

  get name(): Locator {
    return this.node.getByLabel('Name', { exact: true });
  }

  get submitButton(): Locator {
    return this.node.getByRole('button', { name: 'Submit' });
  }

  get cancelButton(): Locator {
    return this.node.getByRole('button', { name: 'Cancel' });
  }

  /** The card that says why a job was not submitted. */
  get error(): Locator {
    return this.node.getByRole('alert');
  }

  /** One of the facts on that card. */
  fact(name: string): Locator {
    return this.error.locator('dt', { hasText: name }).locator('+ dd');
  }

  parameter(name: string): Locator {
    return this.node.getByLabel(`Value of ${name}`, { exact: true });
  }

  variable(name: string): Locator {
    return this.node.getByLabel(`Value of ${name}`, { exact: true });
  }

  /** Wait until the notebook was read. */
  async ready(): Promise<void> {
    await expect(this.node).toBeVisible();
    await expect(this.submitButton).toBeEnabled();
  }

  /** Add extra files of the notebook's folder through the file dialog. */
  async addFile(name: string): Promise<void> {
    await this.node.getByRole('button', { name: 'Add files…' }).click();
    const dialog = this._page.getByRole('dialog');
    await dialog.getByRole('listitem', { name: `Name: ${name}` }).click();
    await dialog.getByRole('button', { name: 'Select' }).click();
    await expect(
      this.node.getByRole('list', { name: 'Extra files' })
    ).toContainText(name);
  }

  /**
   * Add many rows as one would by hand, within the page: for each a press of the button, a name and,
   * for a variable, a value.
   *
   * @param what - of which there are as many rows as `first` - 1.
   */
  async addRows(
    what: 'parameter' | 'variable',
    first: number,
    rows: ReadonlyArray<readonly [name: string, value?: string]>
  ): Promise<void> {
    await this.node.evaluate(
      async (form, { what, first, rows }) => {
        const find = async <T extends Element>(selector: string) => {
          for (;;) {
            const found = form.querySelector<T>(selector);
            if (found) {
              return found;
            }
            await new Promise(requestAnimationFrame);
          }
        };
        const type = async (label: string, text: string) => {
          const input = await find<HTMLInputElement>(`[aria-label="${label}"]`);
          // React notes only what is set past its own setter.
          const prototype = Object.getPrototypeOf(input) as object;
          Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(
            input,
            text
          );
          input.dispatchEvent(new Event('input', { bubbles: true }));
        };
        const button = Array.from(form.querySelectorAll('button')).find(
          ({ textContent }) => textContent === `Add a ${what}`
        );
        for (const [index, [name, value]] of rows.entries()) {
          button?.click();
          await type(`Name of ${what} ${first + index}`, name);
          if (value !== undefined) {
            await type(`Value of ${name}`, value);
          }
        }
      },
      { what, first, rows }
    );
  }

  async addVariable(name: string, value: string): Promise<void> {
    const rows = this.node.getByLabel(/^Name of variable \d+$/);
    const count = await rows.count();
    await this.node.getByRole('button', { name: 'Add a variable' }).click();
    await rows.nth(count).fill(name);
    await this.variable(name).fill(value);
  }
}

/** The short list in the sidebar. */
export class JobsList {
  constructor(private readonly _page: IJupyterLabPageFixture) {}

  get node(): Locator {
    return this._page.locator('.jp-SageMakerStudio-JobsListPanel:visible');
  }

  /** Wait until the list was read. */
  async ready(): Promise<void> {
    await expect(
      this.node
        .getByRole('list', { name: 'Newest notebook jobs' })
        .or(this.node.getByText('No notebook jobs yet'))
    ).toBeVisible();
  }

  row(displayName: string): Locator {
    return this.node.getByRole('listitem').filter({
      has: this._page.getByRole('button', { name: displayName, exact: true })
    });
  }
}

/** The tab of one job. */
export class JobDetail {
  constructor(
    private readonly _page: IJupyterLabPageFixture,
    readonly displayName: string
  ) {}

  get node(): Locator {
    return this._page.getByRole('region', { name: `Job ${this.displayName}` });
  }

  get status(): Locator {
    return this.node.getByRole('status').first();
  }

  get log(): Locator {
    return this.node.getByRole('log');
  }

  /** Lines of the log so far. */
  async lines(): Promise<number> {
    const count = this.node.locator('.jp-SageMakerStudio-LogView-count');
    return parseInt((await count.textContent()) ?? '', 10);
  }

  get progress(): Locator {
    return this.node.getByRole('progressbar', { name: 'Cells executed' });
  }

  button(name: string): Locator {
    return this.node.getByRole('button', { name, exact: true });
  }

  /** The value a parameter of the job was set to. */
  parameter(name: string): Locator {
    return this.node
      .getByRole('region', { name: 'Parameters' })
      .locator('dt', { hasText: name })
      .locator('+ dd');
  }

  /** The job's training job, as SageMaker names it. */
  async trainingJob(): Promise<string> {
    const fact = this.node.locator('dt', { hasText: 'Training job' });
    return (await fact.locator('+ dd').innerText()).trim();
  }
}
