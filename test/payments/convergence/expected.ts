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
  /** Micro-credits that disputes took: while they last, and once they are lost. */
  readonly frozen: bigint;
  readonly lost: bigint;
}

/** Micro-credits by which something may differ. */
interface Rounding {
  readonly net: bigint;
  readonly disputes: bigint;
}

export interface Bought {
  readonly amount: bigint;
  readonly credits: bigint;
  readonly spent: bigint;
}

/**
 * The books by the newest of what was heard, reckoned from nothing: money that was returned, a cent counted once, takes
 * its share of the credits, and disputes hold what refunds leave of it. `rounding` is by how many micro-credits each may
 * differ: by one after a refund failed, as the refunds that stay were each rounded together with it.
 */
export function booksAfter(
  history: History,
  { amount, credits, spent }: Bought,
  heard: Heard,
): Books & { readonly rounding: Rounding } {
  if (heard.intent !== 'SUCCEEDED') {
    const status = heard.intent === 'FAILED' ? 'FAILED' : 'REQUIRES_PAYMENT';
    const rounding = { net: 0n, disputes: 0n };
    return { status, net: 0n, refunded: 0n, disputed: 0n, frozen: 0n, lost: 0n, rounding };
  }
  const made = history.refunds[heard.refunds - 1] ?? [];
  const refunded = made
    .filter(({ status }) => status !== 'FAILED')
    .reduce((sum, refund) => sum + refund.amount, 0n);
  const disputes = history.disputes[heard.disputes - 1] ?? [];
  const disputed = disputes.reduce((sum, { fundsWithdrawn }) => sum + fundsWithdrawn, 0n);
  const returned = refunded + disputed < amount ? refunded + disputed : amount;
  const taken = (credits * returned) / amount;
  const isPartial = refunded > 0n && refunded < amount;
  const isLost = disputes.some(({ status }) => status === 'LOST' || status === 'APPEAL_UNDER_REVIEW');
  const someFailed = made.some((refund) => refund.status === 'FAILED');
  const byDisputes = disputed > 0n ? taken - (credits * refunded) / amount : 0n;
  return {
    status:
      disputed > 0n
        ? 'DISPUTED'
        : isPartial
          ? 'PARTIALLY_REFUNDED'
          : refunded > 0n
            ? 'REFUNDED'
            : 'SUCCEEDED',
    net: credits - spent - taken,
    refunded,
    disputed,
    frozen: isLost ? 0n : byDisputes,
    lost: isLost ? byDisputes : 0n,
    rounding: {
      net: someFailed && disputed === 0n && isPartial ? 1n : 0n,
      disputes: someFailed && disputed > 0n && isPartial ? 1n : 0n,
    },
  };
}
