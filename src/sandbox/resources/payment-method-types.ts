import type Stripe from 'stripe';
import { invalidRequest } from '../http/errors.js';
import type { CreateParams } from './payment-intent-params.js';

/** Automatic unless types are listed (https://docs.stripe.com/payments/payment-methods/integration-options). */
export function automaticMethods(body: CreateParams): Stripe.PaymentIntent.AutomaticPaymentMethods | null {
  const automatic = body.automatic_payment_methods;
  if (!body.payment_method_types && !body.allowed_payment_method_types) {
    return automatic?.enabled === false
      ? null
      : { allow_redirects: automatic?.allow_redirects ?? 'always', enabled: true };
  }
  if (!automatic?.enabled) return null;
  throw invalidRequest(
    'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types, payment_method_types.',
    { param: 'automatic_payment_methods' },
  );
}

type TypeChoice = Pick<
  CreateParams,
  'allowed_payment_method_types' | 'excluded_payment_method_types' | 'payment_method_types'
>;

/** The types that remain of what the sandbox supports in this currency. */
export function typesFor(currency: string, choice: TypeChoice): string[] {
  const supported = currency === 'usd' ? ['card', 'us_bank_account'] : ['card'];
  const types = supported
    .filter((type) => choice.payment_method_types?.includes(type) ?? true)
    .filter((type) => choice.allowed_payment_method_types?.includes(type) ?? true)
    .filter((type) => !choice.excluded_payment_method_types?.includes(type));
  if (types.length > 0) return types;
  throw invalidRequest('No payment method types are compatible with this PaymentIntent.', {
    param: 'payment_method_types',
  });
}

const typesRemovedIn = '2026-09-30';

/**
 * Newer versions refuse `payment_method_types`
 * (https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents);
 * the Stripe CLI, which asks for no version, still sends it.
 */
export function refuseRemovedTypes(types: string[] | undefined, version: string): void {
  if (types === undefined || version < typesRemovedIn) return;
  throw invalidRequest(
    'The parameter payment_method_types is no longer supported. Use dynamic payment methods, or ' +
      'allowed_payment_method_types or excluded_payment_method_types to narrow them down.',
    { code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' },
  );
}

/** The fields about payment method types after an update. */
export function typeChanges(
  intent: Stripe.PaymentIntent,
  currency: string,
  body: TypeChoice,
): Partial<Stripe.PaymentIntent> {
  const unchanged = !body.allowed_payment_method_types && !body.excluded_payment_method_types;
  if (unchanged && !body.payment_method_types && currency === intent.currency) return {};
  const allowed = body.allowed_payment_method_types ?? intent.allowed_payment_method_types;
  const excluded = body.excluded_payment_method_types ?? intent.excluded_payment_method_types;
  return {
    allowed_payment_method_types: allowed,
    excluded_payment_method_types: excluded,
    payment_method_types: typesFor(currency, {
      allowed_payment_method_types: allowed ?? undefined,
      excluded_payment_method_types: excluded ?? undefined,
      payment_method_types: body.payment_method_types,
    }),
  };
}
