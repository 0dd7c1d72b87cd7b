import type { Benchmark } from '../benchmark.js';
import { debitContenders, inProcess, pgbench, recordUsage } from './debit-contenders.js';

const accounts = 10_000;

/** Debits of so many accounts that they hardly ever meet. */
export const spreadDebit: Benchmark = {
  name: 'spread-debit',
  unit: 'debits/s',
  comparisons: [
    {
      subject: inProcess,
      baseline: pgbench,
      target: { atLeast: 1.5 },
      limits:
        'Both cores: 1,000 debits of 1,000 accounts are as many balances and lots to read, lock and update besides the two rows for each, where the baseline has one balance and one row.',
    },
    {
      subject: recordUsage,
      baseline: pgbench,
      target: { atLeast: 1 },
      limits: 'The same, and GraphQL on the core of the server.',
    },
  ],
  prepare: (environment) => debitContenders(environment, 'spread_debit', accounts),
};
