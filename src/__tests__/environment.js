const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom with what it lacks of a browser: fetch and its classes, streams, text coding. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      AbortController,
      AbortSignal,
      ArrayBuffer,
      Blob,
      Headers,
      ReadableStream,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      TransformStream,
      // The SDK's Node build makes its bytes outside; they must count as bytes inside, too.
      Uint8Array,
      WritableStream,
      fetch,
      structuredClone
    });
    Object.defineProperty(this.global, 'crypto', {
      value: globalThis.crypto,
      configurable: true
    });
  }
};
