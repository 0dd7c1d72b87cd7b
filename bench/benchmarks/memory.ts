import type { Benchmark, Contender } from '../benchmark.js';
import { addAccounts, createBillingDatabase } from '../data/billing.js';
import { settle } from '../data/database.js';
import { accountId } from '../data/names.js';
import { callersAtOnce, startRemembering } from '../in-process/in-process.js';
import type { Memory } from '../in-process/remembering.js';

const bytesPerMegabyte = 1024 * 1024;

/** What one process holds in memory after a million debits, by when V8 has taken what it takes, and after another million. */
export const memory: Benchmark = {
  name: 'memory',
  unit: 'MB',
  comparisons: [
    {
      subject: 'resident, late',
      baseline: 'resident, early',
      target: { atMost: 1.1 },
      limits: 'Nothing is kept per debit; what V8 has once taken for garbage it keeps.',
    },
    {
      subject: 'heap, late',
      baseline: 'heap, early',
      target: { atMost: 1.1 },
      limits: 'Nothing is kept per debit.',
    },
  ],
  rounds: 1,
  async prepare(environment) {
    const { early, late } = environment.scale.debits;
    const database = await createBillingDatabase(environment, 'memory');
    await addAccounts(database, 1);
    await settle(database);
    const remembering = startRemembering(environment, database);
    const after = (debits: number) =>
      remembering.ask({ accountId: accountId(0), atOnce: callersAtOnce, debits });
    let memory: Memory;
    const moment = (name: string, look: () => Promise<Memory>, part: keyof Memory): Contender => ({
      name,
      measure: async () => {
        memory = await look();
        return { value: memory[part] / bytesPerMegabyte, latency: null };
      },
    });
    return [
      moment('resident, early', () => after(early), 'resident'),
      moment('heap, early', async () => memory, 'heap'),
      moment('resident, late', () => after(late - early), 'resident'),
      moment('heap, late', async () => memory, 'heap'),
    ];
  },
};
