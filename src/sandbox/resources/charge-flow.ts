import type Stripe from 'stripe';
import { testBankAccount } from '../bank-accounts.js';
import { type CardBehaviour, testCard } from '../cards.js';
import { processingFee } from '../currencies.js';
import { idOf, type World } from '../world.js';
import { book } from './balance.js';
import { afterCharge } from './disputes.js';

/** Books a captured charge's money and reports the balance transaction, which appears only then. */
export function settleCharge(world: World, charge: Stripe.Charge): void {
  const settled = bookCharge(world, charge);
  world.emit('charge.updated', settled, { balance_transaction: null });
  afterCharge(world, settled.id, behaviourOf(world, charge).afterCharge);
}

/** Books a captured charge's money, or that of a bank debit on its way. */
export function bookCharge(
  world: World,
  charge: Stripe.Charge,
  amount: number = charge.amount_captured,
): Stripe.Charge {
  const isCard = charge.payment_method_details?.type === 'card';
  const transaction = book(world, {
    type: isCard ? 'charge' : 'payment',
    reportingCategory: 'charge',
    amount,
    fee: processingFee(amount),
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
    availableNow: behaviourOf(world, charge).bypassPending ?? false,
  });
  return world.store.put('charge', { ...charge, balance_transaction: transaction.id });
}

/**
 * Takes the authorized money, or part of it. What is not taken is released without a trace in the refunds
 * (https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow).
 */
export function captureCharge(world: World, charge: Stripe.Charge, amount: number): Stripe.Charge {
  const captured = world.store.put('charge', { ...charge, amount_captured: amount, captured: true });
  world.emit('charge.captured', captured, { captured: false, amount_captured: 0 });
  return captured;
}

/** What the card or the bank account that paid a charge causes. */
export function behaviourOf(world: World, charge: Stripe.Charge): CardBehaviour {
  const source = world.store.get('charge_traits', charge.id)?.source;
  if (!source) return {};
  if ('card' in source) return testCard(source.card);
  const { afterCharge: effect } = testBankAccount(source.bankAccount);
  return { refund: 'pending_then_succeeded', ...(effect ? { afterCharge: effect } : {}) };
}

/** The latest charge of a payment intent, which is there once a payment was tried. */
export function latestCharge(world: World, intent: Stripe.PaymentIntent): Stripe.Charge | undefined {
  return intent.latest_charge === null ? undefined : world.find('charge', idOf(intent.latest_charge));
}
