import type { BankAccountName } from './bank-accounts.js';
import type { CardName } from './cards.js';

/** Which test card or test bank account pays. */
export type PaymentSource = { card: CardName } | { bankAccount: BankAccountName };

/** How a payment method will behave: known to the sandbox, not shown by Stripe's API. */
export interface PaymentMethodTraits {
  /** The payment method's id. */
  id: string;
  source: PaymentSource;
  /** Authenticated for later payments without the customer (`setup_future_usage`). */
  setUp: boolean;
  /** Used without a customer, or detached: may not be used again. */
  spent: boolean;
}

/** How the card behind a token will behave. */
export interface TokenTraits {
  id: string;
  card: CardName;
}

/** What follows a charge: refunds and disputes depend on what it was paid with. */
export interface ChargeTraits {
  /** The charge's id. */
  id: string;
  source: PaymentSource;
}

/** Something that will end later by itself: a bank debit or a refund on its way. */
export interface PendingOutcome {
  /** The payment intent's or the refund's id. */
  id: string;
  outcome: 'succeed' | 'fail';
  failureCode: string;
}
