import type { PaymentSync } from '../payments/payment-sync.js';

/** What in our books an event asks us to bring in line with Stripe. */
export type SyncTarget = keyof PaymentSync;

/** https://docs.stripe.com/api/events/types */
const targets: ReadonlyMap<string, SyncTarget> = new Map([
  ['payment_intent.succeeded', 'syncIntent'],
  ['payment_intent.payment_failed', 'syncIntent'],
  ['payment_intent.processing', 'syncIntent'],
  ['payment_intent.canceled', 'syncIntent'],
  ['charge.refunded', 'syncRefunds'],
  ['charge.refund.updated', 'syncRefunds'],
  ['refund.created', 'syncRefunds'],
  ['refund.updated', 'syncRefunds'],
  ['refund.failed', 'syncRefunds'],
  ['charge.dispute.created', 'syncDisputes'],
  ['charge.dispute.updated', 'syncDisputes'],
  ['charge.dispute.funds_withdrawn', 'syncDisputes'],
  ['charge.dispute.funds_reinstated', 'syncDisputes'],
  ['charge.dispute.closed', 'syncDisputes'],
  ['radar.early_fraud_warning.created', 'syncFraudWarnings'],
  ['radar.early_fraud_warning.updated', 'syncFraudWarnings'],
]);

export const handledEventTypes: readonly string[] = [...targets.keys()];

export type Handling =
  | { readonly sync: SyncTarget; readonly paymentIntentId: string }
  /** Nothing is done; `ignored` says why. */
  | { readonly ignored: string };

export function handlingOf(type: string, paymentIntentId: string | null): Handling {
  const sync = targets.get(type);
  if (!sync) return { ignored: 'Nothing is done on events of this type.' };
  if (paymentIntentId === null) return { ignored: 'It concerns no payment intent.' };
  return { sync, paymentIntentId };
}
