import usual from './jest.config.mjs';

const { globalSetup, globalTeardown, ...pure } = usual;

/** The tests of rules that need nothing but themselves: what `npm run mutate` runs for every mutant. */
export default {
  ...pure,
  testMatch: [
    '<rootDir>/test/ledger/{posting,chain,journal-entry}.test.ts',
    '<rootDir>/test/credits/burn-down.test.ts',
    '<rootDir>/test/credits/books.rules.test.ts',
    '<rootDir>/test/simulation/ledger/books.test.ts',
    '<rootDir>/test/credits/rules.test.ts',
    '<rootDir>/test/credits/work-queue.test.ts',
    '<rootDir>/test/payments/{refund-math,states}.test.ts',
    '<rootDir>/test/rates/pricing.test.ts',
  ],
};
