import type { MicroCredits } from '../platform/credits.js';

/** What was bought, and what of it is already on its way back. */
export interface RefundBasis {
  /** Minor units paid; positive. */
  readonly amount: bigint;
  /** Micro-credits bought. */
  readonly credits: MicroCredits;
  /** Minor units of the refunds that did not fail. */
  readonly refundedAmount: bigint;
  /** Micro-credits taken for those refunds. */
  readonly refundedCredits: MicroCredits;
}

/** What is left of the payment, in minor units. */
export const refundableAmount = (basis: RefundBasis): bigint => basis.amount - basis.refundedAmount;

/** The credits that belong to a total of refunded money: their share, rounded down to the micro-credit. */
const creditsFor = ({ credits, amount }: RefundBasis, refundedInAll: bigint): MicroCredits =>
  (credits * refundedInAll) / amount;

/**
 * The micro-credits to take for refunding `amount` more. Counted from the sum of all refunds and not from
 * each alone, so that rounding never adds up: when everything is refunded, exactly everything was taken.
 */
export function creditsToTake(basis: RefundBasis, amount: bigint): MicroCredits {
  const taken = creditsFor(basis, basis.refundedAmount + amount) - basis.refundedCredits;
  return taken > 0n ? taken : 0n;
}

/** The most money (minor units) that can be refunded while taking no more than `unspent` credits. */
export function refundableBy(basis: RefundBasis, unspent: MicroCredits): bigint {
  // creditsFor(x) <= limit  ⇔  credits·x < (limit + 1)·amount, as creditsFor rounds down.
  const limit = basis.refundedCredits + unspent;
  const inAll = ((limit + 1n) * basis.amount - 1n) / basis.credits;
  const more = inAll - basis.refundedAmount;
  const left = refundableAmount(basis);
  if (more <= 0n) return 0n;
  return more < left ? more : left;
}
