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
        'Each debit is a transaction of its own: six statements, and so as many round trips, while the account is locked.',
    },
    {
      subject: debitCredits,
      baseline: pgbench,
      target: { atLeast: 2 },
      limits:
        'The same transaction, its round trips waiting for the event loop that also serves GraphQL on one core.',
    },
    {
      subject: recordUsage,
      baseline: pgbench,
      target: { atLeast: 12 },
      limits: 'Not there yet.',
    },
  ],
  prepare: (environment) => debitContenders(environment, 'hot_debit', 1),
};
