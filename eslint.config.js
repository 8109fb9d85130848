import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', '.data/', 'dashboard/dist/', '*.config.js', '*.cjs', '**/*.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/require-await': 'off',
      // Factories return objects of functions that never use `this`.
      '@typescript-eslint/unbound-method': 'off',
      // A factory counts with all the functions in it; each of those stays far below.
      'max-lines-per-function': ['error', { max: 100, skipComments: true, skipBlankLines: true }],
      'max-lines': ['error', { max: 300, skipComments: true, skipBlankLines: true }],
      complexity: ['error', 10],
      'max-params': ['error', 4],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment only in config.ts.' },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'no-restricted-properties': 'off',
    },
  },
  {
    files: ['dashboard/src/**'],
    ...reactHooks.configs.flat['recommended-latest'],
  },
  {
    files: ['dashboard/src/**'],
    rules: {
      // Raw markup from a tenant must never reach the page: frames show it.
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Show markup in a sandboxed frame.' },
        { selector: 'AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]', message: 'Use text nodes.' },
      ],
      // A component's function counts with the handlers in it.
      'max-lines-per-function': ['error', { max: 100, skipComments: true, skipBlankLines: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  { files: ['dashboard/vite.config.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['scripts/**', 'bench/**'], rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
  { files: ['**/config.ts'], rules: { 'no-restricted-properties': 'off' } },
);
