import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import {
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
  refundMutation,
} from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

describe('refund', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const { balance, payment } = readsOf(() => customer);
  const refundsAtStripe = async (payment_intent: string) =>
    (await dashboard(service.sandbox).refunds.list({ payment_intent, limit: 100 })).data;
  let debits = 0;
  const debit = async (credits: string) => {
    debits += 1;
    const input = { accountId: customer.accountId, credits, idempotencyKey: `debit ${debits}` };
    return (await service.clients.service.request(debitCreditsMutation, { input })).debitCredits;
  };

  it('gives all the money back and takes all the credits', async () => {
    const id = await purchase(service, customer, 500);
    const { refund: made, ...rest } = await refund(service, id, { reason: 'DUPLICATE', note: 'paid twice' });
    expect(made).toEqual({
      id: expect.any(String),
      status: 'SUCCEEDED',
      amount: { amount: 4500, currency: 'USD' },
      credits: '500',
      reason: 'DUPLICATE',
      stripeRefundId: expect.stringMatching(/^re_/),
    });
    expect(rest).toMatchObject({
      payment: { status: 'REFUNDED', refunded: { amount: 4500 } },
      balance: { available: '0', owed: '0' },
    });
    expect(await refundsAtStripe(id)).toMatchObject([
      {
        id: made.stripeRefundId,
        amount: 4500,
        reason: 'duplicate',
        status: 'succeeded',
        metadata: { refund_id: made.id, payment_id: rest.payment.id },
      },
    ]);
    expect((await payment(id))?.refunds).toEqual([
      expect.objectContaining({ id: made.id, credits: '500', stripeRefundId: made.stripeRefundId }),
    ]);
    const { nodes } = (await customer.client.request(historyQuery, { types: ['REFUND'] })).billingHistory;
    expect(nodes).toMatchObject([
      {
        credits: '-500',
        money: { amount: -4500, currency: 'USD', formatted: '-$45.00' },
        stripePaymentIntentId: id,
        stripeRefundId: made.stripeRefundId,
        description: 'Refund of $45.00 for 500 credits',
      },
    ]);
  });

  it('gives a part back, and the rest when no amount is named', async () => {
    const id = await purchase(service, customer, 500);
    expect(await refund(service, id, { amount: 2250 })).toMatchObject({
      refund: { credits: '250' },
      payment: { status: 'PARTIALLY_REFUNDED', refunded: { amount: 2250 } },
      balance: { available: '250' },
    });
    expect(await refund(service, id)).toMatchObject({
      refund: { amount: { amount: 2250 }, credits: '250' },
      payment: { status: 'REFUNDED', refunded: { amount: 4500 } },
      balance: { available: '0' },
    });
  });

  it('adds up to exactly what was bought when thirds are rounded', async () => {
    const id = await purchase(service, customer, 100);
    const taken = [];
    for (const amount of [333, 333, 334]) taken.push((await refund(service, id, { amount })).refund.credits);
    expect(taken).toEqual(['33.3', '33.3', '33.4']);
    expect((await balance()).available).toBe('0');

    const other = await purchase(service, customer, 500);
    const odd = [];
    for (const amount of [1, 1499, 1001, 1999]) {
      odd.push((await refund(service, other, { amount })).refund.credits);
    }
    expect(odd).toEqual(['0.111111', '166.555555', '111.222222', '222.111112']);
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    expect(await payment(other)).toMatchObject({ status: 'REFUNDED' });
  });

  it('never gives back more than was paid', async () => {
    const id = await purchase(service, customer, 500);
    const over = await expectCode(refund(service, id, { amount: 4501 }), 'REFUND_EXCEEDS_PAYMENT');
    expect(over.extensions).toMatchObject({ refundable: 4500, currency: 'USD' });
    await refund(service, id, { amount: 4000 });
    const again = await expectCode(refund(service, id, { amount: 501 }), 'REFUND_EXCEEDS_PAYMENT');
    expect(again.extensions.refundable).toBe(500);
    await refund(service, id, { amount: 500 });
    for (const terms of [{}, { amount: 1 }, { amount: 1, spentCredits: 'CREATE_DEBT' as const }]) {
      const { extensions } = await expectCode(refund(service, id, terms), 'REFUND_EXCEEDS_PAYMENT');
      expect(extensions.refundable).toBe(0);
    }
    expect(await refundsAtStripe(id)).toHaveLength(2);
  });

  it('refuses amounts that are none', async () => {
    const id = await purchase(service, customer, 500);
    for (const amount of [0, -1, -4500]) {
      await expectCode(refund(service, id, { amount }), 'BAD_USER_INPUT');
    }
    await expectCode(refund(service, id, { amount: 2 ** 53 }), 'BAD_USER_INPUT');
    await expectCode(refund(service, id, { amount: 10.5 }), 'BAD_USER_INPUT');
    await expectCode(refund(service, id, { note: 'n'.repeat(501) }), 'BAD_USER_INPUT');
    expect((await balance()).available).toBe('500');
  });

  it('needs a payment that succeeded', async () => {
    const { paymentIntentId } = await startPurchase(customer, 500);
    const unpaid = await expectCode(refund(service, paymentIntentId), 'PAYMENT_NOT_SUCCEEDED');
    expect(unpaid.extensions.status).toBe('REQUIRES_PAYMENT');
    await expectCode(refund(service, 'pi_unknown'), 'NOT_FOUND');
    await expectCode(refund(service, 'ch_123'), 'BAD_USER_INPUT');
  });

  it('is for admin keys only', async () => {
    const id = await purchase(service, customer, 100);
    const input = { paymentIntentId: id };
    for (const client of [customer.client, service.clients.service]) {
      await expectCode(client.request(refundMutation, { input }), 'FORBIDDEN');
    }
    expect((await balance()).available).toBe('100');
  });

  describe('of credits that are spent', () => {
    it('says exactly how much can be refunded', async () => {
      const id = await purchase(service, customer, 500);
      await debit('100.000001');
      const { extensions } = await expectCode(refund(service, id), 'CREDITS_ALREADY_SPENT');
      // 399.999999 of 500 credits at 4500 cents: 3599.99… cents, and a cent is not divided.
      expect(extensions).toMatchObject({ refundable: 3599, currency: 'USD' });
      await expectCode(refund(service, id, { amount: 3600 }), 'CREDITS_ALREADY_SPENT');
      expect(await refund(service, id, { amount: 3599 })).toMatchObject({
        refund: { credits: '399.888888' },
        balance: { available: '0.111111', owed: '0' },
      });
      const none = await expectCode(refund(service, id, { amount: 1 }), 'CREDITS_ALREADY_SPENT');
      expect(none.extensions.refundable).toBe(0);
      expect(await balance()).toMatchObject({ owed: '0' });
    });

    it('does not take credits that came from elsewhere', async () => {
      const id = await purchase(service, customer, 500);
      await debit('500');
      await service.clients.admin.request(grantCreditsMutation, {
        input: { accountId: customer.accountId, credits: '1000', idempotencyKey: 'gift' },
      });
      const { extensions } = await expectCode(refund(service, id), 'CREDITS_ALREADY_SPENT');
      expect(extensions.refundable).toBe(0);
      expect((await balance()).available).toBe('1000');
    });

    it('unless told to: then it takes the others first, and the rest is debt', async () => {
      const id = await purchase(service, customer, 500);
      await debit('400');
      await service.clients.admin.request(grantCreditsMutation, {
        input: { accountId: customer.accountId, credits: '30', idempotencyKey: 'gift' },
      });
      expect(await refund(service, id, { spentCredits: 'CREATE_DEBT' })).toMatchObject({
        refund: { credits: '500' },
        balance: { available: '0', owed: '370' },
      });
      const { extensions } = await expectCode(debit('0.000001'), 'ACCOUNT_IN_DEBT');
      expect(extensions.owed).toBe('370');

      const next = await purchase(service, customer, 500);
      expect(await balance()).toMatchObject({ available: '130', owed: '0' });
      expect((await balance()).lots).toMatchObject([{ granted: '500', remaining: '130' }]);
      expect(await debit('30')).toMatchObject({ balance: { available: '100' } });
      const spent = await expectCode(refund(service, next), 'CREDITS_ALREADY_SPENT');
      expect(spent.extensions.refundable).toBe(900);
    });

    it('is paid from several grants while there is debt', async () => {
      const id = await purchase(service, customer, 100);
      await debit('100');
      await refund(service, id, { spentCredits: 'CREATE_DEBT' });
      for (const [credits, available, owed] of [
        ['60', '0', '40'],
        ['40', '0', '0'],
        ['1.5', '1.5', '0'],
      ] as const) {
        const { grantCredits } = await service.clients.admin.request(grantCreditsMutation, {
          input: { accountId: customer.accountId, credits, idempotencyKey: `pays ${credits}` },
        });
        expect(grantCredits.balance).toEqual({ available, owed });
      }
    });
  });

  describe('under an idempotency key', () => {
    it('happens once, and answers the same again', async () => {
      const id = await purchase(service, customer, 500);
      const terms = { amount: 1000, idempotencyKey: 'one', note: 'sorry' };
      const first = await refund(service, id, terms);
      expect(await refund(service, id, terms)).toEqual(first);
      const many = await Promise.all(Array.from({ length: 10 }, () => refund(service, id, terms)));
      expect(many.every((answer) => answer.refund.id === first.refund.id)).toBe(true);
      expect(await refundsAtStripe(id)).toHaveLength(1);
      expect((await payment(id))?.refunded.amount).toBe(1000);
    });

    it('is refused for anything else', async () => {
      const id = await purchase(service, customer, 500);
      const other = await purchase(service, customer, 500);
      const terms = { amount: 1000, idempotencyKey: 'one' };
      await refund(service, id, terms);
      await expectCode(refund(service, id, { ...terms, amount: 1001 }), 'IDEMPOTENCY_KEY_REUSED');
      await expectCode(refund(service, id, { ...terms, note: 'other' }), 'IDEMPOTENCY_KEY_REUSED');
      await expectCode(refund(service, id, { ...terms, reason: 'FRAUDULENT' }), 'IDEMPOTENCY_KEY_REUSED');
      await expectCode(refund(service, other, terms), 'IDEMPOTENCY_KEY_REUSED');
      expect((await payment(id))?.refunded.amount).toBe(1000);
      expect((await payment(other))?.refunded.amount).toBe(0);
    });

    it('is not used up by a refund that was refused', async () => {
      const id = await purchase(service, customer, 500);
      await debit('500');
      const terms = { idempotencyKey: 'later' };
      await expectCode(refund(service, id, terms), 'CREDITS_ALREADY_SPENT');
      await expectCode(refund(service, id, terms), 'CREDITS_ALREADY_SPENT');
      expect(await refundsAtStripe(id)).toEqual([]);
    });
  });

  it('comes from the lot of its own payment, and leaves other purchases alone', async () => {
    const first = await purchase(service, customer, 100);
    service.clock.advance(1000);
    const second = await purchase(service, customer, 500);
    await debit('40');
    expect(await refund(service, second)).toMatchObject({ balance: { available: '60' } });
    const { extensions } = await expectCode(refund(service, first), 'CREDITS_ALREADY_SPENT');
    expect(extensions.refundable).toBe(600);
    expect((await balance()).lots).toMatchObject([{ granted: '100', remaining: '60' }]);
  });

  it('ends a payment for good: a late confirmation credits nothing', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent);
    await service.settle();
    await refund(service, intent.paymentIntentId);
    await service.settle();
    expect(await payment(intent.paymentIntentId)).toMatchObject({ status: 'REFUNDED' });
    expect((await balance()).available).toBe('0');
  });
});
