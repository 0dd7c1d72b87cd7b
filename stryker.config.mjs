/**
 * Mutation testing of the pure rules: does a test fail when a rule is changed? Compiled by SWC like all tests; only
 * tests that need neither PostgreSQL nor HTTP are run. See docs/mutation-testing.md.
 */
export default {
  packageManager: 'npm',
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/ledger/{posting,chain,journal-entry}.ts',
    'src/credits/{books,burn-down,claw-back,debt,due,hold,refusal,lot,work-queue}.ts',
    'src/payments/{refund-math,payment-state,refund-state,dispute-state}.ts',
    'src/rates/{pricing,decimal}.ts',
  ],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 1,
  // Nothing to rewrite for the sandbox: SWC reads no tsconfig.json.
  tsconfigFile: 'none',
  tempDirName: '.stryker',
  ignorePatterns: ['web', 'docs', 'dist', 'examples', '.data'],
  cleanTempDir: 'always',
  thresholds: { high: 95, low: 90, break: 90 },
};
