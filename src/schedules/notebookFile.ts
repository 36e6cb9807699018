import type { Contents } from '@jupyterlab/services';

import type { IJobDefinitionDetails } from '../tokens';

/** How the notebook of today stands to the one that was scheduled. */
export type NotebookState = 'same' | 'edited' | 'missing' | 'unknown';

/** Reads notebooks to tell whether they are what was scheduled. */
export interface INotebookFiles {
  /** SHA-256 of a file, hexadecimal; undefined where it can't be told. */
  hash(path: string): Promise<string | undefined>;
  compare(definition: IJobDefinitionDetails): Promise<NotebookState>;
}

/** Notebooks as the contents API gives them: saved, whoever saved them. */
export class NotebookFiles implements INotebookFiles {
  constructor(private readonly _contents: Contents.IManager) {}

  async hash(path: string): Promise<string | undefined> {
    try {
      const found = await this._contents.get(path, {
        content: true,
        format: 'text',
        type: 'file'
      });
      return typeof found.content === 'string'
        ? await sha256(found.content)
        : undefined;
    } catch {
      return undefined;
    }
  }

  async compare(definition: IJobDefinitionDetails): Promise<NotebookState> {
    const { notebookPath, notebookHash } = definition;
    if (!notebookPath || !notebookHash) {
      return 'unknown';
    }
    const present = await this.hash(notebookPath);
    if (present !== undefined) {
      return present === notebookHash ? 'same' : 'edited';
    }
    return (await this._isMissing(notebookPath)) ? 'missing' : 'unknown';
  }

  private async _isMissing(path: string): Promise<boolean> {
    try {
      await this._contents.get(path, { content: false });
      return false;
    } catch (error) {
      return (
        (error as { response?: { status?: number } }).response?.status === 404
      );
    }
  }
}

/** Undefined where the page is not served safely, as browsers hash only there. */
async function sha256(text: string): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle?.digest('SHA-256', bytes);
  return (
    digest &&
    Array.from(new Uint8Array(digest), byte =>
      byte.toString(16).padStart(2, '0')
    ).join('')
  );
}
