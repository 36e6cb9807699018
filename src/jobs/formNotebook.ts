import { toStudioError } from '../core/errors';
import type { Loadable } from '../core/loadable';
import { latest } from '../core/loadable';
import type { IJobForm } from './formState';
import type { INotebookInfo, INotebookSource } from './notebook';
import type { IKernelChoice } from './validation';

/** The notebook of a form: what is in it, and the tag of its parameters. */
export class FormNotebook {
  constructor(
    private readonly _notebooks: INotebookSource,
    private readonly _path: string
  ) {}

  get state(): Loadable<INotebookInfo> {
    return this._state;
  }

  /** Whether there is a tag that can be taken away again. */
  get canUndoTag(): boolean {
    return this._undoTag !== null;
  }

  /** Say that it is read, until {@link read} has ended. */
  begin(): void {
    this._state = { phase: 'loading', previous: latest(this._state) };
  }

  /** Read it, or an earlier job's copy of it; undefined where that fails, as the state says. */
  async read(form: IJobForm): Promise<INotebookInfo | undefined> {
    const { snapshotUri, snapshotNotebook } = form;
    try {
      const value = snapshotUri
        ? await this._notebooks.readCopy(snapshotUri, snapshotNotebook)
        : await this._notebooks.read(this._path);
      this._state = { phase: 'ready', value, at: Date.now() };
      return value;
    } catch (thrown) {
      this._state = {
        phase: 'failed',
        error: toStudioError(thrown),
        previous: latest(this._state)
      };
      return undefined;
    }
  }

  /** Tag a cell `parameters`. */
  async tag(index: number): Promise<void> {
    this._undoTag = await this._notebooks.tagCell(this._path, index);
  }

  /** Take the tag away again that {@link tag} has set. */
  undoTag(): void {
    this._undoTag?.();
    this._undoTag = null;
  }

  private _state: Loadable<INotebookInfo> = { phase: 'idle' };
  private _undoTag: (() => void) | null = null;
}

/** The kernel a notebook asks for, if it is installed; the default one where it asks for none. */
export function chooseKernel(
  { kernelName }: INotebookInfo,
  kernels: ReadonlyArray<IKernelChoice>
): string {
  const named = kernels.find(kernel => kernel.name === kernelName);
  // An unknown kernel stays unchosen: silently running another one misleads.
  return named ? named.name : kernelName ? '' : (kernels[0]?.name ?? '');
}
