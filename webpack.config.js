// Merged into JupyterLab's own settings. By default only what is larger than 20 kB is taken out of
// the chunks that share it; our panels share many small parts.
module.exports = {
  optimization: { splitChunks: { chunks: 'async', minSize: 3000 } }
};
