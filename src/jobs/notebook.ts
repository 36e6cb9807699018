import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type * as nbformat from '@jupyterlab/nbformat';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { StudioError, toStudioError } from '../core/errors';
import { fileExists } from './files';
import type { INotebookParameter } from './parameters';
import {
  PARAMETERS_TAG,
  convertedNames,
  parametersCellIndex,
  parseParameters
} from './parameters';
import { findVariables } from './variables';

/** A code cell that could hold the parameters. */
export interface ICellChoice {
  /** Position in the notebook, from 0. */
  index: number;
  /** Its first line that isn't blank. */
  summary: string;
}

/** What the form has to know of a notebook. */
export interface INotebookInfo {
  /** Name of its kernel, if it says so. */
  kernelName?: string;
  /** The kernel as people call it, as the notebook has it. */
  kernelDisplayName?: string;
  /** Language of the notebook, lower case; empty if it says nothing. */
  language: string;
  /** Whether a cell is tagged `parameters`. */
  hasParametersCell: boolean;
  parameters: INotebookParameter[];
  /** Parameters the notebook converts from text itself. */
  converted: Set<string>;
  /** Names of the environment variables it reads. */
  variables: string[];
  cells: ICellChoice[];
  /** Index of the cell that is active in the open notebook, if it is a code cell. */
  activeCell?: number;
}

/** Reads notebooks, open or not, and tags their cells. */
export interface INotebookSource {
  /** @throws StudioError - `NotebookMissing`, `NotebookUnreadable` or the server's own. */
  read(path: string): Promise<INotebookInfo>;
  /** Read the copy an earlier job ran, by the address of its input in S3 and its file name. */
  readCopy(inputUri: string, name: string): Promise<INotebookInfo>;
  /** Whether the file is there; false only if the server says that it isn't. */
  exists(path: string): Promise<boolean>;
  /** Whether it is open with changes that aren't saved. */
  isDirty(path: string): boolean;
  save(path: string): Promise<void>;
  /** Tag a cell `parameters`, opening the notebook if need be; call the result to undo. */
  tagCell(path: string, index: number): Promise<() => void>;
}

/** Notebooks of this JupyterLab: the open document if there is one, else the file. */
export class NotebookSource implements INotebookSource {
  constructor(options: NotebookSource.IOptions) {
    this._contents = options.contents;
    this._readObject = options.readObject;
    this._documents = options.documents;
    this._shell = options.shell;
    this._tracker = options.tracker;
    this._trans = options.trans;
  }

  async read(path: string): Promise<INotebookInfo> {
    const panel = this._panel(path);
    if (panel) {
      await panel.context.ready;
      const model = panel.content.model;
      if (model) {
        return readNotebook(
          model.toJSON() as nbformat.INotebookContent,
          panel.content.activeCellIndex
        );
      }
    }
    return readNotebook(await this._fetch(path));
  }

  async readCopy(inputUri: string, name: string): Promise<INotebookInfo> {
    const content = await this._readObject(
      `${inputUri.replace(/\/+$/, '')}/${name}`
    );
    if (!Private.isNotebook(content)) {
      throw Private.unreadable(name, this._trans);
    }
    return readNotebook(content);
  }

  exists(path: string): Promise<boolean> {
    return fileExists(this._contents, path);
  }

  isDirty(path: string): boolean {
    return this._panel(path)?.context.model.dirty ?? false;
  }

  async save(path: string): Promise<void> {
    try {
      await this._panel(path)?.context.save();
    } catch (error) {
      throw toStudioError(error, 'PUT contents');
    }
  }

  async tagCell(path: string, index: number): Promise<() => void> {
    const panel = this._panel(path) ?? (await this._open(path));
    const cell = panel.content.model?.cells.get(index);
    if (!cell) {
      throw new StudioError({
        code: 'CellMissing',
        message: this._trans.__(
          'The notebook has no cell %1 any more.',
          index + 1
        )
      });
    }
    const before: unknown = cell.getMetadata('tags');
    const tags = Array.isArray(before) ? before.map(String) : [];
    if (tags.includes(PARAMETERS_TAG)) {
      return () => undefined;
    }
    cell.setMetadata('tags', [...tags, PARAMETERS_TAG]);
    return () => {
      // Only our tag goes; others may have been set meanwhile.
      const now: unknown = cell.getMetadata('tags');
      const rest = (Array.isArray(now) ? now.map(String) : []).filter(
        tag => tag !== PARAMETERS_TAG
      );
      if (rest.length > 0 || before !== undefined) {
        cell.setMetadata('tags', rest);
      } else {
        cell.deleteMetadata('tags');
      }
    };
  }

  private _panel(path: string): NotebookPanel | undefined {
    return this._tracker?.find(
      panel => panel.context.path === path && !panel.isDisposed
    );
  }

  private async _open(path: string): Promise<NotebookPanel> {
    const inFront = this._shell.currentWidget;
    const widget = this._documents.openOrReveal(path, 'Notebook', undefined, {
      activate: false
    });
    await widget?.context.ready;
    if (inFront && this._shell.currentWidget !== inFront) {
      // JupyterLab 4.4 brings it to the front all the same.
      this._shell.activateById(inFront.id);
    }
    const panel = this._panel(path);
    if (!panel) {
      throw Private.unreadable(path, this._trans);
    }
    return panel;
  }

  private async _fetch(path: string): Promise<nbformat.INotebookContent> {
    let model: Contents.IModel;
    try {
      model = await this._contents.get(path, { content: true });
    } catch (error) {
      throw Private.isNotFound(error)
        ? notebookMissing(path, this._trans)
        : toStudioError(error, 'GET contents');
    }
    if (model.type !== 'notebook' || !Private.isNotebook(model.content)) {
      throw Private.unreadable(path, this._trans);
    }
    return model.content;
  }

  private readonly _contents: Contents.IManager;
  private readonly _readObject: (uri: string) => Promise<unknown>;
  private readonly _documents: IDocumentManager;
  private readonly _shell: JupyterFrontEnd.IShell;
  private readonly _tracker: INotebookTracker | null;
  private readonly _trans: TranslationBundle;
}

export namespace NotebookSource {
  export interface IOptions {
    contents: Contents.IManager;
    /** Reads a JSON object in S3. */
    readObject: (uri: string) => Promise<unknown>;
    documents: IDocumentManager;
    shell: JupyterFrontEnd.IShell;
    tracker: INotebookTracker | null;
    trans: TranslationBundle;
  }
}

/** The error for a notebook that was moved or deleted. */
export function notebookMissing(
  path: string,
  trans: TranslationBundle
): StudioError {
  return new StudioError({
    code: 'NotebookMissing',
    message: trans.__('There is no notebook at “%1” any more.', path),
    hint: trans.__(
      'It was moved, renamed or deleted. Put it back, or open it where it is now and press “Run as job” there; what you typed here stays until you close this form.'
    )
  });
}

/** What the form has to know, out of a notebook's JSON. */
export function readNotebook(
  content: nbformat.INotebookContent,
  activeIndex?: number
): INotebookInfo {
  const { cells, metadata } = content;
  const kernel = metadata.kernelspec;
  const language = String(
    metadata.language_info?.name ?? kernel?.language ?? ''
  ).toLowerCase();
  const isPython = language === '' || language.includes('python');
  const tagged = parametersCellIndex(cells);
  const source = (cell: nbformat.ICell) =>
    Array.isArray(cell.source) ? cell.source.join('') : cell.source;
  const choices = cells
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.cell_type === 'code')
    .map(({ cell, index }) => ({
      index,
      summary: (source(cell).match(/\S.*/)?.[0] ?? '').slice(0, 80)
    }));
  const code = choices.map(({ index }) => source(cells[index])).join('\n');
  return {
    kernelName: kernel?.name,
    kernelDisplayName: kernel?.display_name,
    language,
    hasParametersCell: tagged >= 0,
    parameters:
      tagged >= 0 && isPython ? parseParameters(source(cells[tagged])) : [],
    converted: isPython ? convertedNames(code) : new Set(),
    variables: findVariables(code),
    cells: choices,
    ...(choices.some(({ index }) => index === activeIndex)
      ? { activeCell: activeIndex }
      : {})
  };
}

namespace Private {
  export function isNotFound(error: unknown): boolean {
    return (
      error instanceof ServerConnection.ResponseError &&
      error.response.status === 404
    );
  }

  export function isNotebook(
    content: unknown
  ): content is nbformat.INotebookContent {
    return (
      typeof content === 'object' &&
      content !== null &&
      'cells' in content &&
      Array.isArray(content.cells)
    );
  }

  export function unreadable(
    path: string,
    trans: TranslationBundle
  ): StudioError {
    return new StudioError({
      code: 'NotebookUnreadable',
      message: trans.__('“%1” can’t be read as a notebook.', path),
      hint: trans.__('Open it in JupyterLab to see what is wrong with it.')
    });
  }
}
