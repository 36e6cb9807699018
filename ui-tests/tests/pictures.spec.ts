import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator, PageScreenshotOptions } from '@playwright/test';

import { DEFAULT_SETTINGS, expect } from '../helpers/fixtures';
import { FileSystems } from '../helpers/fileSystems';
import { runFromFileBrowser, writeNotebook } from '../helpers/notebookFiles';
import { SERVER_GONE, test } from '../helpers/ownStudio';
import { Repositories } from '../helpers/repositories';

// The pictures of the documentation: UPDATE_DOCS_IMAGES=1 playwright test … -g pictures
if (process.env.UPDATE_DOCS_IMAGES === '1') {
  test.describe('pictures', () => {
    test.use({
      autoGoto: false,
      expectedConsole: SERVER_GONE,
      mockSettings: DEFAULT_SETTINGS
    });

    test('of notebook jobs', async ({ page, jobs, studio }) => {
      test.setTimeout(600_000);
      /** Put the tab in front beside another one that stays on the left. */
      const splitFrom = (selector: string) =>
        page.evaluate(leftSelector => {
          const { shell } = window.jupyterapp;
          const widgets = Array.from(shell.widgets('main'));
          const left = widgets.find(each => each.node.matches(leftSelector));
          const right = shell.currentWidget;
          if (left && right) {
            shell.add(right, 'main', { mode: 'split-right', ref: left.id });
            shell.activateById(right.id);
          }
        }, selector);

      await seedJobs(studio.url, 9);
      await page.goto();
      await hideNotifications(page);
      const run = async (
        notebook: string,
        name: string,
        parameters: Record<string, string>
      ) => {
        await page.sidebar.openTab('filebrowser');
        const form = await jobs.runFromToolbar(notebook);
        await form.name.fill(name);
        for (const [parameter, value] of Object.entries(parameters)) {
          await form.parameter(parameter).fill(value);
        }
        return form;
      };

      const failing = await run(
        'fails-on-purpose.ipynb',
        'Check the stock',
        {}
      );
      await failing.submitButton.click();
      const failed = jobs.detail('Check the stock');
      await expect(failed.status).toHaveText('Failed', { timeout: 90_000 });
      await expect(failed.log).toContainText('KeyError');
      await page.sidebar.close('left');
      await picture(page, 'job-failed');
      await page.activity.closeAll();

      const training = await run(
        'train-a-small-model.ipynb',
        'Train with 500 epochs',
        { epochs: '500', learning_rate: '0.25' }
      );
      await training.addVariable('STAGE', 'test');
      await page.sidebar.close('left');
      await splitFrom('.jp-NotebookPanel');
      await training.node.evaluate(node => {
        node.parentElement?.scrollTo(0, 0);
        (document.activeElement as HTMLElement | null)?.blur();
      });
      await picture(page, 'job-form');
      await training.submitButton.click();
      await expect(jobs.detail('Train with 500 epochs').status).toHaveText(
        'Completed',
        { timeout: 90_000 }
      );
      await page.activity.closeAll();

      const long = await run('long-running.ipynb', 'Watch it work', {
        seconds: '60',
        step: '1'
      });
      await long.submitButton.click();
      const running = jobs.detail('Watch it work');
      await expect(running.status).toHaveText('Running', { timeout: 60_000 });
      await page.sidebar.close('left');
      await splitFrom('.jp-NotebookPanel');
      await expect(running.progress).toHaveAttribute(
        'aria-valuetext',
        /^[5-8] of 10 cells$/,
        { timeout: 90_000 }
      );
      await picture(page, 'job-running');
      await page.theme.setDarkTheme();
      await picture(page, 'job-running-dark');
      await page.theme.setLightTheme();
      await jobs.openSidebar();
      await page.menu.clickMenuItem('File>Notebook jobs');
      const table = page.locator('#jp-sagemaker-studio-all-jobs');
      await expect(table).toContainText('Watch it work');
      await page.evaluate(() => {
        const { shell } = window.jupyterapp;
        const list = Array.from(shell.widgets('main')).find(
          each => each.id === 'jp-sagemaker-studio-all-jobs'
        );
        for (const widget of Array.from(shell.widgets('main'))) {
          if (widget !== list) {
            widget.dispose();
          }
        }
      });
      await expect(table).toContainText('Running');
      await picture(page, 'jobs-list');
    });

    test('of sweeps and schedules', async ({ page, folder }) => {
      test.setTimeout(600_000);
      await page.goto();
      // Where the file browser begins.
      writeNotebook(path.join(folder, '..', 'forecast.ipynb'), [
        { source: 'rate = 0.5\ndepth = 1', tags: ['parameters'] },
        { source: 'rate, depth = float(rate), int(depth)' },
        {
          source:
            'print("loss =", round((rate - 0.2) ** 2 + 0.02 * (depth - 3) ** 2, 3))\n' +
            'print("accuracy =", round(0.97 - abs(rate - 0.2) - 0.05 * abs(depth - 3), 2))'
        }
      ]);
      await hideNotifications(page);
      const sweeping = await runFromFileBrowser(page, 'forecast.ipynb');
      await sweeping.ready();
      await page.sidebar.close('left');
      const { node } = sweeping;
      await sweeping.name.fill('Learning rates');
      await node.getByLabel('Run with several values').check();
      await node.getByLabel('How rate varies').selectOption('list');
      await node
        .getByLabel('Values of rate, separated by commas')
        .fill('0.1, 0.2, 0.3');
      await node.getByLabel('How depth varies').selectOption('list');
      await node
        .getByLabel('Values of depth, separated by commas')
        .fill('2, 3');
      await node.getByLabel('Jobs at once').fill('2');
      await node.getByRole('button', { name: 'Submit 6 jobs' }).click();
      const sweep = page.locator('.jp-SageMakerStudio-SweepView:visible');
      await expect(sweep).toContainText('2 of 6 jobs ended', {
        timeout: 120_000
      });
      await inBothThemes(page, 'sweep', MAIN);
      await expect(sweep).toContainText('6 of 6 jobs ended', {
        timeout: 240_000
      });
      await sweep.getByRole('button', { name: 'Compare' }).click();
      const comparison = page.locator(
        '.jp-SageMakerStudio-RunComparison:visible'
      );
      await expect(comparison.getByRole('columnheader')).toContainText([
        'accuracy'
      ]);
      await expect(comparison.locator('svg, canvas').first()).toBeVisible();
      await inBothThemes(page, 'comparison', MAIN);
      await page.activity.closeAll();

      await page.sidebar.openTab('filebrowser');
      const form = await runFromFileBrowser(page, 'forecast.ipynb');
      await form.ready();
      await page.sidebar.close('left');
      await form.name.fill('Daily forecast');
      await form.node.getByRole('radio', { name: 'On a schedule' }).check();
      await form.node.getByLabel('Time zone').fill('Europe/Lisbon');
      await form.node.getByLabel('Time', { exact: true }).fill('01:30');
      const when = form.node.locator('.jp-SageMakerStudio-When');
      await expect(when).toContainText('Next runs');
      await inBothThemes(page, 'schedule-form', when);
      await form.node
        .getByRole('button', { name: 'Create the job definition' })
        .click();
      const definition = page.locator('.jp-SageMakerStudio-Definition:visible');
      await expect(definition.locator('header')).toContainText('Active');
      await definition.getByRole('button', { name: 'Run now…' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Run now' })
        .click();
      await expect(definition).toContainText('Completed', { timeout: 120_000 });
      await inBothThemes(page, 'definition', MAIN);
    });

    test.describe('in windows of their own sizes', () => {
      // Tall enough for a whole plan.
      test.use({ viewport: { width: 1280, height: 1000 } });

      test('of repositories and file systems', async ({ page }) => {
        test.setTimeout(300_000);
        await page.goto();
        await hideNotifications(page);
        const repositories = new Repositories(page);
        await repositories.open();
        await expect(repositories.row('password-only')).toBeVisible();
        await repositories.clone('machine-readings', 'machine-readings');
        await repositories.answer('Clone');
        await expect(repositories.notification('Cloned into')).toHaveCount(1);
        await repositories.open();
        const clones = repositories.row('machine-readings').getByRole('list');
        await expect(clones).toContainText('nothing changed');
        const files = new FileSystems(page);
        await files.open();
        await expect(files.row('archive')).toContainText('no mount target');
        for (const name of ['Home folder', 'reference-data']) {
          await expect(files.row(name)).toContainText('Mounted');
        }
        for (const name of ['Space Section', 'Notebook jobs Section']) {
          await page.getByRole('heading', { name }).click();
        }
        await repositories.section.evaluate(node =>
          node
            .querySelector('.jp-SageMakerStudio-RepositoriesPanel')
            ?.scrollTo(0, 0)
        );
        await page.mouse.move(600, 500);
        const sidebar = { x: 0, y: 0, width: 640, height: 900 };
        await page.setViewportSize({ width: 640, height: 900 });
        await inBothThemes(page, 'repositories', sidebar);

        await page.getByRole('heading', { name: 'Repositories Sec' }).click();
        await files.section.evaluate(node =>
          node
            .querySelector('.jp-SageMakerStudio-FileSystemsPanel')
            ?.scrollTo(0, 0)
        );
        await inBothThemes(page, 'file-systems', sidebar);

        await page.setViewportSize({ width: 1000, height: 700 });
        await repositories.open();
        await repositories.clone('demand-forecast', 'demand-forecast');
        await expect(
          repositories.dialog.getByLabel('Sign in with')
        ).toBeVisible();
        await inBothThemes(
          page,
          'clone',
          repositories.dialog.locator('.jp-Dialog-content')
        );
      });

      test('of the space', async ({ page, jobs, space }) => {
        test.setTimeout(600_000);
        await page.goto();
        await jobs.openFile('train-a-small-model.ipynb');
        await expect(
          page.getByText('Python 3 (ipykernel) | Idle')
        ).toBeVisible();
        await space.openSection();
        const refresh = space.section.getByRole('button', {
          name: 'Refresh the space'
        });
        await expect(space.fact('Cost so far')).toContainText('about');
        await refresh.click();
        await expect(space.fact('Idle time-out')).toContainText(/\d min left/);
        await page
          .getByRole('heading', { name: 'Notebook jobs Section' })
          .click();
        await space.section.evaluate(node => {
          node.querySelector('.jp-SageMakerStudio-SpacePanel')?.scrollTo(0, 0);
        });
        await page.mouse.move(700, 500);
        await page.setViewportSize({ width: 820, height: 800 });
        await inBothThemes(page, 'space', {
          x: 0,
          y: 0,
          width: 820,
          height: 800
        });
        await page.setViewportSize({ width: 1280, height: 1000 });

        await space.run('Instance catalogue');
        await page.sidebar.close('left');
        const catalogue = page.locator('.jp-SageMakerStudio-CataloguePanel');
        await catalogue.getByRole('searchbox').fill('xlarge a10g');
        await catalogue
          .getByRole('row')
          .filter({ hasText: 'ml.g5.xlarge' })
          .click();
        await expect(
          catalogue.getByRole('button', { name: 'Switch to ml.g5.xlarge…' })
        ).toBeVisible();
        await page.setViewportSize({ width: 1280, height: 620 });
        await picture(page, 'instance-catalogue');
        await page.setViewportSize({ width: 1280, height: 1000 });
        await page.activity.closePanel('Instance catalogue');

        await space.chooseFromStatusBar('Change the instance…');
        const { dialog } = space;
        await dialog.chooseInstance('ml.g5.xlarge');
        await expect(dialog.check('Quota of ml.g5.xlarge')).toBeVisible();
        await dialog.field('Home volume').fill('20');
        await dialog.button('Cancel').focus();
        await inBothThemes(
          page,
          'change-plan',
          dialog.node.locator('.jp-Dialog-content')
        );

        await dialog.button('Switch to ml.g5.xlarge').click();
        await expect(space.progress).toContainText('Old server stopped');
        await picture(
          page,
          'change-progress',
          space.progress.locator('.jp-SageMakerStudio-Progress')
        );
        const report = space.notification('Switched my-space from');
        await expect(report).toBeVisible({ timeout: 120_000 });
        await picture(page, 'change-report', report);
      });
    });
  });
}

/** The main area of a window of the usual size, without status bar and menus. */
const MAIN = { x: 34, y: 28, width: 1332, height: 840 };

type Part = NonNullable<PageScreenshotOptions['clip']>;

/** Into `docs/images`: the window, or a part of it. */
async function picture(
  page: IJupyterLabPageFixture,
  name: string,
  part?: Locator | Part
): Promise<void> {
  const options = {
    path: path.resolve(__dirname, '../../docs/images', `${name}.png`),
    animations: 'disabled' as const
  };
  if (part && 'screenshot' in part) {
    await part.screenshot(options);
  } else {
    await page.screenshot({ ...options, clip: part });
  }
}

/** In light, and in dark as `<name>-dark`. */
async function inBothThemes(
  page: IJupyterLabPageFixture,
  name: string,
  part: Locator | Part
): Promise<void> {
  await picture(page, name, part);
  await page.theme.setDarkTheme();
  await picture(page, `${name}-dark`, part);
  await page.theme.setLightTheme();
}

/** Nothing is to lie over what the pictures show. */
async function hideNotifications(page: IJupyterLabPageFixture): Promise<void> {
  await page.addStyleTag({ content: '.Toastify { display: none; }' });
}

/** Let the local Studio have had jobs before. */
async function seedJobs(studio: string, count: number): Promise<void> {
  const answer = await fetch(`${studio}/_studio/seed-jobs`, {
    method: 'POST',
    body: JSON.stringify({ count })
  });
  expect(answer.ok).toBe(true);
}
