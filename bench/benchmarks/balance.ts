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
        'The core of the server, in Express, Apollo and GraphQL. Requests that arrive together share one statement for their keys and one for their balances; the hand-written server waits for two of its own.',
    },
  ],
  prepare: (environment) => queryContenders(environment, 'balance', balanceQuery),
};
