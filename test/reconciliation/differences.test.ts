import { afterEach, describe, expect, it } from '@jest/globals';
import { maxDifferencesKept } from '../../src/reconciliation/limits.js';
import { newCustomer, pay, purchase, startPurchase } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { dashboard } from '../support/stripe-sdk.js';
import {
  booksOf,
  dayMs,
  hourMs,
  outcomeOf,
  type ReconcilingService,
  startDeafService,
} from './reconciling.js';

let service: ReconcilingService;
afterEach(() => service.close());

const day = '2026-01-15';

describe('a row that was changed by hand', () => {
  it('is named, day after day until it is mended, and nothing else is changed', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await purchase(service, customer, 500);
    const { refund: made } = await refund(service, intent, { amount: 900 });
    service.clock.advance(hourMs);
    await service.reconcile();
    await service.database.query('update refunds set amount = amount - 100');
    const before = await booksOf(service);
    const difference = {
      day,
      kind: 'REFUND',
      objectId: made.stripeRefundId,
      paymentIntentId: intent,
      currency: 'USD',
      ours: '-800',
      theirs: '-900',
      ourStatus: null,
      theirStatus: null,
    };
    for (const hours of [1, 24, 24 * 7]) {
      service.clock.advance(hours * hourMs);
      const report = await service.reconcile();
      expect(outcomeOf(report)).toEqual({ status: 'DIFFERS', failure: null, healed: 0, left: 1 });
      expect(report.differences).toEqual([difference]);
    }
    expect(await booksOf(service)).toEqual(before);

    await service.database.query('update refunds set amount = amount + 100');
    expect(outcomeOf(await service.reconcile())).toEqual({
      status: 'AGREED',
      failure: null,
      healed: 0,
      left: 0,
    });
  });

  it('is named on both sides where it names another intent', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await purchase(service, customer, 500);
    await service.database.query(`update payments set stripe_payment_intent_id = 'pi_another'`);
    service.clock.advance(3 * hourMs);
    const { differences } = await service.reconcile();
    expect(differences).toEqual([
      {
        day,
        kind: 'CHARGE',
        objectId: 'pi_another',
        paymentIntentId: 'pi_another',
        currency: 'USD',
        ours: '4500',
        theirs: '0',
        ourStatus: null,
        theirStatus: null,
      },
      {
        day,
        kind: 'CHARGE',
        objectId: intent,
        paymentIntentId: intent,
        currency: 'USD',
        ours: '0',
        theirs: '4500',
        ourStatus: null,
        theirStatus: null,
      },
    ]);
  });

  it('stays in sight behind more differences than a report keeps', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    await purchase(service, customer, 500);
    await service.database.query(`
      insert into payments (id, account_id, status, package_price_id, credits, amount, currency, refunded_amount,
          stripe_payment_intent_id, lot_id, created_at, succeeded_at)
        select gen_random_uuid(), account_id, status, package_price_id, credits, amount, currency, refunded_amount,
          'pi_invented_' || n, lot_id, created_at, succeeded_at
          from payments cross join generate_series(1, ${maxDifferencesKept}) as n`);
    service.clock.advance(dayMs);
    const intent = await purchase(service, customer, 500);
    await service.database.query(
      'update payments set amount = amount - 100 where stripe_payment_intent_id = $1',
      [intent],
    );
    for (let run = 0; run < 3; run++) {
      service.clock.advance(3 * dayMs);
      const report = await service.reconcile();
      expect(report.differencesLeft).toBe(maxDifferencesKept + 1);
      expect(report.differences).toContainEqual(expect.objectContaining({ objectId: intent }));
    }
  });

  it('is named where a payment is lost altogether', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    await pay(service, intent);
    await service.database.query('delete from payments');
    service.clock.advance(hourMs);
    const { differences } = await service.reconcile();
    expect(differences).toMatchObject([{ objectId: intent.paymentIntentId, ours: '0', theirs: '4500' }]);
  });
});

describe('a bank debit', () => {
  it('that fails before it comes in is passed over', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    const { paymentIntentId } = intent;
    await pay(service, intent, 'pm_usBankAccount_processing');
    service.clock.advance(hourMs);
    expect(await service.reconcile()).toMatchObject({ status: 'AGREED', movementsRead: 1, totals: [] });
    service.sandbox.failPayment(paymentIntentId);
    service.clock.advance(hourMs);
    expect(await service.reconcile()).toMatchObject({ status: 'AGREED', movementsRead: 2, totals: [] });
    expect(await service.database.query('select status from payments')).toEqual([{ status: 'FAILED' }]);
  });

  it('that the bank takes back after it came in is named, and its credits stay', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_usBankAccount_processing');
    service.sandbox.settlePayment(intent.paymentIntentId);
    service.clock.advance(hourMs);
    await service.reconcile();
    service.sandbox.reversePayment(intent.paymentIntentId);
    service.clock.advance(hourMs);
    const before = await booksOf(service);
    for (let run = 0; run < 2; run++) {
      const report = await service.reconcile();
      expect(outcomeOf(report)).toEqual({ status: 'DIFFERS', failure: null, healed: 0, left: 1 });
      expect(report.differences).toMatchObject([
        { day, kind: 'CHARGE_REVERSAL', objectId: intent.paymentIntentId, ours: '0', theirs: '-4500' },
      ]);
      expect(await booksOf(service)).toEqual(before);
    }
  });

  it('that is disputed after it came in is a dispute like any other', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_usBankAccount_dispute');
    service.sandbox.settlePayment(intent.paymentIntentId);
    service.clock.advance(hourMs);
    const report = await service.reconcile();
    expect(report.status).toBe('AGREED');
    expect(report.totals.map(({ kind, ours, theirs }) => [kind, ours, theirs])).toEqual([
      ['DISPUTE', '-4500', '-4500'],
      ['CHARGE', '4500', '4500'],
    ]);
    expect(await service.database.query('select status from payments')).toEqual([{ status: 'DISPUTED' }]);
  });
});

describe('no difference is', () => {
  it('a payment around midnight, which was credited the day after', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    service.clock.set('2026-01-15T23:59:50.000Z');
    const intent = await startPurchase(customer, 500);
    await pay(service, intent);
    service.clock.advance(3 * hourMs);
    await service.reconcile();
    service.clock.advance(dayMs);
    const report = await service.reconcile();
    expect(outcomeOf(report)).toEqual({ status: 'AGREED', failure: null, healed: 0, left: 0 });
    service.clock.advance(dayMs);
    expect((await service.reconcile()).totals).toEqual([]);
    const [{ succeeded } = { succeeded: null }] = await service.database.query<{ succeeded: Date }>(
      'select succeeded_at as succeeded from payments',
    );
    expect(succeeded?.toISOString()).toBe('2026-01-16T02:59:50.000Z');
  });

  it("another seller's charge of the same account at Stripe", async () => {
    service = await startDeafService();
    const intent = await dashboard(service.sandbox).paymentIntents.create({
      amount: 700,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://example.com',
    });
    await dashboard(service.sandbox).refunds.create({ payment_intent: intent.id, amount: 100 });
    service.clock.advance(hourMs);
    expect(await service.reconcile()).toMatchObject({
      status: 'AGREED',
      movementsRead: 2,
      movementsForeign: 2,
      totals: [],
    });
  });
});
