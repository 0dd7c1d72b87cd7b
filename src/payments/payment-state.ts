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

/** The status of a credited payment by how much of it (minor units) was given back. */
export function afterRefunds(
  amount: bigint,
  refunded: bigint,
): 'SUCCEEDED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' {
  if (refunded === 0n) return 'SUCCEEDED';
  return refunded < amount ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
