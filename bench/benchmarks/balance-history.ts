import type { Benchmark } from '../benchmark.js';
import { handWritten, ours, queryContenders } from './query-contenders.js';

export const balanceHistoryQuery = `{
  balance { available held owed updatedAt }
  billingHistory(first: 20) {
    nodes { id type description credits money { amount currency } createdAt }
    pageInfo { hasNextPage }
  }
}`;

/** A customer opens the page with the balance and the newest 20 lines of the history: one query. */
export const balanceHistory: Benchmark = {
  name: 'balance-history',
  unit: 'requests/s',
  comparisons: [
    {
      subject: ours,
      baseline: handWritten,
      target: { atLeast: 0.9 },
      limits: 'The statement for the page; then the 20 lines, which GraphQL resolves field by field in both.',
    },
  ],
  prepare: (environment) => queryContenders(environment, 'balance_history', balanceHistoryQuery),
};
