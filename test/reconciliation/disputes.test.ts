import { afterEach, describe, expect, it } from '@jest/globals';
import { chargeOf, disputeOf } from '../support/dispute.js';
import { expectSoundBooks } from '../support/invariants.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { dashboard } from '../support/stripe-sdk.js';
import {
  available,
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
const agreed = { status: 'AGREED', failure: null, left: 0 };

const dispute = () =>
  service.database.query(
    `select stripe_dispute_id as id, status, fund_moves as moves, funds_withdrawn as withdrawn, credits_taken as credits
       from disputes`,
  );

/** A customer whose payment of 500 credits, $45.00, is credited. */
async function bought(): Promise<{ customer: TestCustomer; intent: string }> {
  service = await startDeafService();
  const customer = await newCustomer(service);
  return { customer, intent: await purchase(service, customer, 500) };
}

/** A second run right after the first has nothing to do. */
async function expectQuiet(): Promise<void> {
  const before = await booksOf(service);
  expect(outcomeOf(await service.reconcile())).toEqual({ ...agreed, healed: 0 });
  expect(await booksOf(service)).toEqual(before);
  await expectSoundBooks(service.database);
}

describe('a dispute that no webhook told of', () => {
  it('is healed: its credits are taken, and the sums of the day agree', async () => {
    const { customer, intent } = await bought();
    const { id } = service.sandbox.openDispute(await chargeOf(service, intent), 'fraudulent', 900);
    service.clock.advance(hourMs);
    expect(await available(customer)).toBe(500);

    const report = await service.reconcile();
    expect(outcomeOf(report)).toMatchObject(agreed);
    expect(report).toMatchObject({ disputesReread: 0, differencesHealed: 1 });
    expect(report.totals).toContainEqual({
      day,
      kind: 'DISPUTE',
      currency: 'USD',
      count: 1,
      ours: '-900',
      theirs: '-900',
    });
    expect(await available(customer)).toBe(400);
    expect(await dispute()).toEqual([
      { id, status: 'NEEDS_RESPONSE', moves: 1, withdrawn: '900', credits: '100000000' },
    ]);
    await expectQuiet();
  });

  it('is healed where even its payment was not heard of, and a refund came before', async () => {
    service = await startDeafService();
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    await pay(service, intent);
    const payment_intent = intent.paymentIntentId;
    const { id } = await dashboard(service.sandbox).refunds.create({ payment_intent, amount: 900 });
    service.sandbox.failRefund(id);
    await disputeOf(service, payment_intent);
    await service.database.query('update payments set stripe_payment_intent_id = null');
    service.clock.advance(hourMs);
    expect(outcomeOf(await service.reconcile())).toMatchObject(agreed);
    expect(await available(customer)).toBe(0);
    expect(await service.database.query('select status from refunds')).toEqual([{ status: 'FAILED' }]);
    await expectQuiet();
  });

  it('is healed where it was an inquiry, which escalated on another day', async () => {
    const { customer, intent } = await bought();
    const { id } = service.sandbox.openInquiry(await chargeOf(service, intent));
    service.clock.advance(40 * dayMs);
    service.sandbox.escalateInquiry(id);
    service.clock.advance(hourMs);
    const report = await service.reconcile();
    expect(outcomeOf(report)).toMatchObject(agreed);
    expect(report.totals.map((total) => [total.day, total.kind, total.ours])).toEqual([
      ['2026-02-24', 'DISPUTE', '-4500'],
    ]);
    expect(await available(customer)).toBe(0);
    await expectQuiet();
  });
});

describe('a reinstatement that was never heard of', () => {
  it('is healed by asking about what is open: the credits return', async () => {
    const { customer, intent } = await bought();
    const { id } = await disputeOf(service, intent);
    service.clock.advance(hourMs);
    await service.reconcile();
    expect(await available(customer)).toBe(0);

    service.clock.advance(60 * dayMs);
    service.sandbox.winDispute(id);
    service.clock.advance(hourMs);
    const report = await service.reconcile();
    expect(outcomeOf(report)).toMatchObject(agreed);
    expect(report).toMatchObject({ disputesReread: 1, disputesHealed: 1, differencesHealed: 0 });
    expect(report.totals.at(-1)).toMatchObject({ kind: 'DISPUTE_REVERSAL', ours: '4500', theirs: '4500' });
    expect(await available(customer)).toBe(500);
    expect(await dispute()).toEqual([{ id, status: 'WON', moves: 2, withdrawn: '0', credits: '0' }]);
    await expectQuiet();
  });

  it('is healed by its money where our books took the dispute for over', async () => {
    const { customer, intent } = await bought();
    const { id } = await disputeOf(service, intent);
    service.clock.advance(hourMs);
    await service.reconcile();
    await service.database.query(`update disputes set status = 'LOST', closed_at = now()`);
    service.sandbox.winDispute(id);
    service.clock.advance(hourMs);
    const report = await service.reconcile();
    expect(outcomeOf(report)).toMatchObject(agreed);
    // Its status, which the withdrawal shows as well, is told once: with the last movement.
    expect(report).toMatchObject({ disputesReread: 0, differencesHealed: 1 });
    expect(await available(customer)).toBe(500);
    await expectQuiet();
  });
});

describe('a dispute that was lost unheard', () => {
  it('is healed: nothing moves but its status', async () => {
    const { intent } = await bought();
    const { id } = await disputeOf(service, intent);
    service.clock.advance(hourMs);
    await service.reconcile();
    service.sandbox.loseDispute(id);
    service.clock.advance(90 * dayMs);
    const report = await service.reconcile();
    expect(report).toMatchObject({ status: 'AGREED', disputesReread: 1, disputesHealed: 1 });
    expect(await dispute()).toEqual([
      { id, status: 'LOST', moves: 1, withdrawn: '4500', credits: '500000000' },
    ]);
    await expectQuiet();
  });
});

describe("a dispute's row that was changed by hand", () => {
  async function disputed(): Promise<{ intent: string; id: string }> {
    const { intent } = await bought();
    const { id } = await disputeOf(service, intent);
    service.clock.advance(hourMs);
    expect(outcomeOf(await service.reconcile())).toMatchObject(agreed);
    return { intent, id };
  }

  it.each([
    ['its money', 'funds_withdrawn = funds_withdrawn - 100', { ours: '-4400' }],
    ['its currency', `currency = 'EUR'`, { ours: '0' }],
    ['its status', `status = 'WON', closed_at = now()`, { ours: '-4500', ourStatus: 'WON' }],
  ])('is named, day after day until it is mended: %s', async (_, change, ours) => {
    const { intent, id } = await disputed();
    const [row] = await service.database.query<{ row: object }>('select to_jsonb(d) as row from disputes d');
    await service.database.query(`update disputes set ${change}`);
    const before = await booksOf(service);
    for (const hours of [1, 24, 24 * 7]) {
      service.clock.advance(hours * hourMs);
      const report = await service.reconcile();
      expect(outcomeOf(report)).toEqual({ status: 'DIFFERS', failure: null, healed: 0, left: 1 });
      expect(report.differences).toEqual([
        {
          day,
          kind: 'DISPUTE',
          objectId: id,
          paymentIntentId: intent,
          currency: 'USD',
          theirs: '-4500',
          ourStatus: 'NEEDS_RESPONSE',
          theirStatus: 'NEEDS_RESPONSE',
          ...ours,
        },
      ]);
    }
    expect(await booksOf(service)).toEqual(before);

    await service.database.query(
      `update disputes d set status = r.status, closed_at = r.closed_at, currency = r.currency,
         fund_moves = r.fund_moves, funds_withdrawn = r.funds_withdrawn
       from jsonb_populate_record(null::disputes, $1) r`,
      [row?.row],
    );
    await expectQuiet();
  });

  it('is named where it names another dispute', async () => {
    const { id } = await disputed();
    await service.database.query(
      `insert into disputes select (jsonb_populate_record(d,
         '{"id": "00000000-0000-7000-8000-000000000001", "stripe_dispute_id": "du_forged", "fund_moves": 0,
           "funds_withdrawn": 0, "credits_taken": 0, "claw_back_seq": null}')).* from disputes d`,
    );
    service.clock.advance(3 * hourMs);
    expect((await service.reconcile()).differences).toMatchObject([
      { objectId: 'du_forged', ours: '0', theirs: '0', ourStatus: 'NEEDS_RESPONSE', theirStatus: null },
    ]);
    expect(await dispute()).toContainEqual(expect.objectContaining({ id, withdrawn: '4500' }));
  });
});
