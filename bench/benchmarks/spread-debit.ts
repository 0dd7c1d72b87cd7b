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
      limits: 'One process: its event loop builds and parses six statements for each debit.',
    },
    { subject: recordUsage, baseline: pgbench, target: { atLeast: 1 }, limits: 'Not there yet.' },
  ],
  prepare: (environment) => debitContenders(environment, 'spread_debit', accounts),
};
