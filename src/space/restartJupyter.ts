import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILocalSpaceApi } from '../tokens';

/** Milliseconds between two looks, and until the person is told to look themselves. */
const PACE = 1000;
const PATIENCE = 120_000;

/**
 * Restart the Jupyter server and load the page anew once another one answers.
 *
 * #### Notes
 * The page is loaded whole: its kernels are gone, and the new server may bring other scripts.
 *
 * @throws StudioError - if the server refuses.
 */
export async function restartJupyter(
  local: ILocalSpaceApi,
  trans: TranslationBundle,
  reload: () => void = () => window.location.reload()
): Promise<void> {
  const { bootId } = await local.get();
  await local.restartJupyter();
  const id = Notification.emit(
    trans.__('Jupyter is restarting…'),
    'in-progress',
    { autoClose: false }
  );
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, PACE));
    const found = await local.get().catch(() => undefined);
    if (found && found.bootId !== bootId) {
      Notification.update({
        id,
        message: trans.__('Jupyter has restarted; the page is loaded anew.'),
        type: 'success'
      });
      reload();
      return;
    }
  }
  Notification.update({
    id,
    message: trans.__('Jupyter does not answer yet.'),
    type: 'warning',
    actions: [{ label: trans.__('Load the page anew'), callback: reload }]
  });
}
