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

// Workers made of a Blob, in threads of Node.js.
const blobs = new Map();
URL.createObjectURL ??= blob => {
  const url = `blob:${blobs.size}`;
  blobs.set(url, blob);
  return url;
};
URL.revokeObjectURL ??= url => void blobs.delete(url);
globalThis.Worker ??= class Worker {
  constructor(url) {
    const { Worker: Thread } = require('worker_threads');
    this._thread = blobs
      .get(url)
      .text()
      .then(source => {
        const thread = new Thread(
          `const { parentPort } = require('worker_threads');
        globalThis.postMessage = data => parentPort.postMessage(data);
        parentPort.on('message', data => onmessage({ data }));
        ${source}`,
          { eval: true }
        );
        thread.on('message', data => this.onmessage?.({ data }));
        thread.on('error', () => this.onerror?.(new Event('error')));
        thread.unref();
        return thread;
      });
  }
  postMessage(data) {
    void this._thread.then(thread => thread.postMessage(data));
  }
  terminate() {
    void this._thread.then(thread => thread.terminate());
  }
};
