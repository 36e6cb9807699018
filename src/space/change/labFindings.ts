import { formatBytes, formatDuration } from '../../core/format';
import { fine, isUnfinished, pendingOr } from './findings';
import type { IChecks, IFinding } from './findings';

export function appName({ facts, trans }: IChecks): IFinding | null {
  return facts.appName && facts.appName !== 'default'
    ? {
        id: 'app',
        level: 'blocking',
        text: trans.__(
          'This JupyterLab’s app is called “%1”. SageMaker only starts apps called “default” in a space.',
          facts.appName
        )
      }
    : null;
}

export function documents({ facts, options, trans }: IChecks): IFinding {
  const dirty = facts.documents;
  const stuck = dirty.filter(each => each.problem);
  if (dirty.length === 0) {
    return fine('documents', trans.__('All documents are saved.'));
  }
  if (stuck.length > 0 && options.saveAll) {
    return {
      id: 'documents',
      level: 'tick',
      text: trans._n(
        '%1 file can’t be saved here. Its changes will be lost, and I accept that.',
        '%1 files can’t be saved here. Their changes will be lost, and I accept that.',
        stuck.length
      ),
      items: stuck.map(each => `${each.path}: ${each.problem}`)
    };
  }
  return {
    id: 'documents',
    level: options.saveAll ? 'confirm' : 'tick',
    text: options.saveAll
      ? trans._n(
          '%1 file is not saved; it is saved first.',
          '%1 files are not saved; they are saved first.',
          dirty.length
        )
      : trans._n(
          '%1 file is not saved. Its changes will be lost, and I accept that.',
          '%1 files are not saved. Their changes will be lost, and I accept that.',
          dirty.length
        ),
    items: dirty.map(each => each.path)
  };
}

export function kernels(at: IChecks): IFinding {
  const { facts, options, trans, locale } = at;
  const known = facts.kernels;
  if (!known || known.value === null) {
    return pendingOr('kernels', trans.__('kernels'), known, trans);
  }
  const busy = known.value.filter(each => each.isBusy);
  if (busy.length === 0) {
    return known.value.length === 0
      ? fine('kernels', trans.__('No kernel runs.'))
      : {
          id: 'kernels',
          level: 'confirm',
          text: trans._n(
            '%1 kernel runs and is idle; its variables are lost.',
            '%1 kernels run and are idle; their variables are lost.',
            known.value.length
          ),
          items: known.value.map(each => each.path)
        };
  }
  const items = busy.map(({ path, since }) =>
    since
      ? trans.__(
          '%1, for %2',
          path,
          formatDuration(facts.now.getTime() - since.getTime(), locale)
        )
      : path
  );
  return {
    id: 'kernels',
    level: 'confirm',
    text: options.waitForCells
      ? trans._n(
          'A cell is running; it is waited for.',
          '%1 notebooks are running cells; they are waited for.',
          busy.length
        )
      : trans._n(
          'A cell is running; it is interrupted.',
          '%1 notebooks are running cells; they are interrupted.',
          busy.length
        ),
    items
  };
}

export function terminals({ facts, trans }: IChecks): IFinding {
  const known = facts.terminals;
  if (!known || known.value === null) {
    return pendingOr('terminals', trans.__('terminals'), known, trans);
  }
  return known.value.length === 0
    ? fine('terminals', trans.__('No terminal is open.'))
    : {
        id: 'terminals',
        level: 'confirm',
        text: trans._n(
          '%1 terminal is open; what runs in it is ended.',
          '%1 terminals are open; what runs in them is ended.',
          known.value.length
        )
      };
}

export function tasks({ facts, trans }: IChecks): IFinding {
  const known = facts.tasks;
  if (!known || known.value === null) {
    return pendingOr(
      'tasks',
      trans.__('submissions and downloads'),
      known,
      trans
    );
  }
  const running = known.value.filter(
    task => task.kind !== 'change' && isUnfinished(task)
  );
  return running.length === 0
    ? fine('tasks', trans.__('No job is being submitted, nothing downloaded.'))
    : {
        id: 'tasks',
        level: 'confirm',
        text: trans._n(
          '%1 submission or download is under way; it goes on after the restart.',
          '%1 submissions and downloads are under way; they go on after the restart.',
          running.length
        ),
        items: running.map(task => task.title)
      };
}

export function scratch({ facts, trans, locale }: IChecks): IFinding | null {
  const known = facts.scratch;
  if (!known || known.value === null) {
    return pendingOr(
      'scratch',
      trans.__('the instance’s own disks'),
      known,
      trans
    );
  }
  if (!known.value || known.value.usedBytes === 0) {
    return null;
  }
  return {
    id: 'scratch',
    level: 'tick',
    text: trans.__(
      '%1 holds %2 that a stop deletes for good. I need nothing of it any more.',
      known.value.path,
      formatBytes(known.value.usedBytes, locale)
    )
  };
}
