/** One jest project per kind of test; `scripts/test.ts` runs them in turn and prints the time of each. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
};

const project = (name) => ({
  ...common,
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

/** What code does and shows in a sandbox, once more under gVisor. What clients do to the service, and the kernel's counts, are left out. */
const underGvisor = {
  ...project('gvisor-attacks'),
  setupFilesAfterEnv: ['<rootDir>/test/gvisor/patience.ts'],
  testMatch: ['attacks/!(service|usage)', 'outputs/*', 'input-files/!(losses|s3)', 'results', 'limits'].map(
    (files) => `<rootDir>/test/e2e/${files}.test.ts`,
  ),
};

// A busy machine may take long over what takes milliseconds; a test that hangs ends all the same.
export default {
  testTimeout: 30_000,
  projects: [...['unit', 'contract', 'integration', 'e2e', 'browser', 'gvisor'].map(project), underGvisor],
};
