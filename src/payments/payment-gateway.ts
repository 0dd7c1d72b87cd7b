import { DomainError, retryAfter } from '../platform/errors.js';
import type { DisputeStatus } from './dispute-state.js';
import type { IntentFact } from './payment-state.js';
import type { RefundReason, RefundStatus } from './refund-state.js';

/** A payment intent as the provider describes it right now. */
export interface IntentSnapshot {
  readonly id: string;
  readonly fact: IntentFact;
  /** The provider's own word, for people. */
  readonly providerStatus: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly amountReceived: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly customerId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Lets a browser confirm the intent; a secret. */
  readonly clientSecret: string | null;
  /** The newest failed attempt, while no later one succeeded. */
  readonly failure: {
    readonly chargeId: string | null;
    readonly code: string;
    readonly message: string;
  } | null;
}

export interface RefundSnapshot {
  readonly id: string;
  readonly status: RefundStatus;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly paymentIntentId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly reason: RefundReason | null;
  readonly failureReason: string | null;
}

export interface DisputeSnapshot {
  readonly id: string;
  readonly status: DisputeStatus;
  /** The provider's own word, e.g. "fraudulent". */
  readonly reason: string;
  /** What is disputed, in minor units of the charge's currency. */
  readonly amount: bigint;
  readonly currency: string;
  /** Until when evidence can be submitted; null: no longer, or not at all. */
  readonly evidenceDueBy: Date | null;
  /** How often the provider has moved money for it. It never falls, so that it tells older snapshots from newer. */
  readonly fundMoves: number;
  /** Minor units that the provider holds of us for it: withdrawn less reinstated, without fees. */
  readonly fundsWithdrawn: bigint;
  readonly createdAt: Date;
}

/** The card network's warning that a payment may be fraudulent. */
export interface FraudWarningSnapshot {
  readonly id: string;
  /** The provider's own word, e.g. "made_with_stolen_card". */
  readonly fraudType: string;
  /** Whether a refund may still prevent a dispute. */
  readonly actionable: boolean;
  readonly createdAt: Date;
}

export interface NewCustomer {
  readonly idempotencyKey: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string | null;
}

export interface NewIntent {
  readonly idempotencyKey: string;
  readonly customerId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly description: string;
  readonly receiptEmail: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where to look for a payment intent that we asked for and never heard of. */
export interface LostIntent {
  readonly customerId: string;
  /** Our payment, as the intent's metadata names it. */
  readonly paymentId: string;
  /** It was asked for at this time or later. */
  readonly since: Date;
}

export interface NewRefund {
  readonly idempotencyKey: string;
  readonly paymentIntentId: string;
  readonly amount: bigint;
  readonly reason: RefundReason;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The provider remembers a failure of its own under this idempotency key, and repeats it for as long as it
 * remembers. Whether the work was done is unknown; where it was not, the request needs another key.
 */
export class StuckKeyError extends DomainError {
  constructor(retryAfterMs: number, options?: ErrorOptions) {
    const message = 'Stripe failed, and whether it did its work is not known yet.';
    super('STRIPE_UNAVAILABLE', message, retryAfter(retryAfterMs), options);
  }
}

/** The customer was deleted at the provider; nothing was done, and for this customer nothing will be. */
export class CustomerGoneError extends DomainError {
  constructor(options?: ErrorOptions) {
    const details = { declineCode: 'customer_gone' };
    super('STRIPE_DECLINED', 'Stripe no longer has this customer.', details, options);
  }
}

/**
 * What payments need of a payment provider. Every call may throw a DomainError: STRIPE_UNAVAILABLE where the
 * outcome is unknown and the same call may be repeated (as a StuckKeyError where that is of no use),
 * STRIPE_DECLINED (as a CustomerGoneError where that is why) and REFUND_EXCEEDS_PAYMENT where the provider refused
 * for good.
 */
export interface PaymentGateway {
  /** The key that the browser may see. */
  readonly publishableKey: string;
  /** Returns the customer's id. */
  createCustomer(request: NewCustomer): Promise<string>;
  createPaymentIntent(request: NewIntent): Promise<IntentSnapshot>;
  /** Null: the provider knows no such payment intent. */
  retrievePaymentIntent(id: string): Promise<IntentSnapshot | null>;
  /** Null: the provider has none, or none yet. */
  findPaymentIntent(lost: LostIntent): Promise<IntentSnapshot | null>;
  createRefund(request: NewRefund): Promise<RefundSnapshot>;
  /** Every refund of a payment intent, oldest first. */
  listRefunds(paymentIntentId: string): Promise<readonly RefundSnapshot[]>;
  /** Every dispute of a payment intent, oldest first. */
  listDisputes(paymentIntentId: string): Promise<readonly DisputeSnapshot[]>;
  /** Every early fraud warning of a payment intent, oldest first. */
  listFraudWarnings(paymentIntentId: string): Promise<readonly FraudWarningSnapshot[]>;
}

/** The metadata we put on what we create at the provider, to find our rows again and to check theirs. */
export const metadataKeys = {
  accountId: 'account_id',
  paymentId: 'payment_id',
  refundId: 'refund_id',
  credits: 'credits',
} as const;
