import { afterEach, describe, expect, it } from '@jest/globals';
import { expectSoundBooks } from '../support/invariants.js';
import { newCustomer, pay, purchase, startPurchase } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { dashboard } from '../support/stripe-sdk.js';
import {
  available,
  booksOf,
  customers,
  dayMs,
  hourMs,
  outcomeOf,
  type ReconcilingService,
  startDeafService,
} from './reconciling.js';

let service: ReconcilingService;
afterEach(() => service.close());

const agreed = { status: 'AGREED', failure: null, left: 0 };

describe('what no webhook told of', () => {
  it('is healed: payments, refunds made at Stripe, and failures; and the next run has nothing to do', async () => {
    service = await startDeafService();
    const { sandbox, clock } = service;
    const [paid, refunded, declined] = await customers(service, 3);
    if (!paid || !refunded || !declined) throw new Error('There are three.');
    await pay(service, await startPurchase(paid, 500));
    const intent = await purchase(service, refunded, 1_000);
    await dashboard(sandbox).refunds.create({ payment_intent: intent, amount: 2_000 });
    await pay(service, await startPurchase(declined, 100), 'pm_card_chargeDeclined');
    clock.advance(hourMs);
    expect([await available(paid), await available(refunded)]).toEqual([0, 1_000]);

    const first = await service.reconcile();
    expect(outcomeOf(first)).toMatchObject(agreed);
    const dropped = sandbox.deliveries().filter(({ state }) => state === 'dropped');
    expect(first.eventsStored).toBe(first.eventsRead);
    expect(first.eventsStored).toBeGreaterThanOrEqual(5);
    expect(dropped.length).toBeGreaterThan(first.eventsStored);
    expect(first).toMatchObject({ paymentsReread: 2, paymentsHealed: 2, differencesHealed: 1 });
    expect([await available(paid), await available(refunded)]).toEqual([500, 750]);
    expect(await service.database.query(`select failure_code from payments where status = 'FAILED'`)).toEqual(
      [{ failure_code: 'generic_decline' }],
    );
    expect(first.totals).toEqual([
      { day: '2026-01-15', kind: 'REFUND', currency: 'USD', count: 1, ours: '-2000', theirs: '-2000' },
      { day: '2026-01-15', kind: 'CHARGE', currency: 'USD', count: 2, ours: '12500', theirs: '12500' },
    ]);
    await expectSoundBooks(service.database);

    const before = await booksOf(service);
    expect(outcomeOf(await service.reconcile())).toEqual({ ...agreed, healed: 0 });
    expect(await booksOf(service)).toEqual(before);
  });

  it('is stored with its jobs, as if the webhook had brought it', async () => {
    service = await startDeafService({ jobs: 2 });
    const customer = await newCustomer(service);
    const { paymentIntentId } = await startPurchase(customer, 500);
    await dashboard(service.sandbox).paymentIntents.cancel(paymentIntentId);
    service.clock.advance(2 * 60_000);

    const report = await service.reconcile();
    expect(report).toMatchObject({
      status: 'AGREED',
      failure: null,
      eventsRead: 1,
      eventsStored: 1,
      paymentsReread: 0,
    });
    await service.settle();
    expect(await service.database.query('select type, status, attempts from webhook_events')).toEqual([
      { type: 'payment_intent.canceled', status: 'PROCESSED', attempts: 1 },
    ]);
    expect(await service.database.query('select status from payments')).toEqual([{ status: 'CANCELED' }]);
    const [event] = await service.database.query<{ payload: object }>('select payload from webhook_events');
    expect(JSON.stringify(event?.payload)).toContain(paymentIntentId);
    expect(JSON.stringify(event?.payload)).not.toContain('_secret_');
  });

  it('is left to the webhook for as long as it may be on its way', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    await pay(service, await startPurchase(customer, 500));
    service.clock.advance(30_000);
    expect(outcomeOf(await service.reconcile())).toEqual({ ...agreed, healed: 0 });
    expect(await available(customer)).toBe(0);
  });

  it('is healed also where Stripe no longer lists its events', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    await service.reconcile();
    await pay(service, await startPurchase(customer, 500));
    service.clock.advance(31 * dayMs);
    const report = await service.reconcile();
    expect(report).toMatchObject({
      status: 'AGREED',
      eventsRead: 0,
      paymentsReread: 0,
      differencesHealed: 1,
    });
    expect(await available(customer)).toBe(500);
    await expectSoundBooks(service.database);
  });

  it('is healed where the answer to the creation of the intent was lost as well', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    await pay(service, await startPurchase(customer, 500));
    await service.database.query('update payments set stripe_payment_intent_id = null');
    service.clock.advance(hourMs);
    expect(outcomeOf(await service.reconcile())).toMatchObject(agreed);
    expect(await available(customer)).toBe(500);
  });
});

describe('what is open', () => {
  it('is asked for: bank debits and refunds on their way', async () => {
    service = await startDeafService();
    const { sandbox, clock } = service;
    const [slow, returned] = await customers(service, 2);
    if (!slow || !returned) throw new Error('There are two.');
    const debit = await startPurchase(slow, 500);
    expect(await pay(service, debit, 'pm_usBankAccount_processing')).toBe('processing');
    const intent = await purchase(service, returned, 100, 'pm_card_pendingRefund');
    const { refund: pending } = await refund(service, intent, { amount: 400 });
    expect(pending.status).toBe('PENDING');
    clock.advance(hourMs);
    const waiting = await service.reconcile();
    expect(waiting).toMatchObject({
      status: 'AGREED',
      paymentsReread: 1,
      refundsReread: 1,
      refundsHealed: 0,
    });
    expect(
      await service.database.query(`select status from payments where status = 'PROCESSING'`),
    ).toHaveLength(1);

    sandbox.settlePayment(debit.paymentIntentId);
    sandbox.failRefund(pending.stripeRefundId ?? '');
    clock.advance(hourMs);
    const report = await service.reconcile();
    expect(report).toMatchObject({
      status: 'AGREED',
      paymentsHealed: 1,
      refundsHealed: 1,
      differencesHealed: 0,
    });
    expect([await available(slow), await available(returned)]).toEqual([500, 100]);
    expect(report.totals.map(({ kind, ours, theirs }) => [kind, ours, theirs])).toEqual([
      ['REFUND_REVERSAL', '400', '400'],
      ['REFUND', '-400', '-400'],
      ['CHARGE', '5500', '5500'],
    ]);
    await expectSoundBooks(service.database);
    expect(outcomeOf(await service.reconcile())).toEqual({ ...agreed, healed: 0 });
  });
});
