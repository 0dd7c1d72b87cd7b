import { metadataKeys } from '../../src/payments/payment-gateway.js';
import { stripeApiVersion } from '../../src/stripe/stripe-client.js';
import { accountId, customerId, paymentId, paymentIntentId } from './names.js';

/** What every payment buys. */
export const purchase = { credits: 500, cents: 4_500 } as const;

/** Which account a payment is of, where there are so many. */
export const payerOf = (payment: number, accounts: number): number => payment % accounts;

/** The intent of a payment as Stripe renders a paid one. */
export function paidIntent(payment: number, accounts: number): Record<string, unknown> {
  const id = paymentIntentId(payment);
  const account = payerOf(payment, accounts);
  return {
    id,
    object: 'payment_intent',
    amount: purchase.cents,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: purchase.cents,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_bench`,
    confirmation_method: 'automatic',
    created: 1_790_000_000,
    currency: 'usd',
    customer: customerId(account),
    description: `${purchase.credits} credits`,
    last_payment_error: null,
    latest_charge: `ch_bench${payment}`,
    livemode: false,
    metadata: {
      [metadataKeys.paymentId]: paymentId(payment),
      [metadataKeys.accountId]: accountId(account),
      [metadataKeys.credits]: String(purchase.credits),
    },
    next_action: null,
    on_behalf_of: null,
    payment_method: `pm_bench${payment}`,
    payment_method_configuration_details: { id: 'pmc_bench', parent: null },
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
      link: { persistent_token: null },
    },
    payment_method_types: ['card', 'link'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

/** The body of the event that tells of a payment, laid out as Stripe does. */
export function deliveryOf(payment: number, accounts: number): string {
  const event = {
    id: `evt_bench${payment}`,
    object: 'event',
    api_version: stripeApiVersion,
    created: 1_790_000_001,
    data: { object: paidIntent(payment, accounts) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_bench${payment}`, idempotency_key: `payment-intent:${paymentId(payment)}` },
    type: 'payment_intent.succeeded',
  };
  return JSON.stringify(event, null, 2);
}
