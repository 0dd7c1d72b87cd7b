import type Stripe from 'stripe';
import type { IntentSnapshot, RefundSnapshot } from '../payments/payment-gateway.js';
import type { IntentFact } from '../payments/payment-state.js';
import { type RefundReason, type RefundStatus, refundReasons } from '../payments/refund-state.js';
import { UnreadableAnswer } from './stripe-errors.js';

/** What is between us and Stripe may answer in its place; the SDK takes any JSON. */
export function assertObject(answer: { readonly object?: unknown }, object: string): void {
  if (answer.object !== object) throw new UnreadableAnswer(object);
}

/** https://docs.stripe.com/payments/paymentintents/lifecycle */
function factOf(intent: Stripe.PaymentIntent): IntentFact {
  switch (intent.status) {
    case 'succeeded':
      return 'SUCCEEDED';
    case 'canceled':
      return 'CANCELED';
    case 'processing':
    case 'requires_capture':
      return 'PROCESSING';
    case 'requires_payment_method':
      return intent.last_payment_error ? 'FAILED' : 'REQUIRES_PAYMENT';
    case 'requires_action':
    case 'requires_confirmation':
      return 'REQUIRES_PAYMENT';
    default:
      // A status newer than our API version: wait, and let the next event tell.
      return 'PROCESSING';
  }
}

export function toIntentSnapshot(intent: Stripe.PaymentIntent): IntentSnapshot {
  assertObject(intent, 'payment_intent');
  const error = intent.last_payment_error;
  return {
    id: intent.id,
    fact: factOf(intent),
    providerStatus: intent.status,
    amount: BigInt(intent.amount),
    amountReceived: BigInt(intent.amount_received),
    currency: intent.currency.toUpperCase(),
    customerId: idOf(intent.customer),
    metadata: intent.metadata,
    clientSecret: intent.client_secret,
    failure: error
      ? {
          chargeId: error.charge ?? null,
          code: error.decline_code ?? error.code ?? error.type,
          message: error.message ?? 'The payment failed.',
        }
      : null,
  };
}

const refundStatusByStripe: Readonly<Record<string, RefundStatus>> = {
  pending: 'PENDING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'CANCELED',
  requires_action: 'REQUIRES_ACTION',
};

export function toRefundSnapshot(refund: Stripe.Refund): RefundSnapshot {
  assertObject(refund, 'refund');
  return {
    id: refund.id,
    status: refundStatusByStripe[refund.status ?? ''] ?? 'PENDING',
    amount: BigInt(refund.amount),
    currency: refund.currency.toUpperCase(),
    paymentIntentId: idOf(refund.payment_intent),
    metadata: refund.metadata ?? {},
    reason: toRefundReason(refund.reason),
    failureReason: refund.failure_reason ?? null,
  };
}

/** Stripe has a reason of its own besides ours (an expired, uncaptured charge); it becomes null. */
function toRefundReason(reason: Stripe.Refund['reason']): RefundReason | null {
  const upper = reason?.toUpperCase();
  return refundReasons.find((known) => known === upper) ?? null;
}

export const toStripeReason = (reason: RefundReason): Stripe.RefundCreateParams.Reason => {
  switch (reason) {
    case 'REQUESTED_BY_CUSTOMER':
      return 'requested_by_customer';
    case 'DUPLICATE':
      return 'duplicate';
    case 'FRAUDULENT':
      return 'fraudulent';
  }
};

const idOf = (value: string | { readonly id: string } | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
