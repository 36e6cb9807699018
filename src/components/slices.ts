/** Let the page draw and answer before long work goes on. */
export function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0));
}

/** Map long lists a part at a time, with pauses in between. */
export async function mapInSlices<T, R>(
  items: readonly T[],
  size: number,
  map: (part: readonly T[]) => R
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    results.push(map(items.slice(start, start + size)));
    await pause();
  }
  return results;
}
