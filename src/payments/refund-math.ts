import type { MicroCredits } from '../platform/credits.js';

/** What was bought, and what of it is already on its way back. */
export interface RefundBasis {
  /** Minor units paid; positive. */
  readonly amount: bigint;
  /** Micro-credits bought. */
  readonly credits: MicroCredits;
  /** Minor units that disputes hold. */
  readonly disputedAmount: bigint;
  /** Minor units of the refunds that did not fail. */
  readonly refundedAmount: bigint;
  /** Micro-credits taken for those refunds. */
  readonly refundedCredits: MicroCredits;
}

/** What is left of the payment, in minor units: neither refunded nor withdrawn by a dispute. */
export function refundableAmount({
  amount,
  refundedAmount,
  disputedAmount,
}: Pick<RefundBasis, 'amount' | 'refundedAmount' | 'disputedAmount'>): bigint {
  const left = amount - refundedAmount - disputedAmount;
  return left > 0n ? left : 0n;
}

/** The credits that belong to a total of returned money: their share, rounded down to the micro-credit. */
const creditsFor = (
  { credits, amount }: Pick<RefundBasis, 'credits' | 'amount'>,
  returnedInAll: bigint,
): MicroCredits => (credits * returnedInAll) / amount;

/**
 * The micro-credits to take for refunding `amount` more. Counted from the sum of all refunds and not from
 * each alone, so that rounding never adds up: when everything is refunded, exactly everything was taken.
 */
export function creditsToTake(basis: RefundBasis, amount: bigint): MicroCredits {
  const taken = creditsFor(basis, basis.refundedAmount + amount) - basis.refundedCredits;
  return taken > 0n ? taken : 0n;
}

/** The basis of what comes after refunding `amount` more. */
export const afterRefund = (basis: RefundBasis, amount: bigint): RefundBasis => ({
  ...basis,
  refundedAmount: basis.refundedAmount + amount,
  refundedCredits: basis.refundedCredits + creditsToTake(basis, amount),
});

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

/**
 * The micro-credits that each dispute is to hold for the money it has withdrawn, oldest dispute first: what refunds
 * have left of the share of all that was returned, so that a cent which was both refunded and withdrawn counts once.
 * Refunds go first whatever happened first. So the outcome depends on what was refunded and withdrawn, and not on the
 * order in which we heard of it.
 */
export function disputeShares(basis: RefundBasis, withdrawn: readonly bigint[]): MicroCredits[] {
  let returned = basis.refundedAmount;
  let taken = basis.refundedCredits;
  return withdrawn.map((amount) => {
    returned += amount;
    const due = creditsFor(basis, returned < basis.amount ? returned : basis.amount);
    const share = due > taken ? due - taken : 0n;
    taken += share;
    return share;
  });
}
