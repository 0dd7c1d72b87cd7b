import type { History } from './histories.js';

/** The newest snapshots that were heard; 0: none. */
export interface Heard {
  readonly intent: 'NOTHING' | 'FAILED' | 'SUCCEEDED';
  readonly refunds: number;
  readonly disputes: number;
}
export const nothingHeard: Heard = { intent: 'NOTHING', refunds: 0, disputes: 0 };

/** What it comes to. */
export interface Books {
  readonly status: string;
  /** Micro-credits: what the account has, less what it owes. */
  readonly net: bigint;
  /** Minor units. */
  readonly refunded: bigint;
  readonly disputed: bigint;
}

export interface Bought {
  readonly amount: bigint;
  readonly credits: bigint;
  readonly spent: bigint;
}

/**
 * The books by the newest of what was heard, reckoned from nothing: money that was returned, a cent counted once, takes
 * its share of the credits. `rounding` is by how many micro-credits that may differ: by one after a refund failed, as
 * the refunds that stay were each rounded together with it.
 */
export function booksAfter(
  history: History,
  { amount, credits, spent }: Bought,
  heard: Heard,
): Books & { readonly rounding: bigint } {
  if (heard.intent !== 'SUCCEEDED') {
    const status = heard.intent === 'FAILED' ? 'FAILED' : 'REQUIRES_PAYMENT';
    return { status, net: 0n, refunded: 0n, disputed: 0n, rounding: 0n };
  }
  const made = history.refunds[heard.refunds - 1] ?? [];
  const refunded = made
    .filter(({ status }) => status !== 'FAILED')
    .reduce((sum, refund) => sum + refund.amount, 0n);
  const disputed = (history.disputes[heard.disputes - 1] ?? []).reduce(
    (sum, { fundsWithdrawn }) => sum + fundsWithdrawn,
    0n,
  );
  const returned = refunded + disputed < amount ? refunded + disputed : amount;
  const isPartial = refunded > 0n && refunded < amount;
  const status =
    disputed > 0n ? 'DISPUTED' : isPartial ? 'PARTIALLY_REFUNDED' : refunded > 0n ? 'REFUNDED' : 'SUCCEEDED';
  const someFailed = made.some((refund) => refund.status === 'FAILED');
  return {
    status,
    net: credits - spent - (credits * returned) / amount,
    refunded,
    disputed,
    rounding: someFailed && disputed === 0n && isPartial ? 1n : 0n,
  };
}
