import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { balanceQuery, paymentQuery } from '../support/operations.js';
import { confirm, newCustomer, pay, startPurchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';
import { deliver } from '../support/webhooks.js';

describe('settlement', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterEach(() => service.sandbox.faults.clear());
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const { available, historyTypes } = readsOf(() => customer);
  const statusOf = async ({ paymentIntentId }: { paymentIntentId: string }) =>
    (await customer.client.request(paymentQuery, { paymentIntentId })).payment?.status;
  const eventsOf = (paymentIntentId: string, type: string) =>
    service.sandbox
      .events()
      .filter((event) => event.type === type)
      .filter(({ data }) => 'id' in data.object && data.object.id === paymentIntentId);

  describe('by webhook alone, the browser being closed', () => {
    it('credits a card payment', async () => {
      const intent = await startPurchase(customer, 500);
      await pay(service, intent);
      await service.settle();
      expect(await available()).toBe('500');
      expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '0' });
    });

    it('credits a card payment after a decline, which it records', async () => {
      const intent = await startPurchase(customer, 500);
      await pay(service, intent, 'pm_card_chargeDeclined');
      await service.settle();
      expect(await statusOf(intent)).toBe('FAILED');
      await pay(service, intent);
      await service.settle();
      expect(await statusOf(intent)).toBe('SUCCEEDED');
      expect(await historyTypes()).toEqual(['PURCHASE', 'PAYMENT_FAILED']);
    });

    it('credits a bank debit when it arrives, and not before', async () => {
      const intent = await startPurchase(customer, 500);
      await pay(service, intent, 'pm_usBankAccount_success');
      await service.settle();
      expect(await statusOf(intent)).toBe('PROCESSING');
      expect(await available()).toBe('0');
      service.sandbox.settlePayment(intent.paymentIntentId);
      await service.settle();
      expect(await available()).toBe('500');
    });

    it('records a bank debit that is returned, and a payment that is canceled', async () => {
      const returned = await startPurchase(customer, 500);
      await pay(service, returned, 'pm_usBankAccount_success');
      service.sandbox.failPayment(returned.paymentIntentId);
      const canceled = await startPurchase(customer, 500);
      await dashboard(service.sandbox).paymentIntents.cancel(canceled.paymentIntentId);
      await service.settle();
      expect(await statusOf(returned)).toBe('FAILED');
      expect(await statusOf(canceled)).toBe('CANCELED');
      expect(await available()).toBe('0');
    });

    it('finds the payment whose creation was cut off, also from many events at once', async () => {
      const { faults } = service.sandbox;
      const path = '/v1/payment_intents';
      faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path, count: 1 });
      faults.api({ fault: 'disconnect', method: 'POST', path, count: 2 });
      await expectCode(startPurchase(customer, 500, 'lost'), 'STRIPE_UNAVAILABLE');
      const stripe = dashboard(service.sandbox);
      const [intent] = (await stripe.paymentIntents.list({ limit: 1 })).data;
      if (!intent) throw new Error('Stripe has no intent.');
      expect(intent.metadata.account_id).toBe(customer.accountId);

      const dropped = faults.delivery({ fault: 'drop' });
      await stripe.paymentIntents.confirm(intent.id, {
        payment_method: 'pm_card_visa',
        return_url: 'https://example.com/paid',
      });
      dropped.remove();
      const [event] = eventsOf(intent.id, 'payment_intent.succeeded');
      const copies = Array.from({ length: 10 }, (_, i) => ({ ...event, id: `${event?.id}${i}` }));
      await Promise.all(copies.map((copy) => deliver(service, copy)));
      await service.settle();

      expect(await available()).toBe('500');
      expect(await startPurchase(customer, 500, 'lost')).toMatchObject({
        paymentIntentId: intent.id,
        payment: { status: 'SUCCEEDED' },
      });
    });
  });

  it('records a failure once, however often it is reported', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_card_chargeDeclined');
    await service.settle();
    const [event] = eventsOf(intent.paymentIntentId, 'payment_intent.payment_failed');
    const copies = Array.from({ length: 10 }, (_, i) => ({ ...event, id: `${event?.id}${i}` }));
    await Promise.all([
      ...copies.map((copy) => deliver(service, copy)),
      ...copies.map(() => deliver(service, event ?? {})),
      expectCode(confirm(customer, intent), 'PAYMENT_NOT_SUCCEEDED'),
    ]);
    await service.settle();
    expect(await historyTypes()).toEqual(['PAYMENT_FAILED']);
  });

  it('leaves payment intents alone that are not ours', async () => {
    const stripe = dashboard(service.sandbox);
    const foreign = { amount: 4500, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' } as const;
    const options = { return_url: 'https://example.com/paid' };
    const { id } = await stripe.paymentIntents.create({ ...foreign, ...options });
    await stripe.refunds.create({ payment_intent: id });
    await service.settle();
    const statuses = await service.database.query<{ status: string }>(
      `select distinct status from webhook_events
       where type = 'refund.created' or payload->'data'->'object'->>'id' = $1`,
      [id],
    );
    expect(statuses).toEqual([{ status: 'IGNORED' }]);
  });

  it('does not let a second intent pass for a payment that has one', async () => {
    const intent = await startPurchase(customer, 500);
    const stripe = dashboard(service.sandbox);
    const original = await stripe.paymentIntents.retrieve(intent.paymentIntentId);
    const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
    const copy = await stripe.paymentIntents.create({
      amount: original.amount,
      currency: original.currency,
      customer: String(original.customer),
      metadata: original.metadata,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://example.com/paid',
    });
    dropped.remove();
    const [event] = eventsOf(copy.id, 'payment_intent.succeeded');
    // Without the hint in its metadata, for which the event would be tried again.
    const object = { id: copy.id, object: 'payment_intent' };
    expect(await deliver(service, { ...event, data: { object } })).toBe(200);
    await service.settle();
    expect(await available()).toBe('0');
    expect(await statusOf(intent)).toBe('REQUIRES_PAYMENT');
  });

  it('grants once to fifty confirmations and fifty deliveries at the same time', async () => {
    const intent = await startPurchase(customer, 500);
    const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
    await pay(service, intent);
    dropped.remove();
    const [event] = eventsOf(intent.paymentIntentId, 'payment_intent.succeeded');
    const deliveries = Array.from({ length: 50 }, (_, i) =>
      deliver(service, i % 2 === 0 ? (event ?? {}) : { ...event, id: `${event?.id}${i}` }),
    );
    const confirmations = Array.from({ length: 50 }, () => confirm(customer, intent));
    expect(new Set(await Promise.all(deliveries))).toEqual(new Set([200]));
    await expectSoundBooks(service.database);
    const confirmed = await Promise.all(confirmations);
    await service.settle();

    const byWebhook = confirmed.every(({ creditsAdded }) => creditsAdded === '0');
    const added = confirmed.reduce((sum, { creditsAdded }) => sum + Number(creditsAdded), 0);
    expect(added).toBe(byWebhook ? 0 : 500);
    for (const { payment, balance } of confirmed) {
      expect(payment.status).toBe('SUCCEEDED');
      expect(balance.available).toBe('500');
    }
    expect(await historyTypes()).toEqual(['PURCHASE']);
    await expectSoundBooks(service.database);
  });

  for (const round of [1, 2, 3]) {
    it(`does not care how deliveries are reordered, repeated or late (round ${round})`, async () => {
      const { faults } = service.sandbox;
      faults.delivery({ fault: 'duplicate', probability: 0.3 });
      faults.delivery({ fault: 'reorder', probability: 0.4 });
      faults.delivery({ fault: 'delay', probability: 0.3, delayMs: 50 });
      const [card, debit, declined, refunded] = [
        await startPurchase(customer, 100),
        await startPurchase(customer, 500),
        await startPurchase(customer, 1000),
        await startPurchase(customer, 2000),
      ];
      await pay(service, declined, 'pm_card_chargeDeclined');
      await pay(service, card, 'pm_card_chargeDeclined');
      await pay(service, card);
      await pay(service, debit, 'pm_usBankAccount_success');
      service.sandbox.settlePayment(debit.paymentIntentId);
      await pay(service, refunded);
      const stripe = dashboard(service.sandbox);
      await stripe.refunds.create({ payment_intent: refunded.paymentIntentId, amount: 3750 });
      await service.settle();

      const { balance } = await customer.client.request(balanceQuery, {});
      expect(balance).toMatchObject({ available: '2100', owed: '0' });
      expect(await Promise.all([card, debit, declined, refunded].map(statusOf))).toEqual([
        'SUCCEEDED',
        'SUCCEEDED',
        'FAILED',
        'PARTIALLY_REFUNDED',
      ]);
      const types = await historyTypes();
      expect(types.filter((type) => type === 'PURCHASE')).toHaveLength(3);
      expect(types.filter((type) => type === 'REFUND')).toHaveLength(1);
      await expectSoundBooks(service.database);
    });
  }
});
