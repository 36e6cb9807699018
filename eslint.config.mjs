import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// Every rule of the plugin, as an error: it encodes most of JupyterLab's conventions.
const jupyterRules = Object.fromEntries(
  Object.keys(jupyter.rules).map(rule => [`jupyter/${rule}`, 'error'])
);

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/lib',
      'dist',
      '.venv',
      '.yarn',
      'server',
      'ui-tests/playwright-report',
      'ui-tests/test-results',
      '**/*.d.ts',
      '**/*.js'
    ]
  },
  {
    files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'],
    extends: [...tseslint.configs.recommended, prettier],
    plugins: { jupyter },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './ui-tests/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      ...jupyterRules,
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // Of the SDK only types are used; the gateway also loads its enumerations.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/aws/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@aws-sdk/*'],
              allowTypeImports: true,
              message: 'Only src/aws loads anything of the SDK.'
            }
          ]
        }
      ]
    }
  },
  {
    files: ['**/__tests__/**'],
    rules: {
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off',
      'jupyter/plugin-description': 'off'
    }
  }
);
