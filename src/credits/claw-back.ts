import type { ClawBackAccount, LedgerAccount, Transfer } from '../ledger/posting.js';
import type { MicroCredits } from '../platform/credits.js';
import { burnDown, type Draw, totalOf } from './burn-down.js';
import type { Lot } from './lot.js';

/** Credits that go back with their money. */
export interface ClawBack {
  /** What the payment granted. */
  readonly lotId: string;
  readonly amount: MicroCredits;
  readonly to: ClawBackAccount;
}

/** A claw-back that is undone. */
export interface Unwound {
  /** The operation's number. */
  readonly clawBackSeq: bigint;
  readonly writtenOff: boolean;
}

/** Where the credits are now that a claw-back with these transfers took. */
export const whereTakenIs = (
  taken: readonly Transfer[],
  { writtenOff }: Pick<Unwound, 'writtenOff'>,
): LedgerAccount => (writtenOff ? 'charged_back' : (taken[0]?.credit ?? 'refunded'));

export interface ClawBackPlan {
  readonly draws: readonly Draw[];
  readonly debt: MicroCredits;
}

/**
 * Where clawed-back credits come from: first the lot that the payment granted, then whatever else may be spent, in
 * burn-down order, which the lots are given in. What is beyond that is debt: what holds have set aside stays
 * theirs, and pays the debt when it is released.
 */
export function planClawBack(
  inOrder: readonly Pick<Lot, 'id' | 'remaining'>[],
  paymentLotId: string,
  amount: MicroCredits,
): ClawBackPlan {
  const isOwn = ({ id }: Pick<Lot, 'id'>) => id === paymentLotId;
  const own = burnDown(inOrder.filter(isOwn), amount);
  const others = burnDown(
    inOrder.filter((lot) => !isOwn(lot)),
    own.short,
  );
  return { draws: [...own.draws, ...others.draws], debt: others.short };
}

/** Who bears a claw-back. */
export interface ClawBackShares {
  /** Unspent credits of the payment. */
  readonly fromPayment: MicroCredits;
  /** The account's other credits. */
  readonly fromOthers: MicroCredits;
  readonly debt: MicroCredits;
}

export function sharesOf({ draws, debt }: ClawBackPlan, paymentLotId: string): ClawBackShares {
  const fromPayment = totalOf(draws.filter(({ lotId }) => lotId === paymentLotId));
  return { fromPayment, fromOthers: totalOf(draws) - fromPayment, debt };
}
