import { expect, it } from '@jest/globals';
import { chosenSeeds } from '../chosen-seeds.js';
import { simulate } from './run.js';

/** Enough for every kind of operation and fault to meet, in the time that a test may take. */
const roundsPerSeed = 50;
const seedsAtOnce = 2;
const usualSeeds = [1, 2];
const msPerSeed = 120_000;

const seeds = chosenSeeds(usualSeeds);

it(
  'credits, payments and refunds stay what a simple model says, whatever happens in whatever order',
  async () => {
    const waiting = [...seeds];
    const total: Record<string, number> = {};
    const add = (what: string, times: number) => {
      total[what] = (total[what] ?? 0) + times;
    };
    const runSome = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const { operations, counts } = await simulate(seed, roundsPerSeed).catch((error: unknown) => {
          waiting.length = 0;
          throw error;
        });
        if (seeds.length > usualSeeds.length)
          process.stdout.write(`Seed ${seed}: ${operations} operations\n`);
        add('operations', operations);
        for (const [what, times] of Object.entries(counts)) add(what, times);
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: seedsAtOnce }, runSome));
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    const numbers = Object.entries(total).map(([what, times]) => `${what} ${times}`);
    process.stdout.write(`Simulated ${seeds.length} seeds: ${numbers.join(', ')}; differences 0\n`);
    expect(total.operations).toBeGreaterThan(roundsPerSeed * seeds.length);
  },
  msPerSeed * seeds.length,
);
