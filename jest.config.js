const esModules = [
  '@jupyter/',
  '@jupyterlab/',
  '@lumino/',
  '@microsoft/',
  '@rjsf/',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'uuid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  testEnvironment: '<rootDir>/src/__tests__/environment.js',
  // jsdom's `browser` condition would mix the SDK's CommonJS and ES builds.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
  setupFiles: ['<rootDir>/src/__tests__/setup.js'],
  testRegex: 'src/.*/__tests__/.*\\.spec\\.tsx?$',
  modulePathIgnorePatterns: ['<rootDir>/server/', '<rootDir>/lib/'],
  moduleNameMapper: {
    '\\.(css|svg)$': '<rootDir>/src/__tests__/asset.js'
  },
  transform: {
    '\\.[jt]sx?$': [
      'babel-jest',
      {
        presets: [
          ['@babel/preset-env', { targets: { node: 'current' } }],
          '@babel/preset-react',
          '@babel/preset-typescript'
        ]
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules}).*)`]
};
