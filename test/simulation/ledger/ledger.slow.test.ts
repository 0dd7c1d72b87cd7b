import { expect, it } from '@jest/globals';
import { simulateSeeds } from './seeds.js';

/** In real processes, of which some are killed, and with connections that are cut. */
const usual = { seeds: [1, 2], operations: 600, processes: 3 };

it('keeps the books as a simple model says, in several processes that die at any moment', async () => {
  const { counts } = await simulateSeeds(usual);
  expect(counts.kills).toBeGreaterThan(0);
  expect(counts.cuts).toBeGreaterThan(0);
  expect(counts.askedAgain).toBeGreaterThan(0);
}, 3_600_000);
