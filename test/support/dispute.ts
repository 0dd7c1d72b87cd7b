import type Stripe from 'stripe';
import type { TestService } from './service.js';
import { dashboard } from './stripe-sdk.js';

export async function chargeOf({ sandbox }: Pick<TestService, 'sandbox'>, paymentIntentId: string) {
  const { latest_charge } = await dashboard(sandbox).paymentIntents.retrieve(paymentIntentId);
  return String(latest_charge);
}

/** Disputes a payment as its cardholder does: the money leaves at once. */
export async function disputeOf(
  service: Pick<TestService, 'sandbox'>,
  paymentIntentId: string,
): Promise<Stripe.Dispute> {
  return service.sandbox.openDispute(await chargeOf(service, paymentIntentId));
}

/** Warns of a payment as its card's network does. */
export async function warningOf(
  service: Pick<TestService, 'sandbox'>,
  paymentIntentId: string,
): Promise<Stripe.Radar.EarlyFraudWarning> {
  return service.sandbox.warnOfFraud(await chargeOf(service, paymentIntentId));
}
