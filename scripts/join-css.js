const fs = require('fs');
const path = require('path');

/**
 * A webpack loader: a style sheet with those it imports, without comments and needless white
 * space. They travel as text inside of scripts, which is left as it is where scripts are made
 * smaller.
 */
module.exports = function (source) {
  const whole = source.replace(/@import url\('([^']+)'\);/g, (_, name) => {
    const file = path.resolve(this.context, name);
    this.addDependency(file);
    return fs.readFileSync(file, 'utf8');
  });
  return whole
    .replace(
      /("[^"]*"|'[^']*')|(?:\/\*[^]*?\*\/|\s)+/g,
      (_, quoted) => quoted ?? ' '
    )
    .replace(/("[^"]*"|'[^']*')| ?([{};,]) ?/g, '$1$2');
};
