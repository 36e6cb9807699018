// Merged into JupyterLab's own settings.
module.exports = {
  // The server lets browsers keep what has a `v`; the names of all chunks are loaded at start.
  output: { chunkFilename: '[name].js?v=[contenthash:10]' },
  // By default only what is larger than 20 kB is taken out of the chunks that share it; our panels
  // share many small parts.
  optimization: { splitChunks: { chunks: 'async', minSize: 3000 } }
};
