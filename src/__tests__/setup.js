// Of a browser's DOM, what jsdom lacks and JupyterLab expects.
globalThis.DragEvent ??= class DragEvent {};
globalThis.ResizeObserver ??= class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
};
