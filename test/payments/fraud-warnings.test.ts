import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FraudWarning } from '../../src/payments/fraud-warning.entity.js';
import { FraudWarningService } from '../../src/payments/fraud-warning.service.js';
import { Payment } from '../../src/payments/payment.entity.js';
import type { FraudWarningSnapshot } from '../../src/payments/payment-gateway.js';
import { createLog } from '../../src/platform/log.js';
import { FakeClock } from '../support/clock.js';
import { disputeOf, warningOf } from '../support/dispute.js';
import { expectSoundBooks } from '../support/invariants.js';
import { fraudWarningsQuery, paymentFraudWarningsQuery } from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

let service: TestService;
let customer: TestCustomer;
let lines: Record<string, unknown>[] = [];
beforeAll(async () => {
  const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) });
  service = await startTestService({ clock: new FakeClock(new Date()), log });
});
beforeEach(async () => {
  customer = await newCustomer(service);
  lines = [];
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const stripe = () => dashboard(service.sandbox);
const warnings = async (filter: { actionable?: boolean } = {}) =>
  (
    await service.clients.admin.request(fraudWarningsQuery, {
      accountId: customer.accountId,
      ...filter,
    })
  ).fraudWarnings.nodes;
const { available, historyTypes } = readsOf(() => customer);
const told = () => lines.filter(({ msg }) => msg === 'payment may be fraudulent');

/** Every order of these. */
const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, i) => ordersOf(items.toSpliced(i, 1)).map((rest) => [first, ...rest]));

describe('an early fraud warning', () => {
  it('moves nothing, and is shown and logged for somebody to act on, once', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_createIssuerFraudRecord');
    await service.settle();
    const events = service.sandbox.events().filter(({ type }) => type.startsWith('radar.'));
    const [warning] = (await stripe().radar.earlyFraudWarnings.list({ payment_intent: id })).data;
    expect(await warnings()).toEqual([
      {
        id: expect.any(String),
        fraudType: 'made_with_stolen_card',
        actionable: true,
        accountId: customer.accountId,
        stripePaymentIntentId: id,
        stripeWarningId: warning?.id,
        createdAt: new Date((warning?.created ?? 0) * 1_000).toISOString(),
        heardAt: service.clock.now().toISOString(),
      },
    ]);
    for (const { id: eventId } of [...events, ...events]) service.sandbox.resendEvent(eventId);
    await service.settle();
    expect(await warnings()).toHaveLength(1);
    expect(told()).toMatchObject([
      { level: 'warn', accountId: customer.accountId, fraudWarningId: warning?.id, actionable: true },
    ]);
    expect(await historyTypes()).toEqual(['PURCHASE']);
    expect(await available()).toBe('500');
  });

  it('is answered with a full refund, a partial one does not do', async () => {
    const id = await purchase(service, customer, 500);
    const { id: stripeWarningId } = await warningOf(service, id);
    await refund(service, id, { amount: 900, reason: 'FRAUDULENT' });
    await service.settle();
    expect(await warnings({ actionable: true })).toMatchObject([{ stripeWarningId }]);
    await refund(service, id, { reason: 'FRAUDULENT' });
    await service.settle();
    expect(await warnings({ actionable: true })).toEqual([]);
    expect(await warnings({ actionable: false })).toMatchObject([{ stripeWarningId }]);
    const { payment } = await service.clients.admin.request(paymentFraudWarningsQuery, {
      paymentIntentId: id,
    });
    expect(payment?.fraudWarnings).toEqual([{ stripeWarningId, actionable: false }]);
    expect(await available()).toBe('0');
  });

  it('is too late once there is a dispute', async () => {
    const id = await purchase(service, customer, 500);
    await warningOf(service, id);
    await disputeOf(service, id);
    await warningOf(service, id);
    await service.settle();
    expect(await warnings()).toMatchObject([{ actionable: false }, { actionable: false }]);
    expect(await historyTypes()).toEqual(['DISPUTE', 'PURCHASE']);
  });

  it('of a payment that is not ours is ignored', async () => {
    const { id } = await stripe().paymentIntents.create({
      amount: 700,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_createIssuerFraudRecord',
      return_url: 'https://example.com/paid',
    });
    await service.settle();
    const [event] = await service.database.query<{ status: string; outcome: string }>(
      `select status, outcome from webhook_events
       where type = 'radar.early_fraud_warning.created' and payment_intent_id = '${id}'`,
    );
    expect(event).toEqual({ status: 'IGNORED', outcome: 'The payment intent is not one of ours.' });
    expect(told()).toEqual([]);
  });

  it('is listed page by page, newest first, for support', async () => {
    const made: string[] = [];
    for (let i = 0; i < 3; i++) {
      made.unshift((await warningOf(service, await purchase(service, customer, 100))).id);
      service.clock.advance(1_000);
    }
    await service.settle();
    const page = async (after: string | null) => {
      const variables = { first: 2, after, accountId: customer.accountId };
      return (await service.clients.admin.request(fraudWarningsQuery, variables)).fraudWarnings;
    };
    const newest = await page(null);
    const oldest = await page(newest.pageInfo.endCursor ?? null);
    expect([newest.pageInfo.hasNextPage, oldest.pageInfo.hasNextPage]).toEqual([true, false]);
    const found = [...newest.nodes, ...oldest.nodes];
    expect(found.map(({ stripeWarningId }) => stripeWarningId)).toEqual(made);
  });
});

describe('comes to the same in whichever order', () => {
  const kinds = ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated'];
  const types = [...kinds, 'refund.created', 'charge.dispute.funds_withdrawn'] as const;

  it.each(ordersOf(types).map((order) => [order.join(', '), order] as const))(
    'events come, that of the payment last: %s',
    async (_, order) => {
      const { sandbox } = service;
      const intent = await startPurchase(customer, 500);
      const before = sandbox.events().length;
      const unheard = sandbox.faults.delivery({ fault: 'drop' });
      await pay(service, intent);
      await warningOf(service, intent.paymentIntentId);
      await stripe().refunds.create({ payment_intent: intent.paymentIntentId, amount: 900 });
      await disputeOf(service, intent.paymentIntentId);
      unheard.remove();
      const events = sandbox.events().slice(before);
      const heard = [...order, ...order, 'payment_intent.succeeded'];
      for (const type of heard) {
        sandbox.resendEvent(events.find((event) => event.type === type)?.id ?? '');
        await sandbox.flush();
      }
      await service.settle();
      expect(await warnings()).toMatchObject([{ actionable: false }]);
      expect(told()).toHaveLength(1);
      expect(await available()).toBe('0');
    },
  );

  const createdAt = new Date('2026-01-15T12:00:00.000Z');
  const snapshotOf = (id: string, actionable: boolean): FraudWarningSnapshot => ({
    id,
    fraudType: 'misc',
    actionable,
    createdAt,
  });
  /** What Stripe said one after the other. */
  const versions = (id: string): FraudWarningSnapshot[][] => [
    [],
    [snapshotOf(`${id}_1`, true)],
    [snapshotOf(`${id}_1`, false)],
    [snapshotOf(`${id}_1`, false), snapshotOf(`${id}_2`, false)],
  ];

  it('answers are recorded that Stripe gave one after the other', async () => {
    const intentId = await purchase(service, customer, 100);
    const log = createLog('silent');
    const books = new FraudWarningService(service.clock, log);
    const orders = ordersOf([0, 1, 2, 3]);
    for (const [number, order] of orders.entries()) {
      const answers = versions(`issfr_${number}`);
      let newest = 0;
      for (const version of [...order, ...order]) {
        newest = Math.max(newest, version);
        const recorded = await service.orm.em.fork().transactional(async (em) => {
          const payment = await em.findOneOrFail(Payment, { stripePaymentIntentId: intentId });
          await books.report(em, payment, answers[version] ?? []);
          await em.flush();
          const stripeWarningId = { $like: `issfr\\_${number}\\_%` };
          return em.find(FraudWarning, { stripeWarningId }, { orderBy: { stripeWarningId: 'asc' } });
        });
        const expected = (answers[newest] ?? []).map(({ id, actionable }) => [id, actionable]);
        expect(recorded.map((warning) => [warning.stripeWarningId, warning.actionable])).toEqual(expected);
      }
    }
    expect(orders).toHaveLength(24);
  });
});
