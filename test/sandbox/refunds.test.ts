import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import type { Sandbox } from '../../src/sandbox/index.js';
import { sdk, stripeError, testSandbox } from './support.js';

let sandbox: Sandbox;
let stripe: Stripe;
let seen: number;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sdk(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(() => {
  seen = sandbox.events().length;
});

/** The types of the events since the payment of this test. */
const types = () =>
  sandbox
    .events()
    .slice(seen)
    .map(({ type }) => type);

async function pay(method = 'pm_card_visa', amount = 10_000): Promise<{ intent: string; charge: string }> {
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'usd',
    confirm: true,
    payment_method: method,
    return_url: 'https://x.example',
  });
  seen = sandbox.events().length;
  return { intent: intent.id, charge: String(intent.latest_charge) };
}

async function balance(): Promise<number> {
  const { available, pending } = await stripe.balance.retrieve();
  return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
}

describe('refunds', () => {
  test('in parts, until nothing is left', async () => {
    const { intent, charge } = await pay();
    const part = await stripe.refunds.create({
      payment_intent: intent,
      amount: 3000,
      reason: 'requested_by_customer',
      metadata: { ticket: '7' },
    });
    expect(part).toMatchObject({ status: 'succeeded', charge, amount: 3000, metadata: { ticket: '7' } });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 3000, refunded: false });
    expect(types()).toEqual(['refund.created', 'charge.refunded']);
    const tooMuch = await stripeError(stripe.refunds.create({ charge, amount: 7001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(tooMuch.message).toBe(
      'Refund amount ($70.01) is greater than unrefunded amount on charge ($70.00)',
    );
    expect((await stripe.refunds.create({ charge })).amount).toBe(7000);
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 10_000, refunded: true });
    const again = await stripeError(stripe.refunds.create({ charge }));
    expect(again).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
    expect((await stripe.refunds.list({ payment_intent: intent })).data.map(({ amount }) => amount)).toEqual([
      7000, 3000,
    ]);
  });

  test('need something that was paid', async () => {
    const unpaid = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    expect((await stripeError(stripe.refunds.create({ payment_intent: unpaid.id }))).code).toBe(
      'charge_not_refundable',
    );
    expect((await stripeError(stripe.refunds.create({}))).code).toBe('parameter_missing');
    expect((await stripeError(stripe.refunds.create({ charge: 'ch_none' }))).statusCode).toBe(400);
  });

  test('metadata can change later', async () => {
    const { charge } = await pay();
    const { id } = await stripe.refunds.create({ charge });
    expect((await stripe.refunds.update(id, { metadata: { a: 'b' } })).metadata).toEqual({ a: 'b' });
    expect(types().slice(2)).toEqual(['refund.updated', 'charge.refund.updated']);
  });

  test('pm_card_pendingRefund: pending, then arrives', async () => {
    const { charge } = await pay('pm_card_pendingRefund');
    const { id, status } = await stripe.refunds.create({ charge });
    expect(status).toBe('pending');
    expect(sandbox.settleRefund(id).status).toBe('succeeded');
    expect(types()).toEqual(['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated']);
    expect(() => sandbox.settleRefund(id)).toThrow('cannot change any more');
  });

  test('one that is held up waits for its recipient, then arrives, or is canceled', async () => {
    const { charge } = await pay('pm_card_pendingRefund');
    const before = await balance();
    const arriving = await stripe.refunds.create({ charge, amount: 100 });
    const canceled = await stripe.refunds.create({ charge, amount: 200 });
    for (const { id } of [arriving, canceled])
      expect(sandbox.holdUpRefund(id).status).toBe('requires_action');
    expect(types().slice(-2)).toEqual(['refund.updated', 'charge.refund.updated']);
    expect(() => sandbox.holdUpRefund(arriving.id)).toThrow('cannot change any more');
    expect(sandbox.settleRefund(arriving.id).status).toBe('succeeded');
    expect((await stripe.refunds.cancel(canceled.id)).status).toBe('canceled');
    expect(await balance()).toBe(before - 100);
  });

  test('pm_card_refundFail: succeeds, then fails, and the money is back', async () => {
    const { charge } = await pay('pm_card_refundFail');
    const before = await balance();
    const { id, status } = await stripe.refunds.create({ charge });
    expect(status).toBe('succeeded');
    expect(await balance()).toBe(before - 10_000);
    const failed = sandbox.failRefund(id, 'expired_or_canceled_card');
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(await balance()).toBe(before);
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect(types().slice(2)).toEqual([
      'refund.failed',
      'refund.updated',
      'charge.refund.updated',
      'charge.updated',
    ]);
    expect(sandbox.events().at(-2)?.data.previous_attributes).toMatchObject({ status: 'succeeded' });
  });

  test('both end by themselves after the configured delay', async () => {
    const quick = await testSandbox({ outcomeDelayMs: 5 });
    const client = sdk(quick);
    const refund = async (method: string) => {
      const intent = await client.paymentIntents.create({
        amount: 900,
        currency: 'usd',
        confirm: true,
        payment_method: method,
        return_url: 'https://x.example',
      });
      return (await client.refunds.create({ payment_intent: intent.id })).id;
    };
    const [arrives, fails] = [await refund('pm_card_pendingRefund'), await refund('pm_card_refundFail')];
    const statuses = async () => [
      (await client.refunds.retrieve(arrives)).status,
      (await client.refunds.retrieve(fails)).status,
    ];
    for (let tries = 0; tries < 200 && (await statuses())[1] !== 'failed'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await statuses()).toEqual(['succeeded', 'failed']);
    await quick.close();
  });

  test('a pending refund can be canceled, another cannot', async () => {
    const { charge } = await pay('pm_card_pendingRefund');
    const { id } = await stripe.refunds.create({ charge });
    expect((await stripe.refunds.cancel(id)).status).toBe('canceled');
    expect((await stripe.charges.retrieve(charge)).amount_refunded).toBe(0);
    const done = await stripe.refunds.create({ charge: (await pay()).charge });
    expect((await stripeError(stripe.refunds.cancel(done.id))).statusCode).toBe(400);
  });
});

describe('disputes', () => {
  const disputeOf = async (intent: string) => {
    const { data } = await stripe.disputes.list({ payment_intent: intent });
    if (!data[0]) throw new Error('There is no dispute.');
    return data[0];
  };

  test('pm_card_createDispute: the funds leave at once', async () => {
    const before = await balance();
    const { intent, charge } = await pay('pm_card_createDispute');
    const dispute = await disputeOf(intent);
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 10_000, charge });
    expect(dispute.balance_transactions).toMatchObject([{ type: 'adjustment', amount: -10_000, fee: 1500 }]);
    expect(await balance()).toBe(before + 10_000 - 320 - 10_000 - 1500);
    expect((await stripe.charges.retrieve(charge)).disputed).toBe(true);
    const all = sandbox.events().map(({ type }) => type);
    expect(all).toEqual(expect.arrayContaining(['charge.dispute.created', 'charge.dispute.funds_withdrawn']));
    const refund = await stripeError(stripe.refunds.create({ charge }));
    expect(refund).toMatchObject({ statusCode: 400, code: 'charge_disputed' });
  });

  test('won: the funds come back', async () => {
    const { intent, charge } = await pay('pm_card_createDispute');
    const { id } = await disputeOf(intent);
    const before = await balance();
    expect(sandbox.winDispute(id).status).toBe('won');
    expect(await balance()).toBe(before + 10_000);
    expect(types()).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated']);
    expect((await stripe.refunds.create({ charge, amount: 1 })).status).toBe('succeeded');
    expect((await stripeError(stripe.disputes.close(id))).message).toContain('already closed');
  });

  test('lost, by the issuer or by accepting it', async () => {
    const first = await disputeOf((await pay('pm_card_createDispute')).intent);
    expect(sandbox.loseDispute(first.id).status).toBe('lost');
    const { intent } = await pay('pm_card_createDispute');
    expect((await stripe.disputes.close((await disputeOf(intent)).id)).status).toBe('lost');
    expect(types()).toEqual(['charge.dispute.closed']);
  });

  test.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
    ['some evidence', 'under_review'],
  ])('evidence "%s" leads to %s', async (text, status) => {
    const { id } = await disputeOf((await pay('pm_card_createDispute')).intent);
    const updated = await stripe.disputes.update(id, { evidence: { uncategorized_text: text } });
    expect(updated).toMatchObject({ status, evidence_details: { has_evidence: true, submission_count: 1 } });
    expect(types()).toContain('charge.dispute.updated');
  });

  test('an inquiry moves no funds until it is escalated', async () => {
    const before = await balance();
    const { intent, charge } = await pay('pm_card_createDisputeInquiry');
    const inquiry = await disputeOf(intent);
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    });
    expect(await balance()).toBe(before + 10_000 - 320);
    expect(sandbox.escalateInquiry(inquiry.id)).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
    });
    expect(await balance()).toBe(before - 320 - 1500);
    expect((await stripeError(stripe.refunds.create({ charge }))).code).toBe('charge_disputed');
  });

  test('one about a part of the charge withdraws and returns that part', async () => {
    const { charge } = await pay();
    const before = await balance();
    for (const amount of [0, 10_001])
      expect(() => sandbox.openDispute(charge, 'fraudulent', amount)).toThrow('1 to 10000');
    const dispute = sandbox.openDispute(charge, 'fraudulent', 2_500);
    expect(dispute).toMatchObject({ amount: 2_500, balance_transactions: [{ amount: -2_500 }] });
    expect(await balance()).toBe(before - 2_500 - 1500);
    sandbox.winDispute(dispute.id);
    expect(await balance()).toBe(before - 1500);
  });

  test('an inquiry that is closed is neither won nor lost', async () => {
    const { intent } = await pay('pm_card_createDisputeInquiry');
    expect((await stripe.disputes.close((await disputeOf(intent)).id)).status).toBe('warning_closed');
  });

  test('any paid charge can be disputed or warned about, once', async () => {
    const { charge } = await pay();
    expect(sandbox.warnOfFraud(charge)).toMatchObject({ charge, actionable: true });
    expect(sandbox.openDispute(charge, 'product_not_received').reason).toBe('product_not_received');
    expect(() => sandbox.openDispute(charge)).toThrow('cannot be disputed');
    expect(types()[0]).toBe('radar.early_fraud_warning.created');
  });

  test('pm_card_createIssuerFraudRecord: an early fraud warning', async () => {
    const { intent, charge } = await pay('pm_card_createIssuerFraudRecord');
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: intent });
    expect(data).toMatchObject([{ charge, fraud_type: 'made_with_stolen_card', actionable: true }]);
  });

  test.each([
    ['a full refund', (charge: string) => stripe.refunds.create({ charge })],
    ['a dispute', async (charge: string) => sandbox.openDispute(charge)],
  ])('after %s nothing is to be done about a warning, which an event tells once', async (_, happen) => {
    const { charge } = await pay();
    const { id } = sandbox.warnOfFraud(charge);
    await stripe.refunds.create({ charge, amount: 1 });
    expect(await stripe.radar.earlyFraudWarnings.retrieve(id)).toMatchObject({ actionable: true });
    await happen(charge);
    expect(await stripe.radar.earlyFraudWarnings.retrieve(id)).toMatchObject({ actionable: false });
    const told = sandbox.events().filter(({ type }) => type === 'radar.early_fraud_warning.updated');
    expect(told.filter(({ data }) => 'id' in data.object && data.object.id === id)).toHaveLength(1);
    expect(sandbox.warnOfFraud(charge)).toMatchObject({ actionable: false });
  });
});

test('the balance is the sum of its transactions, and they tell their source', async () => {
  const { charge } = await pay('pm_card_visa', 5000);
  const { data } = await stripe.balanceTransactions.list({ source: charge });
  expect(data).toMatchObject([{ type: 'charge', amount: 5000, fee: 175, net: 4825, source: charge }]);
  const all = await stripe.balanceTransactions.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
  expect(all.reduce((sum, { net }) => sum + net, 0)).toBe(await balance());
  const refunds = await stripe.balanceTransactions.list({ type: 'refund', expand: ['data.source'] });
  expect(refunds.data[0]?.source).toMatchObject({ object: 'refund' });
});
