import type Stripe from 'stripe';
import { testBankAccount } from '../bank-accounts.js';
import { docUrl, unexpectedState } from '../http/errors.js';
import type { World } from '../world.js';
import { latestCharge, settleCharge } from './charge-flow.js';
import { createCharge, failIntent, keepMethod, replaceIntent, succeedIntent } from './intent-changes.js';
import type { ResolvedMethod } from './payment-method-objects.js';

/** A bank debit: the money takes days (https://docs.stripe.com/payments/ach-direct-debit). */
export function startDebit(
  world: World,
  intent: Stripe.PaymentIntent,
  resolved: ResolvedMethod,
): Stripe.PaymentIntent {
  const { source } = resolved.traits;
  const account = 'bankAccount' in source ? testBankAccount(source.bankAccount) : undefined;
  const charge = createCharge(world, intent, resolved, { status: 'pending' }, false);
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
  settleCharge(world, paid);
  return succeeded;
}

/** A bank debit is returned. */
export function failDebit(world: World, id: string, failureCode: string): Stripe.PaymentIntent {
  const { intent, charge } = processingDebit(world, id);
  const message = `The bank returned the debit: ${failureCode.replaceAll('_', ' ')}.`;
  const failed = world.store.put('charge', {
    ...charge,
    captured: false,
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
