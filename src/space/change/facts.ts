import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';

import { StudioError, toStudioError } from '../../core/errors';
import type { ILocalSpaceApi, ITaskClient, Known } from '../../tokens';
import type { IDirtyDocument, ILabFacts, IRunningKernel } from './findings';

/** An open document, as JupyterLab's document manager keeps it. */
type Context = NonNullable<ReturnType<IDocumentManager['contextForWidget']>>;

/** Milliseconds after which saving one document is given up. */
const SAVE_TIMEOUT = 30_000;

/** What this JupyterLab would lose by a restart, and saving what can be saved. */
export class LabFacts {
  constructor(private readonly _options: LabFacts.IOptions) {}

  /** Emitted when kernels may have become busy or idle. */
  get changed(): ISignal<unknown, unknown> {
    return this._options.app.serviceManager.kernels.runningChanged;
  }

  /** Documents whose changes are not on the disk. */
  documents(): IDirtyDocument[] {
    const { trans } = this._options;
    return this._dirty().map(context => ({
      path: context.path,
      problem: isReadOnly(context) ? trans.__('it is read-only') : undefined
    }));
  }

  /** All that has to be asked for; none of it rejects. */
  async read(): Promise<Omit<ILabFacts, 'documents'>> {
    const [kernels, terminals, tasks, scratch] = await Promise.all([
      this.kernels(),
      this._terminals(),
      settled(this._options.tasks.list()),
      settled(this._scratch())
    ]);
    return { kernels, terminals, tasks, scratch };
  }

  /** Kernels of notebooks and consoles, asked for anew. */
  async kernels(): Promise<Known<IRunningKernel[]>> {
    const { sessions, kernels } = this._options.app.serviceManager;
    const asked = await settled(
      Promise.all([sessions.refreshRunning(), kernels.refreshRunning()])
    );
    return asked.value === null
      ? asked
      : { value: this.knownKernels(), source: asked.source };
  }

  /**
   * Kernels of notebooks and consoles as JupyterLab knows them now.
   *
   * #### Notes
   * Its list of sessions is not renewed when only the state of a kernel changes, its list of
   * kernels is.
   */
  knownKernels(): IRunningKernel[] {
    const { sessions, kernels } = this._options.app.serviceManager;
    const running = new Map(
      [...kernels.running()].map(each => [each.id, each])
    );
    return [...sessions.running()].flatMap(({ path, type, kernel }) =>
      kernel
        ? [
            {
              path,
              type,
              kernelName: kernel.name,
              isBusy: running.get(kernel.id)?.execution_state === 'busy',
              since: toDate(running.get(kernel.id)?.last_activity)
            }
          ]
        : []
    );
  }

  /**
   * Save all documents that can be.
   *
   * @throws StudioError - naming the first document that could not be saved.
   */
  async saveAll(): Promise<void> {
    const { trans } = this._options;
    for (const context of this._dirty().filter(each => !isReadOnly(each))) {
      try {
        await inTime(context.save(), trans);
      } catch (thrown) {
        const { code, message, status } = toStudioError(thrown);
        throw new StudioError({
          code: code === 'UnexpectedError' ? 'SaveFailed' : code,
          message: trans.__('%1: %2', context.path, message),
          status,
          operation: trans.__('save')
        });
      }
    }
  }

  private async _terminals(): Promise<Known<string[]>> {
    const { terminals } = this._options.app.serviceManager;
    if (!terminals.isAvailable()) {
      return { value: [] };
    }
    return settled(
      (async () => {
        await terminals.refreshRunning();
        return [...terminals.running()].map(({ name }) => name);
      })()
    );
  }

  private async _scratch(): Promise<
    { path: string; usedBytes: number } | false
  > {
    const { scratch } = await this._options.local.get();
    return scratch ?? false;
  }

  private _dirty(): Context[] {
    const { app, documents } = this._options;
    const contexts = new Set<Context>();
    for (const area of ['main', 'left', 'right']) {
      for (const widget of app.shell.widgets(area)) {
        const context = documents.contextForWidget(widget);
        if (context?.model.dirty) {
          contexts.add(context);
        }
      }
    }
    return [...contexts];
  }
}

export namespace LabFacts {
  export interface IOptions {
    app: JupyterFrontEnd;
    documents: IDocumentManager;
    tasks: ITaskClient;
    local: ILocalSpaceApi;
    trans: TranslationBundle;
  }
}

function isReadOnly(context: Context): boolean {
  return context.model.readOnly || context.contentsModel?.writable === false;
}

/** What a promise yields, or why it doesn't. */
export async function settled<T>(promise: Promise<T>): Promise<Known<T>> {
  try {
    return { value: await promise };
  } catch (thrown) {
    const error = toStudioError(thrown);
    return { value: null, reason: error.message || error.code, error };
  }
}

/** A save may wait for a question that nobody sees. */
function inTime<T>(saving: Promise<T>, trans: TranslationBundle): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(trans.__('saving took too long'))),
      SAVE_TIMEOUT
    );
  });
  return Promise.race([saving, late]).finally(() => clearTimeout(timer));
}

function toDate(text: string | undefined): Date | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at);
}
