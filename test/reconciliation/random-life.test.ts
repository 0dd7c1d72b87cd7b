import { afterEach, expect, it, jest } from '@jest/globals';
import type Stripe from 'stripe';
import { Random } from '../simulation/random.js';
import { chargeOf } from '../support/dispute.js';
import { expectSoundBooks } from '../support/invariants.js';
import { confirm, newCustomer, pay, startPurchase } from '../support/purchase.js';
import { dashboard } from '../support/stripe-sdk.js';
import { hourMs, outcomeOf, type ReconcilingService, startDeafService } from './reconciling.js';

/** It makes many requests, one after the other. */
jest.setTimeout(60_000);

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = 6;
const stepsPerRound = 8;
const cards = ['visa', 'visa', 'pendingRefund', 'refundFail', 'chargeDeclined'].map(
  (name) => `pm_card_${name}`,
);

let service: ReconcilingService;
afterEach(() => service.close());

/** What the customers have paid and not been given back, by Stripe: nothing of `src/reconciliation` is asked. */
async function keptAtStripe(stripe: Stripe): Promise<number> {
  const intents = await stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  const refunds = await stripe.refunds.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  const disputes = await stripe.disputes.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  const withdrawn = disputes.flatMap((dispute) => dispute.balance_transactions.map(({ amount }) => amount));
  const standing = refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled');
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const received = sum(intents.map((intent) => intent.amount_received));
  return received - sum(standing.map(({ amount }) => amount)) + sum(withdrawn);
}

it(`agrees with Stripe after whatever happened there unheard, of seed ${seed}`, async () => {
  const random = new Random(seed);
  service = await startDeafService();
  const { sandbox, clock, database } = service;
  const stripe = dashboard(sandbox);
  const customer = await newCustomer(service);
  const refunds: string[] = [];
  const paid: string[] = [];
  const disputes: string[] = [];
  let healed = 0;
  let brokenOff = 0;

  const buy = async () => {
    const intent = await startPurchase(customer, random.pick([100, 500, 1_000]));
    if ((await pay(service, intent, random.pick(cards))) !== 'succeeded') return;
    paid.push(intent.paymentIntentId);
    if (random.chance(0.5)) await confirm(customer, intent);
  };
  const giveBack = async () => {
    if (paid.length === 0) return;
    const payment_intent = random.pick(paid);
    const made = await stripe.refunds
      .create({ payment_intent, amount: random.integer(1, 400) })
      .catch(() => null);
    if (made) refunds.push(made.id);
  };
  const endRefund = async () => {
    const [id] = refunds.splice(0, 1);
    if (id === undefined) return;
    if (random.chance(0.5)) sandbox.failRefund(id);
    else if ((await stripe.refunds.retrieve(id)).status === 'pending') sandbox.settleRefund(id);
  };

  const dispute = async () => {
    if (paid.length === 0) return;
    const charge = await chargeOf(service, random.pick(paid));
    const amount = random.chance(0.5) ? undefined : random.integer(1, 1_000);
    const isDisputed = (await stripe.charges.retrieve(charge)).disputed;
    if (isDisputed) return;
    const inquires = random.chance(0.3);
    const made = inquires
      ? sandbox.openInquiry(charge, amount)
      : sandbox.openDispute(charge, 'fraudulent', amount);
    disputes.push(made.id);
  };
  const moveDispute = async () => {
    const [id] = disputes.splice(0, 1);
    if (id === undefined) return;
    const { status } = await stripe.disputes.retrieve(id);
    if (status === 'warning_needs_response' && random.chance(0.7)) {
      disputes.push(sandbox.escalateInquiry(id).id);
    } else if (random.chance(0.6)) sandbox.winDispute(id);
    else sandbox.loseDispute(id);
  };

  for (let round = 0; round < rounds; round++) {
    for (let step = 0; step < stepsPerRound; step++)
      await random.pick([buy, buy, giveBack, endRefund, dispute, moveDispute])();
    clock.advance(random.integer(1, 40) * hourMs);
    const faults = sandbox.faults.api({ fault: 'rate_limit', method: 'GET', probability: 0.05 });
    const disturbed = await service.reconcile();
    faults.remove();
    if (disturbed.status === 'FAILED') brokenOff += 1;
    const report = disturbed.status === 'FAILED' ? await service.reconcile() : disturbed;
    expect(outcomeOf(report)).toMatchObject({ status: 'AGREED', left: 0 });
    healed += outcomeOf(disturbed).healed + (report === disturbed ? 0 : outcomeOf(report).healed);
    expect(outcomeOf(await service.reconcile())).toMatchObject({ status: 'AGREED', healed: 0 });
    const [kept] = await database.query<{ minor: string | null }>(
      'select sum(amount - refunded_amount - disputed_amount) as minor from payments where succeeded_at is not null',
    );
    expect(Number(kept?.minor ?? 0)).toBe(await keptAtStripe(stripe));
    await expectSoundBooks(database);
  }
  const dropped = sandbox.deliveries().filter(({ state }) => state === 'dropped').length;
  process.stdout.write(
    `reconciliation of seed ${seed}: ${dropped} events dropped, ${brokenOff} runs broken off, ${healed} healed, 0 differences left\n`,
  );
});
