import Stripe from 'stripe';
import type { Clock } from '../../src/platform/clock.js';

/** The body of an event as Stripe posts it, two-space indentation included. */
export function eventBody(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify(
    {
      id: 'evt_1',
      object: 'event',
      api_version: '2026-10-28.endive',
      created: 1_768_478_300,
      data: { object: intentObject() },
      livemode: false,
      pending_webhooks: 1,
      request: { id: 'req_1', idempotency_key: 'payment-intent:1' },
      type: 'payment_intent.succeeded',
      ...overrides,
    },
    null,
    2,
  );
}

export const intentObject = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 4500,
  currency: 'usd',
  client_secret: 'pi_1_secret_z9y8x7',
  description: '500 credits – «prépayés» 💳',
  metadata: {},
  status: 'succeeded',
  ...overrides,
});

/** A `Stripe-Signature` header, made by Stripe's own SDK. */
export function sign(
  body: string,
  secret: string,
  clock: Clock,
  options: { readonly ageSeconds?: number; readonly scheme?: string } = {},
): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret,
    timestamp: clock.now().getTime() / 1000 - (options.ageSeconds ?? 0),
    scheme: options.scheme ?? 'v1',
  });
}
