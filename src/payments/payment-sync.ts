/** What became of a report that something changed at the provider. */
export type SyncOutcome =
  /** Our books now say what the provider says. */
  | 'APPLIED'
  /** The provider's object is not one of ours. */
  | 'UNKNOWN_OBJECT';

/**
 * Brings our books in line with the provider. Each method fetches the object afresh, so when it is called,
 * how often, and in which order does not matter.
 */
export interface PaymentSync {
  /** @throws DomainError PAYMENT_MISMATCH where the intent is not what we asked for; STRIPE_UNAVAILABLE */
  syncIntent(paymentIntentId: string): Promise<SyncOutcome>;
  /** All refunds of a payment intent, wherever they were made. */
  syncRefunds(paymentIntentId: string): Promise<SyncOutcome>;
  /** All disputes of a payment intent, inquiries too. */
  syncDisputes(paymentIntentId: string): Promise<SyncOutcome>;
  /** All early fraud warnings of a payment intent. */
  syncFraudWarnings(paymentIntentId: string): Promise<SyncOutcome>;
}
