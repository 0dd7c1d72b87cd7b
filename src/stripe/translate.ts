import type Stripe from 'stripe';
import { type DisputeStatus, disputeStatuses } from '../payments/dispute-state.js';
import type {
  DisputeSnapshot,
  FraudWarningSnapshot,
  IntentSnapshot,
  RefundSnapshot,
} from '../payments/payment-gateway.js';
import type { IntentFact } from '../payments/payment-state.js';
import { type RefundReason, type RefundStatus, refundReasons } from '../payments/refund-state.js';
import { UnreadableAnswer } from './stripe-errors.js';

/** What is between us and Stripe may answer in its place; the SDK takes any JSON. */
export function assertObject(answer: { readonly object?: unknown } | null, object: string): void {
  if (answer?.object !== object) throw new UnreadableAnswer(object);
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

export function toDisputeSnapshot(dispute: Stripe.Dispute): DisputeSnapshot {
  assertObject(dispute, 'dispute');
  const dueBy = dispute.evidence_details.due_by;
  return {
    id: dispute.id,
    status: toDisputeStatus(dispute.status),
    reason: dispute.reason,
    amount: BigInt(dispute.amount),
    currency: dispute.currency.toUpperCase(),
    evidenceDueBy: dueBy === null ? null : fromSeconds(dueBy),
    fundMoves: dispute.balance_transactions.length,
    fundsWithdrawn: withdrawnBy(dispute),
    createdAt: fromSeconds(dispute.created),
  };
}

/** A status newer than our API version is an open one, so that somebody looks. */
const toDisputeStatus = (status: string): DisputeStatus =>
  disputeStatuses.find((known) => known === status.toUpperCase()) ?? 'NEEDS_RESPONSE';

/**
 * Balance transactions are in the currency that we are paid out in, which need not be the charge's. Where it is not, each
 * is converted at the rate of its own day, so that a withdrawal and its reinstatement hardly ever come to zero. Then their
 * directions alone tell whether the money is gone, and the dispute how much of the charge it is:
 * https://docs.stripe.com/currencies/disputes-refunds
 */
export function withdrawnBy(
  { amount, currency, balance_transactions: all }: Stripe.Dispute,
  moves: readonly Stripe.BalanceTransaction[] = all,
): bigint {
  if (moves.every((move) => move.currency === currency)) {
    const net = moves.reduce((sum, move) => sum + BigInt(move.amount), 0n);
    return net < 0n ? -net : 0n;
  }
  const direction = moves.reduce((sum, move) => sum + Math.sign(move.amount), 0);
  return direction < 0 ? BigInt(amount) : 0n;
}

export function toFraudWarningSnapshot(warning: Stripe.Radar.EarlyFraudWarning): FraudWarningSnapshot {
  assertObject(warning, 'radar.early_fraud_warning');
  return {
    id: warning.id,
    fraudType: warning.fraud_type,
    actionable: warning.actionable,
    createdAt: fromSeconds(warning.created),
  };
}

const millisPerSecond = 1_000;
const fromSeconds = (seconds: number): Date => new Date(seconds * millisPerSecond);

/** Of what Stripe gives by id or, expanded, as an object. */
export const idOf = (value: string | { readonly id: string } | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
