import type Stripe from 'stripe';

/** What Stripe.js is shown of a payment intent: nothing about the customer, the charge or the metadata. */
const visibleIntentFields = [
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'source',
  'status',
] as const satisfies (keyof Stripe.PaymentIntent)[];

const hiddenPaymentMethodFields: string[] = ['metadata', 'customer'];

/** A payment intent as a publishable key sees it. */
export function publicIntent(intent: Stripe.PaymentIntent): object {
  const visible = pick(intent, visibleIntentFields);
  const failure = intent.last_payment_error;
  if (!failure?.payment_method) return visible;
  return {
    ...visible,
    last_payment_error: { ...failure, payment_method: publicPaymentMethod(failure.payment_method) },
  };
}

/** A payment method as a publishable key sees it. */
export function publicPaymentMethod(method: Stripe.PaymentMethod): object {
  const visible = Object.fromEntries(
    Object.entries(method).filter(([name]) => !hiddenPaymentMethodFields.includes(name)),
  );
  if (!method.card) return visible;
  const { fingerprint: _, ...card } = method.card;
  return { ...visible, card };
}

function pick(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}
