import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { createLog } from '../../src/platform/log.js';
import { createStripeClient } from '../../src/stripe/stripe-client.js';
import { balanceQuery, createPaymentIntentMutation } from '../support/operations.js';
import { startTestService, type TestService } from '../support/service.js';

let service: TestService;
let stripe: Stripe;

beforeAll(async () => {
  service = await startTestService();
  stripe = createStripeClient(service.config.stripe, createLog('silent'));
});

afterAll(() => service.close());

const return_url = 'https://shop.example/paid';

/** What the customer's browser does. */
const pay = (paymentIntentId: string, payment_method: string) =>
  stripe.paymentIntents.confirm(paymentIntentId, { payment_method, return_url });

const available = async (): Promise<string> =>
  (await service.clients.customer.request(balanceQuery, {})).balance.available;

const statusesOf = (type: string) =>
  service.database.query<{ status: string; outcome: string | null }>(
    'select status, outcome from webhook_events where type = $1 order by status desc, id',
    [type],
  );

describe('the webhook of the whole service', () => {
  it('credits a payment once, however often and in whatever order its events come', async () => {
    service.sandbox.faults.delivery({ fault: 'duplicate' });
    service.sandbox.faults.delivery({ fault: 'reorder', probability: 0.5 });
    const { createPaymentIntent } = await service.clients.customer.request(createPaymentIntentMutation, {
      input: { creditAmount: 500 },
    });
    const { paymentIntentId } = createPaymentIntent;
    await expect(pay(paymentIntentId, 'pm_card_chargeDeclined')).rejects.toThrow('declined');
    await pay(paymentIntentId, 'pm_card_visa');
    await service.settle();

    expect(await available()).toBe('500');
    expect(await statusesOf('payment_intent.payment_failed')).toEqual([
      { status: 'PROCESSED', outcome: null },
    ]);
    expect(await statusesOf('payment_intent.succeeded')).toEqual([{ status: 'PROCESSED', outcome: null }]);
    const stored = await service.database.query<{ id: string }>('select id from webhook_events order by id');
    expect(stored.map(({ id }) => id)).toEqual(
      service.sandbox
        .events()
        .map(({ id }) => id)
        .sort(),
    );
    service.sandbox.faults.clear();
  });

  it('takes back the credits of a refund that was made at Stripe', async () => {
    const [payment] = await service.database.query<{ stripe_payment_intent_id: string }>(
      'select stripe_payment_intent_id from payments',
    );
    await stripe.refunds.create({ payment_intent: payment?.stripe_payment_intent_id ?? '' });
    await service.settle();
    expect(await available()).toBe('0');
    expect(await statusesOf('charge.refunded')).toEqual([{ status: 'PROCESSED', outcome: null }]);
  });

  it('gives nothing for a payment that is not ours', async () => {
    const before = await statusesOf('payment_intent.succeeded');
    await stripe.paymentIntents.create({
      amount: 4_500,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true },
      confirm: true,
      return_url,
    });
    await service.settle();
    expect(await available()).toBe('0');
    expect(await statusesOf('payment_intent.succeeded')).toEqual([
      ...before,
      { status: 'IGNORED', outcome: 'The payment intent is not one of ours.' },
    ]);
  });

  it('counts what it received', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(
      /^webhook_deliveries_total\{type="payment_intent.succeeded",outcome="STORED"\} 2$/m,
    );
    expect(metrics).toMatch(
      /^webhook_attempts_total\{type="payment_intent.succeeded",outcome="PROCESSED"\} 1$/m,
    );
  });
});
