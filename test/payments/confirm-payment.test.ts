import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { print } from 'graphql';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { confirmPaymentMutation, paymentQuery } from '../support/operations.js';
import {
  type CreatedIntent,
  confirm,
  newCustomer,
  pay,
  purchase,
  startPurchase,
  type TestCustomer,
} from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

describe('confirmPayment', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService();
    // What the browser's confirmation does is told apart from what a webhook does: here none arrives.
    service.sandbox.faults.delivery({ fault: 'drop' });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const { balance, history } = readsOf(() => customer);
  const payment = async ({ paymentIntentId }: CreatedIntent) =>
    (await customer.client.request(paymentQuery, { paymentIntentId })).payment;
  const expectNotSucceeded = async (intent: CreatedIntent, status: string, stripeStatus: string) => {
    const { extensions } = await expectCode(confirm(customer, intent), 'PAYMENT_NOT_SUCCEEDED');
    expect(extensions).toEqual({ code: 'PAYMENT_NOT_SUCCEEDED', status, stripeStatus });
    expect(await payment(intent)).toMatchObject({ status, succeededAt: null });
    expect((await balance()).available).toBe('0');
  };

  it('grants what was paid, once', async () => {
    const intent = await startPurchase(customer, 500);
    expect(await pay(service, intent)).toBe('succeeded');
    const succeededAt = service.clock.now().toISOString();
    expect(await confirm(customer, intent)).toEqual({
      payment: { id: intent.payment.id, status: 'SUCCEEDED', credits: 500, succeededAt },
      creditsAdded: '500',
      balance: { available: '500', held: '0', owed: '0' },
    });
    service.clock.advance(1000);
    expect(await confirm(customer, intent)).toEqual({
      payment: { id: intent.payment.id, status: 'SUCCEEDED', credits: 500, succeededAt },
      creditsAdded: '0',
      balance: { available: '500', held: '0', owed: '0' },
    });
    expect((await balance()).lots).toMatchObject([
      { source: 'PURCHASE', granted: '500', remaining: '500', priority: 50, expiresAt: null },
    ]);
    expect(await history()).toMatchObject([
      {
        type: 'PURCHASE',
        description: 'Purchased 500 credits',
        credits: '500',
        money: { amount: 4500, currency: 'USD', formatted: '$45.00' },
        stripePaymentIntentId: intent.paymentIntentId,
        stripeRefundId: null,
      },
    ]);
  });

  it('grants nothing before the payment', async () => {
    const intent = await startPurchase(customer, 500);
    await expectNotSucceeded(intent, 'REQUIRES_PAYMENT', 'requires_payment_method');
    expect(await history()).toEqual([]);
  });

  it('records why a card was declined, once, and takes another card', async () => {
    const intent = await startPurchase(customer, 500);
    expect(await pay(service, intent, 'pm_card_chargeDeclinedInsufficientFunds')).toBeNull();
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    const declined = {
      failureCode: 'insufficient_funds',
      failureMessage: 'Your card has insufficient funds.',
    };
    expect(await payment(intent)).toMatchObject(declined);
    expect(await history()).toMatchObject([{ type: 'PAYMENT_FAILED', credits: '0', money: null }]);

    expect(await pay(service, intent, 'pm_card_chargeDeclinedExpiredCard')).toBeNull();
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    expect(await payment(intent)).toMatchObject({ failureCode: 'expired_card' });

    expect(await pay(service, intent)).toBe('succeeded');
    expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '500' });
    expect(await payment(intent)).toMatchObject({
      status: 'SUCCEEDED',
      failureCode: null,
      failureMessage: null,
    });
    const types = (await history()).map(({ type }) => type);
    expect(types).toEqual(['PURCHASE', 'PAYMENT_FAILED', 'PAYMENT_FAILED']);
  });

  it.each([
    ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_radarBlock', 'fraudulent'],
  ])('tells support what is wrong with %s, and not who tries to pay with it', async (card, failureCode) => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, card);
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    expect(await payment(intent)).toMatchObject({
      failureCode: 'generic_decline',
      failureMessage: 'Your card was declined.',
    });
    const { paymentIntentId } = intent;
    const { payment: seen } = await service.clients.admin.request(paymentQuery, { paymentIntentId });
    expect(seen).toMatchObject({ failureCode });
    expect(JSON.stringify(await history())).not.toContain(failureCode);
  });

  it('waits for 3-D Secure, and tells when it failed', async () => {
    const intent = await startPurchase(customer, 500);
    expect(await pay(service, intent, 'pm_card_authenticationRequired')).toBe('requires_action');
    await expectNotSucceeded(intent, 'REQUIRES_PAYMENT', 'requires_action');
    service.sandbox.authenticate(intent.paymentIntentId, 'fail');
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    expect(await payment(intent)).toMatchObject({ failureCode: 'payment_intent_authentication_failure' });
    await pay(service, intent, 'pm_card_authenticationRequired');
    service.sandbox.authenticate(intent.paymentIntentId, 'pass');
    expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '500' });
  });

  it('waits for a bank debit, which may arrive', async () => {
    const intent = await startPurchase(customer, 1000);
    expect(await pay(service, intent, 'pm_usBankAccount_success')).toBe('processing');
    await expectNotSucceeded(intent, 'PROCESSING', 'processing');
    service.sandbox.settlePayment(intent.paymentIntentId);
    expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '1000' });
  });

  it('or be returned', async () => {
    const intent = await startPurchase(customer, 1000);
    await pay(service, intent, 'pm_usBankAccount_success');
    await expectNotSucceeded(intent, 'PROCESSING', 'processing');
    service.sandbox.failPayment(intent.paymentIntentId, 'account_closed');
    await expectNotSucceeded(intent, 'FAILED', 'requires_payment_method');
    expect(await payment(intent)).toMatchObject({ failureCode: 'account_closed' });
  });

  it('says that a payment was canceled', async () => {
    const intent = await startPurchase(customer, 500);
    await dashboard(service.sandbox).paymentIntents.cancel(intent.paymentIntentId);
    await expectNotSucceeded(intent, 'CANCELED', 'canceled');
  });

  it("answers for another account's payment as for one that does not exist, byte for byte", async () => {
    const other = await newCustomer(service);
    const theirs = await purchase(service, other, 500);
    const unknown = `pi_${'x'.repeat(theirs.length - 'pi_'.length)}`;
    for (const [document, variables] of [
      [confirmPaymentMutation, (paymentIntentId: string) => ({ input: { paymentIntentId } })],
      [paymentQuery, (paymentIntentId: string) => ({ paymentIntentId })],
    ] as const) {
      const bodyOf = async (paymentIntentId: string) => {
        const response = await fetch(`${service.url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${customer.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query: print(document), variables: variables(paymentIntentId) }),
        });
        return response.text();
      };
      const answer = await bodyOf(theirs);
      expect(answer).toBe(await bodyOf(unknown));
      expect(answer).toContain('"NOT_FOUND"');
    }
  });

  it('takes payment intents only', async () => {
    for (const paymentIntentId of ['', 'pi_', 'ch_123', 'pi_1/../../customers', `pi_${'x'.repeat(251)}`]) {
      await expectCode(
        customer.client.request(confirmPaymentMutation, { input: { paymentIntentId } }),
        'BAD_USER_INPUT',
      );
    }
  });

  it('is for customer keys only', async () => {
    const paymentIntentId = await purchase(service, customer, 100);
    for (const client of [service.clients.service, service.clients.admin]) {
      await expectCode(client.request(confirmPaymentMutation, { input: { paymentIntentId } }), 'FORBIDDEN');
    }
  });

  it('says STRIPE_UNAVAILABLE while Stripe is down, and grants when asked again', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent);
    const fault = service.sandbox.faults.api({
      fault: 'rate_limit',
      path: `/v1/payment_intents/${intent.paymentIntentId}`,
    });
    await expectCode(confirm(customer, intent), 'STRIPE_UNAVAILABLE');
    fault.remove();
    expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '500' });
  });

  describe('of an intent that was changed at Stripe', () => {
    const expectMismatch = async (intent: CreatedIntent, differing: string[]) => {
      await pay(service, intent);
      const { extensions } = await expectCode(confirm(customer, intent), 'PAYMENT_MISMATCH');
      expect(extensions.differing).toEqual(differing);
      expect((await balance()).available).toBe('0');
      expect(await payment(intent)).toMatchObject({ status: 'REQUIRES_PAYMENT', succeededAt: null });
    };

    it('refuses another amount', async () => {
      const intent = await startPurchase(customer, 500);
      await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, { amount: 50 });
      await expectMismatch(intent, ['amount', 'amount_received']);
    });

    it('refuses another currency', async () => {
      const intent = await startPurchase(customer, 500);
      await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, { currency: 'jpy' });
      await expectMismatch(intent, ['currency']);
    });

    it('refuses another customer', async () => {
      const intent = await startPurchase(customer, 500);
      const stripe = dashboard(service.sandbox);
      const stranger = await stripe.customers.create({ name: 'Stranger' });
      await stripe.paymentIntents.update(intent.paymentIntentId, { customer: stranger.id });
      await expectMismatch(intent, ['customer']);
    });

    for (const name of ['payment_id', 'account_id', 'credits']) {
      it(`refuses another ${name} in its metadata, or none`, async () => {
        for (const value of ['5000', '']) {
          const intent = await startPurchase(customer, 500);
          const metadata = { [name]: value };
          await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, { metadata });
          await expectMismatch(intent, [`metadata.${name}`]);
        }
      });
    }

    it('refuses the part of an amount that was captured', async () => {
      const intent = await startPurchase(customer, 500);
      const stripe = dashboard(service.sandbox);
      await stripe.paymentIntents.confirm(intent.paymentIntentId, {
        capture_method: 'manual',
        payment_method: 'pm_card_visa',
        return_url: 'https://example.com/paid',
      });
      await expectNotSucceeded(intent, 'PROCESSING', 'requires_capture');
      await stripe.paymentIntents.capture(intent.paymentIntentId, { amount_to_capture: 100 });
      const { extensions } = await expectCode(confirm(customer, intent), 'PAYMENT_MISMATCH');
      expect(extensions.differing).toEqual(['amount_received']);
      expect((await balance()).available).toBe('0');
    });

    it('minds no change after the credits were granted', async () => {
      const intent = await startPurchase(customer, 500);
      await pay(service, intent);
      await confirm(customer, intent);
      const metadata = { account_id: '', note: 'looked at by support' };
      await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, { metadata });
      expect(await confirm(customer, intent)).toMatchObject({
        payment: { status: 'SUCCEEDED' },
        creditsAdded: '0',
      });
    });
  });
});
