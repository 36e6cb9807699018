// What jsdom lacks and the AWS SDK and JupyterLab expect of a browser.
const streams = require('node:stream/web');
const { TextDecoder, TextEncoder } = require('node:util');

Object.assign(globalThis, {
  ReadableStream: streams.ReadableStream,
  TransformStream: streams.TransformStream,
  WritableStream: streams.WritableStream,
  TextDecoder,
  TextEncoder
});
globalThis.DragEvent ??= class DragEvent {};
globalThis.ResizeObserver ??= class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
};
