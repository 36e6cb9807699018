// Of a browser's DOM, what jsdom lacks and JupyterLab expects.
globalThis.DragEvent ??= class DragEvent {};
globalThis.IntersectionObserver ??= class IntersectionObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
};
globalThis.ResizeObserver ??= class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
};
globalThis.matchMedia ??= query => ({
  media: query,
  matches: false,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {}
});
// Idle is when React has drawn what is due.
globalThis.requestIdleCallback ??= callback => setTimeout(callback, 20);
