import type { DisputeStatus } from '../payments/dispute-state.js';
import type { VerifiedEvent } from '../webhooks/verified-event.js';

/** Kinds of movements of the balance at Stripe that concern what we sell. */
export const movementKinds = [
  'CHARGE',
  'CHARGE_REVERSAL',
  'REFUND',
  'REFUND_REVERSAL',
  'DISPUTE',
  'DISPUTE_REVERSAL',
  'ADJUSTMENT',
] as const;
export type MovementKind = (typeof movementKinds)[number];

/** Where a movement of a dispute's money stands among the others of that dispute. */
export interface DisputeMove {
  /** Counted from 1, oldest first. */
  readonly number: number;
  /** How many there are by now. */
  readonly of: number;
  /** Minor units that were withdrawn, and not reinstated, once it was made. */
  readonly withdrawnAfter: bigint;
  /** The dispute's status now. */
  readonly status: DisputeStatus;
}

/** Money that Stripe has booked: https://docs.stripe.com/reports/balance-transaction-types */
export interface Movement {
  readonly id: string;
  readonly kind: MovementKind;
  readonly createdAt: Date;
  /** Minor units of the currency that the customer paid in; negative where money left us. Fees are not in it. */
  readonly amount: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** The payment intent of a charge, the refund, the dispute, or what an adjustment is about. */
  readonly objectId: string;
  readonly paymentIntentId: string | null;
  /** Our payment and account, as the charge's metadata names them. */
  readonly paymentId: string | null;
  readonly accountId: string | null;
  /** PENDING: a bank debit that may yet fail. UNDONE: a refund that came back, or such a debit. */
  readonly state: 'PENDING' | 'FINAL' | 'UNDONE';
  /** Of a dispute's money; else null. */
  readonly dispute: DisputeMove | null;
}

/** One page, newest first; a cursor for the next one where there is more. */
export interface GatewayPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** What happened from one instant to before another. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

export interface Amount {
  /** Minor units; zero where there is nothing. */
  readonly amount: bigint;
  readonly currency: string;
}

export interface DisputedAmount extends Amount {
  readonly status: DisputeStatus;
}

/**
 * What reconciliation reads of a payment provider. Every call may throw a DomainError STRIPE_UNAVAILABLE. A page
 * is asked for by the cursor of the one before it; null asks for the first.
 */
export interface ReconciliationGateway {
  listEvents(
    types: readonly string[],
    span: Span,
    cursor: string | null,
  ): Promise<GatewayPage<VerifiedEvent>>;
  listMovements(span: Span, cursor: string | null): Promise<GatewayPage<Movement>>;
  /** What was captured for a payment intent. Null: the provider knows no such intent. */
  findCharged(paymentIntentId: string): Promise<Amount | null>;
  /** What a refund gave back, as a negative amount. Null: the provider knows no such refund. */
  findRefunded(refundId: string): Promise<Amount | null>;
  /** What a dispute has withdrawn and not returned, as a negative amount. Null: the provider knows no such dispute. */
  findDisputed(disputeId: string): Promise<DisputedAmount | null>;
}
