import { expect, it } from '@jest/globals';
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
    const met = (beginning: string) => Object.keys(tally.under(beginning));
    expect(met('delivery: ')).toEqual(['delay', 'drop', 'duplicate', 'reorder']);
    expect(met('fault: ')).toEqual([
      'conflict',
      'disconnect',
      'disconnect after the work',
      'garbage',
      'garbage after the work',
      'latency',
      'rate_limit',
      'server_error',
      'server_error after the work',
      'timeout',
      'timeout after the work',
    ]);
    expect(met('strike: ')).toEqual([
      'SIGKILL',
      'SIGTERM',
      'database restarted fast',
      'database restarted immediately',
      'reconciled by command',
      'reconciled by mutation',
    ]);
    for (const kind of ['refunds failed', 'disputes opened', 'disputes won', 'disputes lost'])
      expect(tally.of(`outside: ${kind}`)).toBeGreaterThan(0);
    for (const what of ['repeated', 'purchases', 'refunds', 'debits', 'grants', 'holds', 'disputes'])
      expect(tally.of(what)).toBeGreaterThan(0);
    expect(tally.of('healed by the reconciler')).toBeGreaterThan(0);
  },
  testTimeoutMs,
);
