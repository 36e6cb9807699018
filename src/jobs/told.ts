/** What was told in any tab of this browser; names of jobs only. */
const KEY = 'jupyterlab-sagemaker-studio:told';
const KEPT = 300;

/**
 * Claim to tell of a job's end, once among all tabs. A tab nobody sees waits until it is seen, so
 * that one that is seen comes first.
 *
 * @returns whether it is this tab's to tell.
 */
export async function claim(name: string): Promise<boolean> {
  await untilVisible();
  // Not in every browser, nor without HTTPS; two tabs at the very same moment are rare then.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? locks.request(KEY, () => note(name)) : note(name);
}

function note(name: string): boolean {
  try {
    const told = JSON.parse(localStorage.getItem(KEY) ?? '[]') as string[];
    if (told.includes(name)) {
      return false;
    }
    localStorage.setItem(KEY, JSON.stringify([...told, name].slice(-KEPT)));
  } catch {
    // Storage is full, forbidden or spoilt: better told twice than never.
  }
  return true;
}

function untilVisible(): Promise<void> {
  if (!document.hidden) {
    return Promise.resolve();
  }
  return new Promise(resolve => {
    const onChange = () => {
      if (!document.hidden) {
        document.removeEventListener('visibilitychange', onChange);
        resolve();
      }
    };
    document.addEventListener('visibilitychange', onChange);
  });
}
