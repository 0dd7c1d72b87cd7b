import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { creditsToMicro, formatCredits, parseCredits } from '../../src/platform/credits.js';
import { Random } from '../simulation/random.js';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { paymentQuery } from '../support/operations.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { quote, refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const paidMinor = 4_500;
const bought = 500;
const races = 3;
/** Some hundred requests, also where other programs want the machine. */
const manyRequestsTimeoutMs = 120_000;
const maxHeadStartMs = 40;

describe('refunds on their way', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const stripe = () => dashboard(service.sandbox);
  const { balance, historyTypes } = readsOf(() => customer);
  const payment = async (paymentIntentId: string) => {
    const found = (await customer.client.request(paymentQuery, { paymentIntentId })).payment;
    if (!found) throw new Error('There is no such payment.');
    return found;
  };
  const buyForPendingRefunds = () => purchase(service, customer, bought, 'pm_card_pendingRefund');
  /** Asks for a refund that stays pending. */
  const begin = async (id: string, amount: number) => {
    const { refund: made } = await refund(service, id, { amount });
    expect(made.status).toBe('PENDING');
    return made.stripeRefundId ?? '';
  };

  describe('that wait for their recipient', () => {
    const holdUp = async () => {
      const id = await buyForPendingRefunds();
      const made = await begin(id, 1800);
      service.sandbox.holdUpRefund(made);
      await service.settle();
      expect(await payment(id)).toMatchObject({
        status: 'PARTIALLY_REFUNDED',
        refunded: { amount: 1800 },
        refunds: [{ status: 'REQUIRES_ACTION', credits: '200' }],
      });
      expect((await balance()).available).toBe('300');
      return { id, made };
    };

    it('have taken their credits, and succeed', async () => {
      const { id, made } = await holdUp();
      service.sandbox.settleRefund(made);
      await service.settle();
      expect(await payment(id)).toMatchObject({ refunds: [{ status: 'SUCCEEDED' }] });
      expect((await balance()).available).toBe('300');
      expect(await historyTypes()).toEqual(['REFUND', 'PURCHASE']);
    });

    it.each(['FAILED', 'CANCELED'])('return their credits when they are %s', async (status) => {
      const { id, made } = await holdUp();
      if (status === 'FAILED') service.sandbox.failRefund(made);
      else await stripe().refunds.cancel(made);
      await service.settle();
      expect(await payment(id)).toMatchObject({
        status: 'SUCCEEDED',
        refunded: { amount: 0 },
        refunds: [{ status }],
      });
      expect(await balance()).toMatchObject({ available: '500', owed: '0' });
      expect(await historyTypes()).toEqual(['REFUND_FAILED', 'REFUND', 'PURCHASE']);
    });
  });

  it('end each in its own way, and what is left is exact to the cent and the micro-credit', async () => {
    const id = await buyForPendingRefunds();
    const kept = await begin(id, 1000);
    const failing = await begin(id, 700);
    const canceled = await begin(id, 300);
    expect((await balance()).available).toBe(formatCredits(creditsToMicro(500) - 222_222_222n));
    service.sandbox.failRefund(failing);
    service.sandbox.settleRefund(kept);
    await stripe().refunds.cancel(canceled);
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amount: 1000 } });
    const { refund: rest } = await refund(service, id);
    expect(rest).toMatchObject({ amount: { amount: 3500 }, credits: '388.888889' });
    expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunded: { amount: paidMinor } });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });

  it('leave to a full refund what they have not taken, and to a later one what they give back', async () => {
    const id = await buyForPendingRefunds();
    const partial = await begin(id, 1500);
    const refused = await expectCode(refund(service, id, { amount: paidMinor }), 'REFUND_EXCEEDS_PAYMENT');
    expect(refused.extensions.refundable).toBe(3000);
    expect(await refund(service, id)).toMatchObject({
      refund: { amount: { amount: 3000 }, credits: '333.333334' },
      payment: { status: 'REFUNDED' },
    });
    service.sandbox.failRefund(partial);
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amount: 3000 } });
    expect((await balance()).available).toBe('166.666666');
    expect(await refund(service, id)).toMatchObject({
      refund: { amount: { amount: 1500 }, credits: '166.666666' },
      payment: { status: 'REFUNDED' },
    });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });

  it(
    'made here and in the dashboard at once, while others end, never add up to more than was paid',
    async () => {
      const seed = Number(process.env.SEED ?? randomInt(1_000_000));
      process.stdout.write(`Refunds in a race: SEED=${seed}\n`);
      const random = new Random(seed);
      const made = { here: 0, dashboard: 0, refused: 0 };
      for (let race = 0; race < races; race++) {
        customer = await newCustomer(service);
        const id = await buyForPendingRefunds();
        const first = [await begin(id, random.integer(1, 800)), await begin(id, random.integer(1, 800))];
        const amounts = () => [
          ...(random.chance(0.4) ? [null] : []),
          ...[1, 2].map(() => random.integer(300, 1500)),
        ];
        const here = amounts().map(async (amount) => {
          await sleep(random.integer(0, maxHeadStartMs));
          return refund(service, id, { amount }).then(() => 'here' as const, refusedForTooLittle);
        });
        const there = amounts().map(async (amount) => {
          await sleep(random.integer(0, maxHeadStartMs));
          const wanted = { payment_intent: id, ...(amount === null ? {} : { amount }) };
          return stripe()
            .refunds.create(wanted)
            .then(() => 'dashboard' as const, refusedForTooLittle);
        });
        const [failed = '', settled = ''] = first;
        const ends = sleep(random.integer(0, maxHeadStartMs)).then(() => {
          service.sandbox.failRefund(failed);
          service.sandbox.settleRefund(settled);
        });
        for (const outcome of await Promise.all([...here, ...there])) made[outcome] += 1;
        await ends;
        await expectAgreement(id);

        // Whatever is left goes back too; then everything that can still fail does.
        if ((await quote(service, id)).refund) await refund(service, id);
        await expectAgreement(id);
        expect(await payment(id)).toMatchObject({ status: 'REFUNDED', refunded: { amount: paidMinor } });
        expect(await balance()).toMatchObject({ available: '0', owed: '0' });
        for (const { id: one, status } of await refundsAtStripe(id))
          if (status === 'pending' || status === 'succeeded') service.sandbox.failRefund(one);
        await expectAgreement(id);
        expect(await payment(id)).toMatchObject({ status: 'SUCCEEDED', refunded: { amount: 0 } });
        expect(await balance()).toMatchObject({ available: String(bought), owed: '0' });
      }
      process.stdout.write(`${races} races: ${JSON.stringify(made)}; differences 0\n`);
      expect(made.here + made.dashboard).toBeGreaterThanOrEqual(races);
    },
    manyRequestsTimeoutMs,
  );

  const refundsAtStripe = async (payment_intent: string) =>
    (await stripe().refunds.list({ payment_intent, limit: 100 })).data;

  /** Once all is quiet, our refunds are Stripe's, no more than was paid, and every credit is somewhere. */
  async function expectAgreement(id: string): Promise<void> {
    await service.settle();
    const { refunds, refunded } = await payment(id);
    const ours = new Map(
      refunds.map(({ stripeRefundId, status, amount }) => [
        stripeRefundId,
        { status, amount: amount.amount },
      ]),
    );
    for (const { id: one, status, amount } of await refundsAtStripe(id)) {
      // One that failed before we heard of it is none of ours.
      if (status === 'failed' && !ours.has(one)) continue;
      expect(ours.get(one)).toEqual({ status: status?.toUpperCase(), amount });
      ours.delete(one);
    }
    // What Stripe does not have, it refused.
    for (const { status } of ours.values()) expect(status).toBe('FAILED');
    const standing = refunds.filter(({ status }) => status !== 'FAILED' && status !== 'CANCELED');
    expect(standing.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(refunded.amount);
    expect(refunded.amount).toBeLessThanOrEqual(paidMinor);
    const taken = standing.reduce((sum, { credits }) => sum + parseCredits(credits), 0n);
    const { available, owed } = await balance();
    expect(parseCredits(available) + taken).toBe(creditsToMicro(bought));
    expect(owed).toBe('0');
    await expectSoundBooks(service.database);
  }
});

const sleep = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

function refusedForTooLittle(error: unknown): 'refused' {
  if (/REFUND_EXCEEDS_PAYMENT|greater than|already been refunded/.test(String(error))) return 'refused';
  throw error;
}
