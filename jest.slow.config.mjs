import usual from './jest.config.mjs';

export default {
  ...usual,
  testMatch: ['<rootDir>/test/**/*.slow.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
