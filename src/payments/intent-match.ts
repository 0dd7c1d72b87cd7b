import { DomainError } from '../platform/errors.js';
import type { Payment } from './payment.entity.js';
import { type IntentSnapshot, metadataKeys } from './payment-gateway.js';

/**
 * Checks that a payment intent is the one we asked for, before anything is believed of it.
 * @param customerIds the account's customers at Stripe, former ones too
 * @throws DomainError PAYMENT_MISMATCH, naming the fields that differ
 */
export function assertIntentMatches(
  payment: Payment,
  customerIds: readonly string[],
  intent: IntentSnapshot,
): void {
  const differing = [
    intent.amount !== payment.amount && 'amount',
    intent.fact === 'SUCCEEDED' && intent.amountReceived !== payment.amount && 'amount_received',
    intent.currency !== payment.currency && 'currency',
    !customerIds.some((id) => id === intent.customerId) && 'customer',
    intent.metadata[metadataKeys.paymentId] !== payment.id && `metadata.${metadataKeys.paymentId}`,
    intent.metadata[metadataKeys.accountId] !== payment.accountId && `metadata.${metadataKeys.accountId}`,
    intent.metadata[metadataKeys.credits] !== String(payment.credits) && `metadata.${metadataKeys.credits}`,
  ].filter((field) => field !== false);
  if (differing.length > 0) {
    throw new DomainError(
      'PAYMENT_MISMATCH',
      'The payment intent at Stripe is not what was asked for; nothing was credited.',
      {
        differing,
      },
    );
  }
}
