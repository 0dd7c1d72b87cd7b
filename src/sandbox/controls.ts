import type Stripe from 'stripe';
import type { Deliveries } from './delivery/deliveries.js';
import type { Delivery } from './delivery/delivery.js';
import { failDebit, reverseDebit, settleDebit } from './resources/debit-flow.js';
import {
  type DisputeReason,
  escalateInquiry,
  loseDispute,
  openDispute,
  openInquiry,
  winDispute,
} from './resources/disputes.js';
import { warnOfFraud } from './resources/fraud-warnings.js';
import { finishAuthentication } from './resources/payment-flow.js';
import { failRefund, holdUpRefund, settleRefund } from './resources/refunds.js';
import { putEndpoint, withoutSecret } from './resources/webhook-endpoints.js';
import type { World } from './world.js';

/** What the outside world does at Stripe by itself: customers, issuers, banks. Here a test says when. */
export interface Controls {
  /** The customer passes or fails 3-D Secure. A decline that follows shows in the intent returned. */
  authenticate(paymentIntent: string, outcome: 'pass' | 'fail'): Stripe.PaymentIntent;
  /** A bank debit that is `processing` arrives. */
  settlePayment(paymentIntent: string): Stripe.PaymentIntent;
  /** A bank debit that is `processing` is returned. */
  failPayment(paymentIntent: string, failureCode?: string): Stripe.PaymentIntent;
  /** The bank takes back a debit that had arrived. */
  reversePayment(paymentIntent: string): Stripe.BalanceTransaction;
  /** A pending refund waits for its recipient: `requires_action`. */
  holdUpRefund(refund: string): Stripe.Refund;
  /** A refund on its way arrives. */
  settleRefund(refund: string): Stripe.Refund;
  /** A refund on its way, or one that succeeded, is returned by the bank. */
  failRefund(refund: string, failureReason?: string): Stripe.Refund;
  /** The customer disputes a charge, or so much of it: the funds are withdrawn. */
  openDispute(charge: string, reason?: DisputeReason, amount?: number): Stripe.Dispute;
  /** The customer's bank asks about a charge, or so much of it: no funds move. */
  openInquiry(charge: string, amount?: number): Stripe.Dispute;
  /** An inquiry becomes a dispute: the funds are withdrawn. */
  escalateInquiry(dispute: string): Stripe.Dispute;
  winDispute(dispute: string): Stripe.Dispute;
  loseDispute(dispute: string): Stripe.Dispute;
  warnOfFraud(charge: string): Stripe.Radar.EarlyFraudWarning;
  /** Sends events to this address too; for an address that is registered, changes its secret and events. */
  registerWebhook(url: string, secret: string, enabledEvents?: string[]): Stripe.WebhookEndpoint;
  /** As when a day has passed: what was saved under idempotency keys, failures too, is not repeated any more. */
  forgetIdempotencyKeys(): void;
  /** Sends an event again to every endpoint that wants it. */
  resendEvent(event: string): Delivery[];
}

export function createControls(world: World, deliveries: Deliveries): Controls {
  const act = <T>(work: () => T): T => {
    const result = work();
    world.store.commit();
    return result;
  };
  return {
    authenticate: (id, outcome) => act(() => finishAuthentication(world, id, outcome === 'pass')),
    settlePayment: (id) => act(() => settleDebit(world, id)),
    failPayment: (id, code = 'insufficient_funds') => act(() => failDebit(world, id, code)),
    reversePayment: (id) => act(() => reverseDebit(world, id)),
    holdUpRefund: (id) => act(() => holdUpRefund(world, id)),
    settleRefund: (id) => act(() => settleRefund(world, id)),
    failRefund: (id, reason = 'unknown') => act(() => failRefund(world, id, reason)),
    openDispute: (id, reason = 'fraudulent', amount) => act(() => openDispute(world, id, reason, amount)),
    openInquiry: (id, amount) => act(() => openInquiry(world, id, amount)),
    escalateInquiry: (id) => act(() => escalateInquiry(world, id)),
    winDispute: (id) => act(() => winDispute(world, id)),
    loseDispute: (id) => act(() => loseDispute(world, id)),
    warnOfFraud: (id) => act(() => warnOfFraud(world, id)),
    registerWebhook: (url, secret, enabledEvents = ['*']) =>
      act(() => {
        const present = world.store.all('webhook_endpoint').find((endpoint) => endpoint.url === url);
        return withoutSecret(
          putEndpoint(world, present?.id ?? world.id('we'), { url, secret, enabledEvents }),
        );
      }),
    forgetIdempotencyKeys: () =>
      act(() => {
        for (const { id } of world.store.all('idempotency')) world.store.drop('idempotency', id);
      }),
    resendEvent: (id) => deliveries.resend(world.find('event', id)),
  };
}
