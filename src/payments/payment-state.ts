/** Where a payment stands, as clients see it. */
export const paymentStatuses = [
  'REQUIRES_PAYMENT',
  'PROCESSING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/**
 * What Stripe says of a payment intent, in our words (https://docs.stripe.com/payments/paymentintents/lifecycle).
 * FAILED is a payment intent that waits for another payment method after a failed attempt.
 */
export const intentFacts = ['REQUIRES_PAYMENT', 'PROCESSING', 'FAILED', 'CANCELED', 'SUCCEEDED'] as const;
export type IntentFact = (typeof intentFacts)[number];

const creditedStatuses: ReadonlySet<PaymentStatus> = new Set([
  'SUCCEEDED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
]);

/** Whether the money arrived, whatever became of it later. */
export const isCredited = (status: PaymentStatus): boolean => creditedStatuses.has(status);

/**
 * The status after a fact. Facts may arrive late and out of order: success is final for the money that came
 * in, and beats everything; Stripe never reopens a canceled intent, so only a success (which a stale
 * cancellation cannot outrun) leaves CANCELED.
 */
export function afterFact(status: PaymentStatus, fact: IntentFact): PaymentStatus {
  if (isCredited(status)) return status;
  if (fact === 'SUCCEEDED') return 'SUCCEEDED';
  return status === 'CANCELED' ? 'CANCELED' : fact;
}

/** What became of the money of a credited payment, in minor units. */
export interface MoneyTaken {
  readonly amount: bigint;
  readonly refundedAmount: bigint;
  readonly disputedAmount: bigint;
}

/** The status of a credited payment: disputed while a dispute holds money of it, else how much of it was given back. */
export function creditedStatus({
  amount,
  refundedAmount,
  disputedAmount,
}: MoneyTaken): 'SUCCEEDED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'DISPUTED' {
  if (disputedAmount > 0n) return 'DISPUTED';
  if (refundedAmount === 0n) return 'SUCCEEDED';
  return refundedAmount < amount ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
