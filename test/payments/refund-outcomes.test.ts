import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { debitCreditsMutation, grantCreditsMutation } from '../support/operations.js';
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

const refunds = '/v1/refunds';
/** How often the SDK tries before one call of ours has failed. */
const attempts = 3;

describe('a refund', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    // The present, so that the job that finishes a refund waits its minute.
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterEach(() => service.sandbox.faults.clear());
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const stripe = () => dashboard(service.sandbox);
  const { balance, payment, history, historyTypes } = readsOf(() => customer);
  const refundsAtStripe = async (payment_intent: string) =>
    (await stripe().refunds.list({ payment_intent, limit: 100 })).data;
  const debit = (credits: string, idempotencyKey = credits) =>
    service.clients.service.request(debitCreditsMutation, {
      input: { accountId: customer.accountId, credits, idempotencyKey },
    });
  const grant = (credits: string, idempotencyKey = credits) =>
    service.clients.admin.request(grantCreditsMutation, {
      input: { accountId: customer.accountId, credits, idempotencyKey },
    });
  /** Lets the job run that finishes what was cut off. */
  const runJobs = async () => {
    await service.database.query(`select graphile_worker.reschedule_jobs(array_agg(id), run_at => now())
      from graphile_worker.jobs where task_identifier = 'submit_refund'`);
    await service.settle();
  };

  it('that is pending has taken its credits, and succeeds later', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    const { refund: made, balance: after } = await refund(service, id);
    expect(made.status).toBe('PENDING');
    expect(after.available).toBe('0');
    service.sandbox.settleRefund(made.stripeRefundId ?? '');
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunds: [{ status: 'SUCCEEDED' }] });
    expect(await historyTypes()).toEqual(['REFUND', 'PURCHASE']);
  });

  it('that fails on its way returns its credits', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    const { refund: made } = await refund(service, id, { amount: 1500 });
    service.sandbox.failRefund(made.stripeRefundId ?? '');
    await service.settle();
    expect(await payment(id)).toMatchObject({
      status: 'SUCCEEDED',
      refunded: { amount: 0 },
      refunds: [{ status: 'FAILED', credits: '166.666666', stripeRefundId: made.stripeRefundId }],
    });
    expect(await balance()).toMatchObject({ available: '500', lots: [{ remaining: '500' }] });
    const [failed] = await history();
    expect(failed).toMatchObject({
      type: 'REFUND_FAILED',
      credits: '166.666666',
      money: { amount: 1500 },
      stripePaymentIntentId: id,
      stripeRefundId: made.stripeRefundId,
    });
    expect(await refund(service, id)).toMatchObject({ refund: { amount: { amount: 4500 }, credits: '500' } });
  });

  it('that succeeded may be returned by the bank, of several only the one', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_refundFail');
    const kept = await refund(service, id, { amount: 1000 });
    service.clock.advance(1000);
    const lost = await refund(service, id, { amount: 2000 });
    expect(lost.refund.status).toBe('SUCCEEDED');
    service.sandbox.failRefund(lost.refund.stripeRefundId ?? '');
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amount: 1000 } });
    expect((await payment(id))?.refunds).toMatchObject([
      { id: kept.refund.id, status: 'SUCCEEDED' },
      { id: lost.refund.id, status: 'FAILED' },
    ]);
    expect(await balance()).toMatchObject({ available: '388.888889', owed: '0' });
  });

  it('that is canceled in the dashboard returns its credits', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    const { refund: made } = await refund(service, id);
    await stripe().refunds.cancel(made.stripeRefundId ?? '');
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'SUCCEEDED', refunds: [{ status: 'CANCELED' }] });
    expect((await balance()).available).toBe('500');
  });

  it('that fails forgives the debt it made, and returns what has paid it meanwhile', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    await debit('400');
    const { refund: made } = await refund(service, id, { spentCredits: 'CREATE_DEBT' });
    expect(await balance()).toMatchObject({ available: '0', owed: '400' });
    await grant('150');
    expect(await balance()).toMatchObject({ available: '0', owed: '250' });
    service.sandbox.failRefund(made.stripeRefundId ?? '');
    await service.settle();
    expect(await balance()).toMatchObject({ available: '250', owed: '0' });
    const { lots } = await balance();
    expect(lots).toMatchObject([
      { source: 'ADJUSTMENT', granted: '150', remaining: '150' },
      { source: 'PURCHASE', granted: '500', remaining: '100' },
    ]);
  });

  it('that fails pays what another refund owes', async () => {
    const first = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    const second = await purchase(service, customer, 500);
    await debit('900');
    const failing = await refund(service, first, { spentCredits: 'CREATE_DEBT' });
    await refund(service, second, { spentCredits: 'CREATE_DEBT' });
    expect(await balance()).toMatchObject({ available: '0', owed: '900' });
    service.sandbox.failRefund(failing.refund.stripeRefundId ?? '');
    await service.settle();
    expect(await balance()).toMatchObject({ available: '0', owed: '400' });
  });

  it('that Stripe has no money left for is refused, with what is left', async () => {
    const id = await purchase(service, customer, 500);
    const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
    const elsewhere = await stripe().refunds.create({ payment_intent: id, amount: 3000 });
    dropped.remove();
    const terms = { amount: 2000, idempotencyKey: 'too late' };
    const refused = await expectCode(refund(service, id, terms), 'REFUND_EXCEEDS_PAYMENT');
    expect(refused.extensions).toMatchObject({ refundable: 1500, currency: 'USD' });
    expect(await payment(id)).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refunded: { amount: 3000 },
    });
    const known = (await payment(id))?.refunds.map(({ status, stripeRefundId }) => ({
      status,
      stripeRefundId,
    }));
    expect(new Set(known)).toEqual(
      new Set([
        { status: 'FAILED', stripeRefundId: null },
        { status: 'SUCCEEDED', stripeRefundId: elsewhere.id },
      ]),
    );
    expect(await balance()).toMatchObject({ available: '166.666667', owed: '0' });

    const again = await expectCode(refund(service, id, terms), 'REFUND_EXCEEDS_PAYMENT');
    expect(again).toEqual(refused);
    await runJobs();
    expect(await refund(service, id)).toMatchObject({
      refund: { amount: { amount: 1500 }, credits: '166.666667' },
      payment: { status: 'REFUNDED' },
    });
    expect(await refundsAtStripe(id)).toHaveLength(2);
  });

  it('that Stripe refuses for a dispute returns its credits to the dispute, and is refused again', async () => {
    const id = await purchase(service, customer, 500);
    const intent = await stripe().paymentIntents.retrieve(id);
    const unheard = service.sandbox.faults.delivery({ fault: 'drop' });
    const dispute = service.sandbox.openDispute(String(intent.latest_charge));
    service.sandbox.loseDispute(dispute.id);
    const terms = { idempotencyKey: 'disputed' };
    const refused = await expectCode(refund(service, id, terms), 'STRIPE_DECLINED');
    unheard.remove();
    expect(refused.extensions.declineCode).toBe('charge_disputed');
    expect(await expectCode(refund(service, id, terms), 'STRIPE_DECLINED')).toEqual(refused);
    expect(await payment(id)).toMatchObject({
      status: 'DISPUTED',
      refunded: { amount: 0 },
      refunds: [{ status: 'FAILED' }],
      disputes: [{ status: 'LOST', credits: '500' }],
    });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    expect(await historyTypes()).toEqual(['DISPUTE_LOST', 'DISPUTE', 'REFUND_FAILED', 'REFUND', 'PURCHASE']);
  });

  describe('whose answer was lost', () => {
    const loseAnswer = () => {
      const { faults } = service.sandbox;
      const drop = faults.delivery({ fault: 'drop' });
      faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path: refunds, count: 1 });
      faults.api({ fault: 'disconnect', method: 'POST', path: refunds, count: attempts - 1 });
      return drop;
    };
    const expectOne = async (id: string) => {
      const [only, ...others] = await refundsAtStripe(id);
      expect(others).toEqual([]);
      expect(await payment(id)).toMatchObject({
        status: 'PARTIALLY_REFUNDED',
        refunded: { amount: 4000 },
        refunds: [{ status: 'SUCCEEDED', stripeRefundId: only?.id }],
      });
      expect(await balance()).toMatchObject({ available: '55.555556', owed: '0' });
    };

    it('is finished by a repeated call', async () => {
      const id = await purchase(service, customer, 500);
      loseAnswer();
      const terms = { amount: 4000, idempotencyKey: 'again' };
      await expectCode(refund(service, id, terms), 'STRIPE_UNAVAILABLE');
      expect(await payment(id)).toMatchObject({ refunds: [{ status: 'PENDING', stripeRefundId: null }] });
      expect((await balance()).available).toBe('55.555556');
      await refund(service, id, terms);
      await expectOne(id);
    });

    it('is finished by the job', async () => {
      const id = await purchase(service, customer, 500);
      loseAnswer();
      await expectCode(refund(service, id, { amount: 4000 }), 'STRIPE_UNAVAILABLE');
      await runJobs();
      await expectOne(id);
    });

    it('is finished by the webhook', async () => {
      const id = await purchase(service, customer, 500);
      loseAnswer().remove();
      await expectCode(refund(service, id, { amount: 4000 }), 'STRIPE_UNAVAILABLE');
      await service.settle();
      await expectOne(id);
    });

    it('is not made again after Stripe has forgotten its key', async () => {
      const id = await purchase(service, customer, 500);
      loseAnswer();
      const terms = { amount: 500, idempotencyKey: 'tomorrow' };
      await expectCode(refund(service, id, terms), 'STRIPE_UNAVAILABLE');
      service.clock.advance(25 * 60 * 60 * 1000);
      await refund(service, id, terms);
      await runJobs();
      expect(await refundsAtStripe(id)).toHaveLength(1);
      expect(await payment(id)).toMatchObject({ refunded: { amount: 500 } });
    });

    it('is found where Stripe remembers a failure under its key', async () => {
      const id = await purchase(service, customer, 500);
      service.sandbox.faults.delivery({ fault: 'drop' });
      service.sandbox.faults.api({
        fault: 'server_error',
        when: 'after',
        method: 'POST',
        path: refunds,
        count: 1,
      });
      expect(await refund(service, id, { amount: 4000 })).toMatchObject({ refund: { status: 'SUCCEEDED' } });
      await expectOne(id);
    });
  });

  it('that never reached Stripe is made by the job', async () => {
    const id = await purchase(service, customer, 500);
    service.sandbox.faults.api({ fault: 'server_error', method: 'POST', path: refunds, count: attempts });
    await expectCode(refund(service, id), 'STRIPE_UNAVAILABLE');
    expect(await refundsAtStripe(id)).toEqual([]);
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunds: [{ status: 'PENDING' }] });
    await runJobs();
    expect(await refundsAtStripe(id)).toHaveLength(1);
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunds: [{ status: 'SUCCEEDED' }] });
  });

  it('that never reached Stripe is not given up, however often the job has failed', async () => {
    const id = await purchase(service, customer, 500);
    service.sandbox.faults.api({ fault: 'server_error', method: 'POST', path: refunds, count: attempts });
    await expectCode(refund(service, id), 'STRIPE_UNAVAILABLE');
    // As often as graphile-worker tries by default: as after a week in which our key was not allowed to refund.
    await service.database.query(`update graphile_worker._private_jobs set attempts = 25
      where key like 'submit_refund:%'`);
    await runJobs();
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunds: [{ status: 'SUCCEEDED' }] });
  });

  describe('made in the dashboard', () => {
    it('counts like one made here, once', async () => {
      const id = await purchase(service, customer, 500);
      const { id: stripeRefundId } = await stripe().refunds.create({
        payment_intent: id,
        amount: 900,
        reason: 'fraudulent',
      });
      await service.settle();
      for (const { id: eventId } of service.sandbox.events().slice(-4)) service.sandbox.resendEvent(eventId);
      await service.settle();
      expect(await payment(id)).toMatchObject({
        status: 'PARTIALLY_REFUNDED',
        refunded: { amount: 900 },
        refunds: [
          {
            status: 'SUCCEEDED',
            credits: '100',
            stripeRefundId,
            reason: 'FRAUDULENT',
            amount: { amount: 900 },
          },
        ],
      });
      expect(await historyTypes()).toEqual(['REFUND', 'PURCHASE']);
      expect((await history())[0]).toMatchObject({ stripeRefundId, money: { amount: -900 } });
      expect((await balance()).available).toBe('400');
    });

    it('makes debt of what is spent', async () => {
      const id = await purchase(service, customer, 500);
      await debit('500');
      await stripe().refunds.create({ payment_intent: id });
      await service.settle();
      expect(await balance()).toMatchObject({ available: '0', owed: '500' });
    });

    it('is understood before its payment is', async () => {
      const intent = await startPurchase(customer, 500);
      const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
      await pay(service, intent);
      dropped.remove();
      await stripe().refunds.create({ payment_intent: intent.paymentIntentId, amount: 900 });
      await service.settle();
      expect(await historyTypes()).toEqual(['REFUND', 'PURCHASE']);
      expect((await balance()).available).toBe('400');
      expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '0' });
    });

    it('takes nothing when it has failed before we heard of it', async () => {
      const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
      const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
      const made = await stripe().refunds.create({ payment_intent: id });
      dropped.remove();
      service.sandbox.failRefund(made.id);
      await service.settle();
      expect(await historyTypes()).toEqual(['PURCHASE']);
      expect((await balance()).available).toBe('500');
      expect(await payment(id)).toMatchObject({
        status: 'SUCCEEDED',
        refunds: [{ status: 'FAILED', credits: '0', stripeRefundId: made.id }],
      });
    });

    it('and failed there returns its credits', async () => {
      const id = await purchase(service, customer, 500);
      const made = await stripe().refunds.create({ payment_intent: id, amount: 900 });
      await service.settle();
      service.sandbox.failRefund(made.id);
      await service.settle();
      expect(await historyTypes()).toEqual(['REFUND_FAILED', 'REFUND', 'PURCHASE']);
      expect((await balance()).available).toBe('500');
    });
  });

  it('of ours that Stripe made stays, where one of the dashboard and one it will refuse come between', async () => {
    const id = await purchase(service, customer, 500);
    const { faults } = service.sandbox;
    faults.delivery({ fault: 'drop' });
    await stripe().refunds.create({ payment_intent: id, amount: 2000 });
    // Made at Stripe, but nobody here knows.
    faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path: refunds, count: 1 });
    faults.api({ fault: 'disconnect', method: 'POST', path: refunds, count: 2 * attempts - 1 });
    await expectCode(refund(service, id, { amount: 2000, idempotencyKey: 'made' }), 'STRIPE_UNAVAILABLE');
    service.clock.advance(1000);
    await expectCode(refund(service, id, { amount: 2000, idempotencyKey: 'not' }), 'STRIPE_UNAVAILABLE');
    service.clock.advance(1000);
    await runJobs();
    const refused = await expectCode(
      refund(service, id, { amount: 2000, idempotencyKey: 'not' }),
      'REFUND_EXCEEDS_PAYMENT',
    );
    expect(refused.extensions.refundable).toBe(500);
    expect(await payment(id)).toMatchObject({
      refunded: { amount: 4000 },
      refunds: [{ status: 'SUCCEEDED' }, { status: 'FAILED' }, { status: 'SUCCEEDED' }],
    });
    expect(await refund(service, id, { amount: 2000, idempotencyKey: 'made' })).toMatchObject({
      refund: { status: 'SUCCEEDED' },
    });
    expect((await balance()).available).toBe('55.555556');
  });

  it('that was given up for one of the dashboard counts again when Stripe makes it after all', async () => {
    const id = await purchase(service, customer, 500);
    service.sandbox.faults.api({
      fault: 'latency',
      delayMs: 1500,
      method: 'POST',
      path: refunds,
      count: 1,
    });
    const slow = refund(service, id);
    const statuses = async () => (await payment(id))?.refunds.map(({ status }) => status) ?? [];
    while ((await statuses()).length === 0) await new Promise((wake) => setTimeout(wake, 10));
    const elsewhere = await stripe().refunds.create({ payment_intent: id });
    await service.settle();
    expect(new Set(await statuses())).toEqual(new Set(['FAILED', 'SUCCEEDED']));
    service.sandbox.failRefund(elsewhere.id);

    expect(await slow).toMatchObject({ refund: { status: 'SUCCEEDED', credits: '500' } });
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunded: { amount: 4500 } });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    expect(await historyTypes()).toHaveLength(6);
    await expectSoundBooks(service.database);
  });
});
