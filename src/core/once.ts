/** Load something once; again only after a failure. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= load().catch(error => {
      loading = undefined;
      throw error;
    }));
}
