/** Resolves when the page is seen and has nothing better to do, so that nothing is slowed down. */
export async function whenIdle(): Promise<void> {
  await whenShown();
  await new Promise<void>(resolve => {
    if (typeof requestIdleCallback === 'function') {
      requestIdleCallback(() => resolve(), { timeout: 5000 });
    } else {
      // Safari has no such thing.
      setTimeout(resolve, 1000);
    }
  });
}

/** Resolves when somebody looks at the page: a hidden one asks for nothing. */
function whenShown(): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (!document.hidden) {
        document.removeEventListener('visibilitychange', look);
        resolve();
      }
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}
