import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createLog } from '../../src/platform/log.js';
import { foreignJson } from '../../src/sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { StripeCalls } from '../../src/stripe/stripe-calls.js';
import { createStripeClient } from '../../src/stripe/stripe-client.js';
import { StripeGateway } from '../../src/stripe/stripe-gateway.js';
import { createStripeMetrics } from '../../src/stripe/stripe-metrics.js';
import { StripeReconciliation } from '../../src/stripe/stripe-reconciliation.js';
import { FakeClock } from '../support/clock.js';
import { dashboard } from '../support/stripe-sdk.js';

const clock = new FakeClock();
const log = createLog('silent');
let sandbox: Sandbox;
let gateway: StripeGateway;
let reconciliation: StripeReconciliation;
beforeAll(async () => {
  sandbox = await startSandbox({ clock, log, port: 0, seed: 1 });
});
// With a circuit of its own, which the test before cannot have opened.
beforeEach(() => {
  const stripe = createStripeClient({ secretKey: sandbox.secretKey, apiBase: sandbox.url }, log);
  const calls = new StripeCalls({ clock, log, metrics: createStripeMetrics(new Registry()) });
  gateway = new StripeGateway(stripe, '', calls);
  reconciliation = new StripeReconciliation(stripe, calls);
});
afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const span = { from: new Date('2026-01-01T00:00:00.000Z'), until: new Date('2026-01-02T00:00:00.000Z') };
const newCustomer = { idempotencyKey: 'customer', accountId: 'ada', name: 'Ada', email: null };
const newIntent = {
  idempotencyKey: 'intent',
  customerId: 'cus_1',
  amount: 4500n,
  currency: 'USD',
  description: '500 credits',
  receiptEmail: null,
  metadata: {},
};
const newRefund = {
  idempotencyKey: 'refund',
  paymentIntentId: 'pi_1',
  amount: 900n,
  reason: 'DUPLICATE',
  metadata: {},
} as const;
const lostIntent = { customerId: 'cus_1', paymentId: 'payment', since: span.from };

const ofOne: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['createCustomer', () => gateway.createCustomer(newCustomer)],
  ['createPaymentIntent', () => gateway.createPaymentIntent(newIntent)],
  ['retrievePaymentIntent', () => gateway.retrievePaymentIntent('pi_1')],
  ['createRefund', () => gateway.createRefund(newRefund)],
  ['findCharged', () => reconciliation.findCharged('pi_1')],
  ['findRefunded', () => reconciliation.findRefunded('re_1')],
];
const ofMany: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['findPaymentIntent', () => gateway.findPaymentIntent(lostIntent)],
  ['listRefunds', () => gateway.listRefunds('pi_1')],
  ['listDisputes', () => gateway.listDisputes('pi_1')],
  ['listFraudWarnings', () => gateway.listFraudWarnings('pi_1')],
  ['listEvents', () => reconciliation.listEvents(['refund.created'], span, null)],
  ['listMovements', () => reconciliation.listMovements(span, null)],
];

const listOf = (...items: readonly unknown[]) => ({ object: 'list', data: items, has_more: false, url: '/' });
const wrongObjects = [listOf(), { id: 'acct_1', object: 'account' }];
const wrongLists = [
  { id: 'acct_1', object: 'account' },
  { object: 'list' },
  { object: 'list', data: 'none', has_more: false },
  { object: 'list', data: { length: 0 }, has_more: false },
  { object: 'list', data: [] },
  { object: 'list', data: [], has_more: true },
  listOf(null),
  listOf('ok'),
  listOf({ status: 'ok' }),
  listOf({ id: 'acct_1', object: 'account' }),
];
const texts = (bodies: readonly object[]) => [...foreignJson, ...bodies.map((body) => JSON.stringify(body))];

const cases = [
  ...ofOne.flatMap(([name, call]) => texts(wrongObjects).map((body) => [name, body, call] as const)),
  ...ofMany.flatMap(([name, call]) => texts(wrongLists).map((body) => [name, body, call] as const)),
];

it.each(cases)('%s takes no answer for Stripe’s that is not: %s', async (_, body, call) => {
  const { hits } = sandbox.faults.api({ fault: 'foreign_json', body });
  await expect(call()).rejects.toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  expect(hits()).toBe(1);
});

describe('a list', () => {
  it('is read to its end, oldest first', async () => {
    const stripe = dashboard(sandbox);
    const { id } = await stripe.paymentIntents.create({
      amount: 10_000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://example.com/paid',
    });
    const made: string[] = [];
    for (let i = 0; i < 101; i++)
      made.push((await stripe.refunds.create({ payment_intent: id, amount: 1 })).id);
    expect((await gateway.listRefunds(id)).map((refund) => refund.id)).toEqual(made);
  });
});
