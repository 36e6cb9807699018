import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IChangeRecord } from './record';

/** The tag of cells that are to be run after a restart. */
const SETUP_TAG = 'setup';
/** Notebooks that are read to see whether there are such cells. */
const MOST_LOOKED_AT = 10;

/** What was brought back, and what could not be. */
export interface IRevived {
  done: string[];
  failed: { path: string; reason: string }[];
}

/** Brings back what a restart has ended: kernels, and what cells tagged `setup` made. */
export class Reviver {
  constructor(private readonly _options: Reviver.IOptions) {}

  /** Kernels of the record that don't run; JupyterLab itself starts those of open documents. */
  async missing(record: IChangeRecord): Promise<IChangeRecord['kernels']> {
    const { app, documents } = this._options;
    const { sessions } = app.serviceManager;
    await app.restored;
    await sessions.refreshRunning();
    const running = new Set([...sessions.running()].map(({ path }) => path));
    return record.kernels.filter(
      ({ path }) => !running.has(path) && !documents.findWidget(path)
    );
  }

  /** Start the kernels that ran and don't any more. */
  async restartKernels(record: IChangeRecord): Promise<IRevived> {
    const { sessions } = this._options.app.serviceManager;
    return each(await this.missing(record), async kernel => {
      const { path, type, kernelName } = kernel;
      const session = await sessions.startNew({
        path,
        type,
        name: path,
        kernel: { name: kernelName }
      });
      // Only this connection ends; the kernel runs on until a tab connects.
      session.dispose();
    });
  }

  /** Whether a notebook that had a kernel has cells tagged `setup`; false where that can't be read. */
  async hasSetup(record: IChangeRecord): Promise<boolean> {
    const { contents } = this._options.app.serviceManager;
    const found = await Promise.all(
      notebooksOf(record)
        .slice(0, MOST_LOOKED_AT)
        .map(async ({ path }) => {
          const { content } = await contents.get(path, { content: true });
          return (content as INotebookContent).cells.some(({ metadata }) =>
            isSetup(metadata.tags)
          );
        })
        .map(looking => looking.catch(() => false))
    );
    return found.includes(true);
  }

  /** Run the cells tagged `setup` of all notebooks that had a kernel. */
  async runSetup(record: IChangeRecord): Promise<IRevived> {
    const { trans } = this._options;
    const revived = await each(
      notebooksOf(record),
      async ({ path, kernelName }) => {
        const panel = await this._panel(path);
        const cells = panel.content.widgets.filter(cell => {
          return isSetup(cell.model.getMetadata('tags'));
        });
        if (cells.length === 0) {
          return false;
        }
        const { sessionContext } = panel;
        await sessionContext.ready;
        if (!sessionContext.session?.kernel) {
          await sessionContext.changeKernel({ name: kernelName });
        }
        if (
          !(await NotebookActions.runCells(
            panel.content,
            cells,
            sessionContext
          ))
        ) {
          throw new Error(trans.__('A cell failed; see the notebook.'));
        }
        return true;
      }
    );
    return revived;
  }

  private async _panel(path: string): Promise<NotebookPanel> {
    const { documents, trans } = this._options;
    const widget = documents.openOrReveal(path);
    if (!(widget instanceof NotebookPanel)) {
      throw new Error(trans.__('It does not open as a notebook.'));
    }
    await widget.context.ready;
    await widget.revealed;
    return widget;
  }
}

export namespace Reviver {
  export interface IOptions {
    app: JupyterFrontEnd;
    documents: IDocumentManager;
    trans: TranslationBundle;
  }
}

function notebooksOf(record: IChangeRecord): IChangeRecord['kernels'] {
  return record.kernels.filter(
    ({ type, path }) => type === 'notebook' && path.endsWith('.ipynb')
  );
}

function isSetup(tags: unknown): boolean {
  return Array.isArray(tags) && tags.includes(SETUP_TAG);
}

/** One after the other; a failure of one keeps none of the others from it. */
async function each<T extends { path: string }>(
  items: readonly T[],
  act: (item: T) => Promise<boolean | void>
): Promise<IRevived> {
  const revived: IRevived = { done: [], failed: [] };
  for (const item of items) {
    try {
      if ((await act(item)) !== false) {
        revived.done.push(item.path);
      }
    } catch (error) {
      revived.failed.push({
        path: item.path,
        reason: error instanceof Error ? error.message : String(error)
      });
    }
  }
  return revived;
}
