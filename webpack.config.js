// Merged into JupyterLab's own settings. By default only what is larger than 20 kB is taken out of
// the chunks that share it; our panels share many small parts.
const path = require('path');

module.exports = {
  optimization: { splitChunks: { chunks: 'async', minSize: 3000 } },
  module: {
    rules: [
      {
        test: /\.css$/,
        include: path.resolve(__dirname, 'style'),
        enforce: 'pre',
        use: path.resolve(__dirname, 'scripts/join-css.js')
      }
    ]
  }
};
