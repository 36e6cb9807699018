import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { showStudioError } from '../components/showStudioError';
import { StudioError, toStudioError } from '../core/errors';
import { isAccessDenied } from '../core/permissions';
import type {
  ILocalClone,
  IRepositoriesApi,
  IRepositoryListChange,
  ISpaceChanges,
  ISuggestedRepositories,
  RepositoryLevel
} from '../tokens';
import { showAdminCommand } from './adminDialog';
import { askClone } from './cloneDialog';
import { EMPTY_FORM, cloneSpec } from './cloneForm';
import type { ICloneForm, ICloneSurroundings } from './cloneForm';
import type { IRepositoryActions } from './components/actions';
import type { Folders } from './folders';
import type { GitTasks } from './gitTasks';
import { LISTS, askLists, urlsOn } from './listsDialog';
import type { IListsForm } from './listsDialog';
import type { IRepositoriesFacts, RepositoriesModel } from './model';
import { askRegister } from './registerDialog';
import { checkUrl, repositoryName } from './url';

/** Carries out what is asked for in the view of repositories, and says what went wrong. */
export class RepositoriesController implements IRepositoryActions {
  constructor(private readonly _options: RepositoriesController.IOptions) {}

  readonly clone = (url = '', parent?: string): Promise<void> => {
    const { model, folders, trans } = this._options;
    const { path, names } = folders.current;
    const clones = allClones(model.facts);
    const into = parent ?? outside(path, clones);
    const surroundings = {
      parent: into,
      taken: [
        ...(into === path ? names : []),
        ...clones
          .filter(each => PathExt.dirname(each) === into)
          .map(each => PathExt.basename(each))
      ],
      get repositories() {
        return model.facts?.items ?? [];
      },
      changed: model.changed
    };
    // A secret is found as soon as it is known which repositories are registered.
    void model.refreshIfStale();
    return this._try(trans.__('The repository was not cloned'), () =>
      this._clone(
        { ...EMPTY_FORM, url, reference: model.find(url)?.branch ?? '' },
        surroundings
      )
    );
  };

  readonly open = (path: string): Promise<void> => {
    const { git, trans } = this._options;
    return this._try(trans.__('The folder can’t be opened'), () =>
      git.open(path)
    );
  };

  readonly pull = (clone: Pick<ILocalClone, 'path' | 'url'>): Promise<void> => {
    const { git, model, trans } = this._options;
    const secretArn = model
      .find(clone.url ?? '')
      ?.registrations.find(each => each.secretArn)?.secretArn;
    return this._try(trans.__('%1 was not pulled', clone.path), () =>
      git.start(
        {
          kind: 'pull',
          clientToken: `pull:${UUID.uuid4()}`,
          title: trans.__('Pull %1', clone.path),
          spec: { directory: clone.path, ...(secretArn && { secretArn }) }
        },
        { onRetry: () => void this.pull(clone) }
      )
    );
  };

  readonly attach = (url = ''): Promise<void> => {
    const { model, trans } = this._options;
    return this._try(trans.__('The repository was not attached'), async () => {
      await model.refreshIfStale();
      const { suggested, unavailable } = model.facts ?? {};
      if (!suggested) {
        const { state } = model;
        throw state.phase === 'failed'
          ? state.error
          : new StudioError({
              code: 'NotAvailable',
              message: unavailable ?? ''
            });
      }
      // What is collected already is the space's list that counts.
      const planned = this._options.changes.draft()?.repositories;
      const lists = planned
        ? { ...suggested, space: { value: planned } }
        : suggested;
      const form = await askLists(url, lists, trans);
      if (form) {
        await this._apply(form, lists);
      }
    });
  };

  readonly register = (url = ''): Promise<void> => {
    const { api, model, trans } = this._options;
    const title = trans.__('The repository was not registered');
    return this._try(title, async () => {
      await model.refreshIfStale();
      const taken = (model.facts?.items ?? []).flatMap(each =>
        each.registrations.map(({ name }) => name)
      );
      const name = url
        ? repositoryName(url)
            .replace(/[^a-zA-Z0-9]+/g, '-')
            .replace(/^-+|-+$/g, '')
            .slice(0, 63)
        : '';
      const wanted = await askRegister({ name, url }, taken, trans);
      if (!wanted) {
        return;
      }
      const isDone = await this._orCommand(
        title,
        () => api.register(wanted),
        () => api.registerCommand(wanted)
      );
      if (isDone) {
        Notification.success(
          trans.__('“%1” is registered in the account', wanted.name),
          { autoClose: 5000 }
        );
        await model.refresh();
      }
    });
  };

  readonly refresh = async (): Promise<void> => {
    const { context, model } = this._options;
    if (model.facts?.unavailable) {
      // Somebody may have set it up meanwhile.
      await context.refresh();
    }
    await model.refresh();
  };

  /** Ask until the server takes it or the person gives up. */
  private async _clone(
    proposed: ICloneForm,
    surroundings: ICloneSurroundings & {
      changed: RepositoriesModel['changed'];
    },
    problem?: string
  ): Promise<void> {
    const { git, trans } = this._options;
    const form = await askClone(proposed, surroundings, trans, problem);
    if (!form) {
      return;
    }
    const spec = cloneSpec(form, surroundings, trans);
    const found = checkUrl(spec.url, trans);
    const host = (found.isValid && found.host) || '';
    const { credentials } = form;
    try {
      await git.start(
        {
          kind: 'clone',
          clientToken: `clone:${UUID.uuid4()}`,
          title: trans.__('Clone %1', repositoryName(spec.url)),
          spec: { ...spec }
        },
        {
          credentials: credentials ? { ...credentials, host } : undefined,
          onRetry: () =>
            void this._try(trans.__('The repository was not cloned'), () =>
              this._clone({ ...form, credentials: null }, surroundings)
            )
        }
      );
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (error.status !== 400 && error.status !== 409) {
        throw error;
      }
      const why = [error.message, error.hint].filter(Boolean).join(' ');
      await this._clone(form, surroundings, why);
    }
  }

  /** Change the lists that are to be different. */
  private async _apply(
    form: IListsForm,
    suggested: ISuggestedRepositories
  ): Promise<void> {
    const { changes, model } = this._options;
    for (const source of LISTS) {
      const present = suggested[source]?.value;
      const on = urlsOn(suggested, source, form.url);
      if (!present || on.length > 0 === form[source]) {
        continue;
      }
      const change: IRepositoryListChange = form[source]
        ? { add: [form.url], remove: [] }
        : { add: [], remove: on };
      if (source === 'space') {
        const repositories = [
          ...present.filter(each => !change.remove.includes(each)),
          ...change.add
        ];
        void changes.propose({ repositories }, undefined, 'repositories');
      } else {
        await this._update(source, change);
        await model.refresh();
      }
    }
  }

  private async _update(
    level: RepositoryLevel,
    change: IRepositoryListChange
  ): Promise<void> {
    const { api, trans } = this._options;
    const isProfile = level === 'profile';
    const isDone = await this._orCommand(
      isProfile
        ? trans.__('The profile was not changed')
        : trans.__('The domain was not changed'),
      () => api.update(level, change),
      () => api.updateCommand(level, change)
    );
    if (isDone) {
      Notification.success(
        isProfile
          ? trans.__('The profile’s repositories are changed')
          : trans.__('The domain’s repositories are changed'),
        { autoClose: 5000 }
      );
    }
  }

  /** Do it; where that is not allowed, show the command for those who may. */
  private async _orCommand(
    title: string,
    act: () => Promise<void>,
    command: () => Promise<string>
  ): Promise<boolean> {
    const { trans } = this._options;
    try {
      await act();
      return true;
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (!isAccessDenied(error.code)) {
        throw error;
      }
      // Not even reading may be allowed; then that is what is said.
      await showAdminCommand(error, title, await command(), trans);
      return false;
    }
  }

  private async _try(title: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showStudioError(toStudioError(error), this._options.trans, { title });
    }
  }
}

/** Paths of all clones that are known. */
function allClones(facts: IRepositoriesFacts | undefined): string[] {
  const found = facts?.clones.value?.clones ?? [];
  return found.map(({ path }) => path).filter(Boolean);
}

/** The folder, or the one around the clone it lies in: a clone in a clone is rarely meant. */
function outside(folder: string, clones: readonly string[]): string {
  const clone = clones.find(
    each => folder === each || folder.startsWith(`${each}/`)
  );
  return clone === undefined ? folder : outside(PathExt.dirname(clone), clones);
}

export namespace RepositoriesController {
  export interface IOptions {
    api: IRepositoriesApi;
    changes: ISpaceChanges;
    context: { refresh(): Promise<void> };
    folders: Folders;
    git: GitTasks;
    model: RepositoriesModel;
    trans: TranslationBundle;
  }
}
