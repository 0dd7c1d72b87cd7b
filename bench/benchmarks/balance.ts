import type { Benchmark } from '../benchmark.js';
import { handWritten, ours, queryContenders } from './query-contenders.js';

export const balanceQuery = '{ balance { available held owed updatedAt } }';

/** A customer looks at the balance. */
export const balance: Benchmark = {
  name: 'balance',
  unit: 'requests/s',
  comparisons: [
    {
      subject: ours,
      baseline: handWritten,
      target: { atLeast: 0.9 },
      limits:
        'One process on one core: statements are not prepared, and each request goes through every limit and check.',
    },
  ],
  prepare: (environment) => queryContenders(environment, 'balance', balanceQuery),
};
