import type { Benchmark } from '../benchmark.js';
import { debitContenders, debitCredits, inProcess, pgbench, recordUsage } from './debit-contenders.js';

/** All debits are of one account, so that each waits for the one before. */
export const hotDebit: Benchmark = {
  name: 'hot-debit',
  unit: 'debits/s',
  comparisons: [
    {
      subject: inProcess,
      baseline: pgbench,
      target: { atLeast: 10 },
      limits:
        'The core of the process: it decides, chains and encodes up to 1,000 debits for each commit, one commit after the other, while PostgreSQL writes two rows for each.',
    },
    {
      subject: debitCredits,
      baseline: pgbench,
      target: { atLeast: 2 },
      limits:
        'The core of the server: parsing HTTP and GraphQL and checking the input cost several times what the debit costs. The generator takes a tenth of the other core.',
    },
    {
      subject: recordUsage,
      baseline: pgbench,
      target: { atLeast: 12 },
      limits:
        'The core of the server again, which coerces and checks each of the 100 records; PostgreSQL has as much to do.',
    },
  ],
  prepare: (environment) => debitContenders(environment, 'hot_debit', 1),
};
