import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientError } from 'graphql-request';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { debitCreditsMutation, paymentQuery } from '../support/operations.js';
import {
  confirm,
  newCustomer,
  pay,
  purchase,
  startPurchase,
  type TestCustomer,
} from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const rounds = [1, 2, 3];

describe('at the same moment', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const { balance } = readsOf(() => customer);
  const debits = (count: number, credits: string) =>
    Array.from({ length: count }, (_, i) =>
      service.clients.service.request(debitCreditsMutation, {
        input: { accountId: customer.accountId, credits, idempotencyKey: `debit ${i}` },
      }),
    );
  /** Whether each request succeeded, or the code it failed with. */
  const outcomesOf = async (requests: readonly Promise<unknown>[]) => {
    const settled = await Promise.allSettled(requests);
    return settled.map((result) => {
      if (result.status === 'fulfilled') return 'done';
      if (result.reason instanceof ClientError) return result.reason.response.errors?.[0]?.extensions?.code;
      throw result.reason;
    });
  };
  const count = (outcomes: readonly unknown[], outcome: unknown) =>
    outcomes.filter((one) => one === outcome).length;
  /** Once all is quiet, our refunds of a payment are those of Stripe. Returns the minor units refunded. */
  const expectStripeAgrees = async (paymentIntentId: string) => {
    await service.settle();
    const stripe = dashboard(service.sandbox);
    const { data } = await stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 });
    const theirs = data.map(({ id, status, amount }) => ({ id, status: status?.toUpperCase(), amount }));
    const { payment } = await customer.client.request(paymentQuery, { paymentIntentId });
    const ours = (payment?.refunds ?? []).filter(({ stripeRefundId }) => stripeRefundId !== null);
    expect(
      new Set(ours.map(({ stripeRefundId: id, status, amount }) => ({ id, status, amount: amount.amount }))),
    ).toEqual(new Set(theirs));
    for (const { status, stripeRefundId } of payment?.refunds ?? []) {
      if (stripeRefundId === null) expect(status).toBe('FAILED');
    }
    await expectSoundBooks(service.database);
    return payment?.refunded.amount;
  };

  it('two full refunds are one', async () => {
    const id = await purchase(service, customer, 500);
    const outcomes = await outcomesOf([refund(service, id), refund(service, id)]);
    expect(outcomes.sort()).toEqual(['REFUND_EXCEEDS_PAYMENT', 'done']);
    expect(await expectStripeAgrees(id)).toBe(4500);
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });

  it('ten refunds of a quarter are four', async () => {
    const id = await purchase(service, customer, 1000);
    const outcomes = await outcomesOf(
      Array.from({ length: 10 }, () => refund(service, id, { amount: 2000 })),
    );
    expect(count(outcomes, 'done')).toBe(4);
    expect(count(outcomes, 'REFUND_EXCEEDS_PAYMENT')).toBe(6);
    expect(await expectStripeAgrees(id)).toBe(8000);
  });

  it('ten repetitions of one refund are one', async () => {
    const id = await purchase(service, customer, 1000);
    const terms = { amount: 2000, idempotencyKey: 'one' };
    const made = await Promise.all(Array.from({ length: 10 }, () => refund(service, id, terms)));
    expect(new Set(made.map(({ refund: { stripeRefundId } }) => stripeRefundId)).size).toBe(1);
    expect(await expectStripeAgrees(id)).toBe(2000);
  });

  it('a confirmation and a refund come one after the other', async () => {
    const intent = await startPurchase(customer, 500);
    const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
    await pay(service, intent);
    dropped.remove();
    const id = intent.paymentIntentId;
    const confirmations = [confirm(customer, intent), confirm(customer, intent), confirm(customer, intent)];
    const refunds = Array.from({ length: 3 }, () => refund(service, id));
    const [outcomes, confirmed] = await Promise.all([outcomesOf(refunds), Promise.all(confirmations)]);
    expect(confirmed.map(({ creditsAdded }) => creditsAdded).sort()).toEqual(['0', '0', '500']);
    expect(['done', 'PAYMENT_NOT_SUCCEEDED', 'REFUND_EXCEEDS_PAYMENT']).toEqual(
      expect.arrayContaining([...new Set(outcomes)]),
    );
    expect(count(outcomes, 'done')).toBeLessThanOrEqual(1);
    expect(await expectStripeAgrees(id)).toBe(4500 * count(outcomes, 'done'));
  });

  for (const round of rounds) {
    it(`debits and a full refund share what there is: all or nothing (round ${round})`, async () => {
      const id = await purchase(service, customer, 500);
      const requests = debits(30, '20');
      // The refund comes among the debits, earlier or later.
      const refunded = new Promise((wake) => setTimeout(wake, 15 * (round - 1))).then(() =>
        outcomesOf([refund(service, id)]),
      );
      const outcomes = await outcomesOf(requests);
      const [outcome] = await refunded;
      const { available, owed } = await balance();
      expect(owed).toBe('0');
      expect(available).toBe('0');
      const refused = outcomes.length - count(outcomes, 'done');
      expect(count(outcomes, 'INSUFFICIENT_CREDITS')).toBe(refused);
      if (outcome === 'done') expect(refused).toBe(30);
      else expect([outcome, refused]).toEqual(['CREDITS_ALREADY_SPENT', 5]);
      await expectStripeAgrees(id);
    });

    it(`debits and a refund that may make debt leave nothing unaccounted for (round ${round})`, async () => {
      const id = await purchase(service, customer, 500);
      const [refunded, outcomes] = await Promise.all([
        outcomesOf([refund(service, id, { amount: 2250, spentCredits: 'CREATE_DEBT' })]),
        outcomesOf(debits(30, '20')),
      ]);
      expect(refunded).toEqual(['done']);
      const { available, owed } = await balance();
      expect(Number(available) - Number(owed)).toBe(500 - 250 - 20 * count(outcomes, 'done'));
      expect(Number(available) === 0 || Number(owed) === 0).toBe(true);
      const codes = new Set(outcomes);
      codes.delete('done');
      for (const code of codes) expect(['INSUFFICIENT_CREDITS', 'ACCOUNT_IN_DEBT']).toContain(code);
      expect(await expectStripeAgrees(id)).toBe(2250);
    });

    it(`a full refund here and one in the dashboard are one (round ${round})`, async () => {
      const id = await purchase(service, customer, 500);
      const stripe = dashboard(service.sandbox);
      const here = outcomesOf([refund(service, id)]);
      if (round > 1) await new Promise((wake) => setTimeout(wake, 10 * round));
      const there = await Promise.allSettled([stripe.refunds.create({ payment_intent: id })]);
      const [outcome] = await here;
      const dashboardWon = there[0]?.status === 'fulfilled';
      expect(outcome).toBe(dashboardWon ? 'REFUND_EXCEEDS_PAYMENT' : 'done');
      expect(await expectStripeAgrees(id)).toBe(4500);
      expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    });

    it(`partial refunds here and in the dashboard are both (round ${round})`, async () => {
      const id = await purchase(service, customer, 500);
      const stripe = dashboard(service.sandbox);
      const here = [1, 2].map(() => refund(service, id, { amount: 1000 }));
      const there = [1, 2].map(() => stripe.refunds.create({ payment_intent: id, amount: 1000 }));
      await Promise.all([...here, ...there]);
      expect(await expectStripeAgrees(id)).toBe(4000);
      expect(await balance()).toMatchObject({ available: '55.555556', owed: '0' });
    });
  }
});
