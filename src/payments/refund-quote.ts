import type { ClawBackShares } from '../credits/claw-back.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Payment } from './payment.entity.js';
import type { SpentCreditsPolicy } from './refund.service.js';

/** What refunding an amount would take from whom. */
export interface QuotedRefund extends ClawBackShares {
  /** Minor units; positive. */
  readonly amount: bigint;
  /** All that would be taken back: the sum of the shares. */
  readonly credits: MicroCredits;
  /** The mildest policy under which it is not refused. */
  readonly spentCredits: SpentCreditsPolicy;
}

/** What can be refunded of a payment, and where its credits are. */
export interface RefundQuote {
  readonly payment: Payment;
  /** Minor units that are left of the payment. */
  readonly refundable: bigint;
  /** Minor units of those whose credits are unspent. */
  readonly refundableByUnspent: bigint;
  /** Taken back by refunds that stand, from whichever credits. */
  readonly refundedCredits: MicroCredits;
  /** Of what the payment bought: may be spent, set aside by holds, gone otherwise than by its refunds and disputes. */
  readonly unspent: MicroCredits;
  readonly held: MicroCredits;
  readonly spent: MicroCredits;
  /** Null where nothing is left to refund. */
  readonly refund: QuotedRefund | null;
}
