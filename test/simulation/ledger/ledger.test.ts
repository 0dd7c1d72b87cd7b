import { expect, it } from '@jest/globals';
import { simulateSeeds } from './seeds.js';

/** In this process, in the time that a test may take. */
const usual = { seeds: [1, 2], operations: 250, processes: 0 };

it('keeps the books as a simple model says, whatever is asked in whatever order', async () => {
  const { operations } = await simulateSeeds(usual);
  expect(operations).toBeGreaterThan(0);
}, 3_600_000);
