import type Stripe from 'stripe';
import { testBankAccount } from '../bank-accounts.js';
import { processingFee } from '../currencies.js';
import { docUrl, unexpectedState } from '../http/errors.js';
import type { World } from '../world.js';
import { book } from './balance.js';
import { behaviourOf, bookCharge, latestCharge } from './charge-flow.js';
import { afterCharge } from './disputes.js';
import { createCharge, failIntent, keepMethod, replaceIntent, succeedIntent } from './intent-changes.js';
import type { ResolvedMethod } from './payment-method-objects.js';

/**
 * A bank debit: the money takes days (https://docs.stripe.com/payments/ach-direct-debit). It is booked when it begins,
 * and booked back where it fails (https://docs.stripe.com/reports/balance-transaction-types).
 */
export function startDebit(
  world: World,
  intent: Stripe.PaymentIntent,
  resolved: ResolvedMethod,
): Stripe.PaymentIntent {
  const { source } = resolved.traits;
  const account = 'bankAccount' in source ? testBankAccount(source.bankAccount) : undefined;
  const created = createCharge(world, intent, resolved, { status: 'pending' }, false);
  const charge = bookCharge(world, created, created.amount);
  world.emit('charge.pending', charge);
  const processing = replaceIntent(world, intent, { status: 'processing', latest_charge: charge.id });
  world.emit('payment_intent.processing', processing);
  keepMethod(world, processing, resolved, false);
  if (account && account.outcome !== 'stay_processing') {
    world.expectOutcome({ id: intent.id, outcome: account.outcome, failureCode: account.failureCode });
  }
  return processing;
}

/** A bank debit arrives. */
export function settleDebit(world: World, id: string): Stripe.PaymentIntent {
  const { intent, charge } = processingDebit(world, id);
  const paid = world.store.put('charge', {
    ...charge,
    amount_captured: charge.amount,
    paid: true,
    receipt_url: `${world.baseUrl()}/_sandbox/receipts/${charge.id}`,
    status: 'succeeded',
  });
  world.emit('charge.succeeded', paid, { paid: false, status: 'pending' });
  const succeeded = succeedIntent(world, intent, paid);
  afterCharge(world, paid.id, behaviourOf(world, paid).afterCharge);
  return succeeded;
}

/** A bank debit is returned. */
export function failDebit(world: World, id: string, failureCode: string): Stripe.PaymentIntent {
  const { intent, charge } = processingDebit(world, id);
  const returned = book(world, {
    type: 'payment_failure_refund',
    reportingCategory: 'charge_failure',
    amount: -charge.amount,
    fee: -processingFee(charge.amount),
    currency: charge.currency,
    source: charge.id,
    description: `PAYMENT FAILURE (${charge.description ?? charge.id})`,
  });
  const message = `The bank returned the debit: ${failureCode.replaceAll('_', ' ')}.`;
  const failed = world.store.put('charge', {
    ...charge,
    captured: false,
    failure_balance_transaction: returned.id,
    failure_code: failureCode,
    failure_message: message,
    status: 'failed',
  });
  world.emit('charge.failed', failed, { failure_code: null, failure_message: null, status: 'pending' });
  const method =
    typeof intent.payment_method === 'string' ? world.find('payment_method', intent.payment_method) : null;
  return failIntent(world, intent, {
    charge: failed.id,
    code: failureCode,
    doc_url: docUrl(failureCode),
    message,
    ...(method ? { payment_method: method } : {}),
    type: 'card_error',
  });
}

/** The bank takes back a debit that had arrived. Stripe's other objects stay as they are. */
export function reverseDebit(world: World, id: string): Stripe.BalanceTransaction {
  const intent = world.find('payment_intent', id);
  const charge = latestCharge(world, intent);
  if (intent.status !== 'succeeded' || charge?.payment_method_details?.type !== 'us_bank_account') {
    throw unexpectedState(`The PaymentIntent ${id} is no bank debit that arrived.`, intent);
  }
  return book(world, {
    type: 'payment_reversal',
    reportingCategory: 'charge_failure',
    amount: -charge.amount_captured,
    fee: 0,
    currency: charge.currency,
    source: charge.id,
    description: `PAYMENT REVERSAL (${charge.description ?? charge.id})`,
  });
}

function processingDebit(world: World, id: string): { intent: Stripe.PaymentIntent; charge: Stripe.Charge } {
  const intent = world.find('payment_intent', id);
  const charge = latestCharge(world, intent);
  if (intent.status !== 'processing' || !charge) {
    throw unexpectedState(
      `The PaymentIntent ${id} is not processing: its status is ${intent.status}.`,
      intent,
    );
  }
  world.store.drop('pending_outcome', id);
  return { intent, charge };
}
