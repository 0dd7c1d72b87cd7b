import type Stripe from 'stripe';
import type { World } from '../world.js';
import { buildCharge, type ChargeResult, type ChargeSpec, methodInstrument } from './charge-objects.js';
import type { ResolvedMethod } from './payment-method-objects.js';
import { attach } from './payment-methods.js';

/** The intent is paid. */
export function succeedIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
): Stripe.PaymentIntent {
  const succeeded = replaceIntent(world, intent, {
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: charge.amount_captured,
    latest_charge: charge.id,
    next_action: null,
    last_payment_error: null,
  });
  world.emit('payment_intent.succeeded', succeeded);
  return succeeded;
}

/** The intent waits for another payment method. */
export function failIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  error: Stripe.PaymentIntent.LastPaymentError,
): Stripe.PaymentIntent {
  const failed = replaceIntent(world, intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: error,
    next_action: null,
  });
  world.emit('payment_intent.payment_failed', failed);
  return failed;
}

/** After a payment the method is saved when that was asked for; without a customer it is used up. */
export function keepMethod(
  world: World,
  intent: Stripe.PaymentIntent,
  { method, traits }: ResolvedMethod,
  authenticated: boolean,
): void {
  const saving = intent.setup_future_usage !== null && typeof intent.customer === 'string';
  if (saving && method.customer === null && typeof intent.customer === 'string') {
    attach(world, method, intent.customer);
  }
  world.store.put('payment_method_traits', {
    ...traits,
    setUp: traits.setUp || (saving && authenticated && intent.setup_future_usage === 'off_session'),
    spent: method.customer === null && !saving,
  });
}

/** Charges the intent's amount. */
export function createCharge(
  world: World,
  intent: Stripe.PaymentIntent,
  { method, traits }: ResolvedMethod,
  result: ChargeResult,
  authenticated: boolean,
): Stripe.Charge {
  const spec: ChargeSpec = {
    amount: intent.amount,
    currency: intent.currency,
    customer: typeof intent.customer === 'string' ? intent.customer : null,
    description: intent.description,
    metadata: intent.metadata,
    receiptEmail: intent.receipt_email,
    statementDescriptor: intent.statement_descriptor,
    statementDescriptorSuffix: intent.statement_descriptor_suffix,
    shipping: intent.shipping,
    paymentIntent: intent.id,
    capture: intent.capture_method !== 'manual',
  };
  const charge = buildCharge(world, spec, methodInstrument(method, intent.amount, authenticated), result);
  world.store.put('charge_traits', { id: charge.id, source: traits.source });
  return world.store.put('charge', charge);
}

export function replaceIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  changes: Partial<Stripe.PaymentIntent>,
): Stripe.PaymentIntent {
  return world.store.put('payment_intent', { ...intent, ...changes });
}
