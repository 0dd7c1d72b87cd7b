import { expect, it } from '@jest/globals';
import { faultNames } from './faults.js';
import { reportOf } from './report.js';
import { soak } from './soak.js';

const seed = 7;
const milliseconds = 25_000;
const testTimeoutMs = 600_000;

it(
  'agrees with Stripe and with what clients were answered, whatever broke meanwhile',
  async () => {
    const tally = await soak({ seed, milliseconds, processes: 2, progress: () => undefined });
    process.stdout.write(`${reportOf(seed, milliseconds, tally)}\n`);
    expect(faultNames.filter((name) => tally.of(name) === 0)).toEqual([]);
    expect(Object.keys(tally.under('delivery: '))).toEqual(['delay', 'drop', 'duplicate', 'reorder']);
    for (const kind of ['refunds failed', 'disputes opened', 'disputes won', 'disputes lost'])
      expect(tally.of(`outside: ${kind}`)).toBeGreaterThan(0);
    for (const what of ['repeated', 'purchases', 'refunds', 'debits', 'grants', 'holds', 'disputes'])
      expect(tally.of(what)).toBeGreaterThan(0);
    expect(tally.of('healed by the reconciler')).toBeGreaterThan(0);
  },
  testTimeoutMs,
);
