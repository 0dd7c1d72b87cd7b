import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Payment } from '../../src/payments/payment.entity.js';
import { creditsToMicro, formatCredits, parseCredits } from '../../src/platform/credits.js';
import { newId } from '../../src/platform/ids.js';
import { Random } from '../simulation/random.js';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { captureHoldMutation, holdCreditsMutation } from '../support/holds.js';
import { expectSoundBooks } from '../support/invariants.js';
import { debitCreditsMutation, grantCreditsMutation, ledgerEntriesQuery } from '../support/operations.js';
import { paymentServicesOf } from '../support/payment-services.js';
import { newCustomer, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { quote, refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const randomAccounts = 8;
/** Some hundred requests, also where other programs want the machine. */
const manyRequestsTimeoutMs = 120_000;
const packages = [100, 500, 1000] as const;
const oneHourSeconds = 3_600;

describe('refundQuote', () => {
  let service: TestService;
  let customer: TestCustomer;
  let keys = 0;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const terms = () => {
    keys += 1;
    return { accountId: customer.accountId, idempotencyKey: `key ${keys}` };
  };
  const debit = (credits: string) =>
    service.clients.service.request(debitCreditsMutation, { input: { ...terms(), credits } });
  const grant = (credits: string, expiresAt: string | null = null) =>
    service.clients.admin.request(grantCreditsMutation, { input: { ...terms(), credits, expiresAt } });
  const hold = async (credits: string, expiresInSeconds = oneHourSeconds) => {
    const input = { ...terms(), credits, expiresInSeconds };
    return (await service.clients.service.request(holdCreditsMutation, { input })).holdCredits.hold.id;
  };
  const entries = async () => {
    const { accountId } = customer;
    const { ledgerEntries } = await service.clients.admin.request(ledgerEntriesQuery, {
      accountId,
      first: 100,
    });
    return ledgerEntries.nodes;
  };
  const lotOf = async (paymentIntentId: string) => {
    const [row] = await service.database.query<{ lot_id: string }>(
      'select lot_id from payments where stripe_payment_intent_id = $1',
      [paymentIntentId],
    );
    return row?.lot_id;
  };
  /** What the newest journal entry, a refund's, took: from the payment's lot, from others, as debt. */
  const taken = async (paymentIntentId: string) => {
    const [entry] = await entries();
    const lot = await lotOf(paymentIntentId);
    if (entry?.type !== 'REFUND') throw new Error(`The newest entry is of type ${entry?.type}.`);
    const sum = (kind: 'own' | 'other' | 'debt') =>
      formatCredits(
        entry.transfers
          .filter(({ lotId }) => (lotId === null ? 'debt' : lotId === lot ? 'own' : 'other') === kind)
          .reduce((total, { amount }) => total + parseCredits(amount), 0n),
      );
    return { fromPayment: sum('own'), fromOtherCredits: sum('other'), asDebt: sum('debt') };
  };

  it('of an untouched payment says that everything can go back, and changes nothing', async () => {
    const id = await purchase(service, customer, 500);
    const before = await entries();
    const quoted = await quote(service, id);
    expect(quoted).toEqual({
      payment: { id: expect.any(String), status: 'SUCCEEDED' },
      refundable: { amount: 4500, currency: 'USD', formatted: '$45.00' },
      refundableByUnspentCredits: { amount: 4500 },
      pricePerCredit: '0.090',
      unspent: '500',
      held: '0',
      spent: '0',
      refundedCredits: '0',
      refund: {
        amount: { amount: 4500, currency: 'USD' },
        credits: '500',
        fromPayment: '500',
        fromOtherCredits: '0',
        asDebt: '0',
        spentCredits: 'REJECT',
      },
    });
    expect(await quote(service, quoted.payment.id)).toEqual(quoted);
    expect(await quote(service, quoted.payment.id.toUpperCase())).toEqual(quoted);
    expect(await entries()).toEqual(before);
  });

  it('can be asked as the README of the room shows it', async () => {
    const id = await purchase(service, customer, 500);
    const readme = readFileSync('src/payments/README.md', 'utf8');
    const [, query = ''] = /```graphql\n(.*?)```/s.exec(readme) ?? [];
    expect(query).toContain('"pi_…"');
    expect(await service.clients.admin.request(query.replace('pi_…', id))).toMatchObject({
      refundQuote: { refundableByUnspentCredits: { formatted: '$45.00' }, refund: { credits: '250' } },
    });
  });

  it('tells the unspent from the held and the spent, and who would bear the rest', async () => {
    const id = await purchase(service, customer, 500);
    await debit('200');
    await hold('50');
    await grant('30');
    expect(await quote(service, id)).toMatchObject({
      refundable: { amount: 4500 },
      refundableByUnspentCredits: { amount: 2250 },
      unspent: '250',
      held: '50',
      spent: '200',
      refund: {
        credits: '500',
        fromPayment: '250',
        fromOtherCredits: '30',
        asDebt: '220',
        spentCredits: 'CREATE_DEBT',
      },
    });
    expect((await quote(service, id, 2250)).refund).toMatchObject({
      fromPayment: '250',
      spentCredits: 'REJECT',
    });
    expect((await quote(service, id, 2251)).refund).toMatchObject({
      credits: '250.111111',
      fromOtherCredits: '0.111111',
      spentCredits: 'CREATE_DEBT',
    });
  });

  it('does not count as spent what its refunds took, whoever bore them', async () => {
    const id = await purchase(service, customer, 500);
    await debit('400');
    await refund(service, id, { amount: 2700, spentCredits: 'CREATE_DEBT' });
    const after = await quote(service, id);
    expect(after).toMatchObject({
      unspent: '0',
      spent: '400',
      refundedCredits: '300',
      refundable: { amount: 1800 },
    });
    expect(after.refund).toMatchObject({ credits: '200', asDebt: '200' });
  });

  it('leaves out a refund that failed, and counts one that is pending', async () => {
    const id = await purchase(service, customer, 500, 'pm_card_pendingRefund');
    const untouched = await quote(service, id);
    const { refund: made } = await refund(service, id, { amount: 900 });
    expect(await quote(service, id)).toMatchObject({
      refundable: { amount: 3600 },
      unspent: '400',
      spent: '0',
      refundedCredits: '100',
    });
    service.sandbox.failRefund(made.stripeRefundId ?? '');
    await service.settle();
    expect(await quote(service, id)).toEqual(untouched);
  });

  it('offers nothing of what a dispute holds, which it does not count as spent', async () => {
    const id = await purchase(service, customer, 500);
    await debit('100');
    const untouched = await quote(service, id);
    const { latest_charge: charge } = await dashboard(service.sandbox).paymentIntents.retrieve(id);
    const dispute = service.sandbox.openDispute(String(charge));
    await service.settle();
    expect(await quote(service, id)).toMatchObject({
      payment: { status: 'DISPUTED' },
      refundable: { amount: 0 },
      unspent: '0',
      spent: '100',
      refundedCredits: '0',
      refund: null,
    });
    service.sandbox.winDispute(dispute.id);
    await service.settle();
    expect(await quote(service, id)).toEqual(untouched);
  });

  it('has nothing to offer once all is refunded', async () => {
    const id = await purchase(service, customer, 500);
    await refund(service, id);
    expect(await quote(service, id)).toMatchObject({
      payment: { status: 'REFUNDED' },
      refundable: { amount: 0 },
      refundableByUnspentCredits: { amount: 0 },
      unspent: '0',
      spent: '0',
      refundedCredits: '500',
      refund: null,
    });
    await expectCode(quote(service, id, 1), 'REFUND_EXCEEDS_PAYMENT');
  });

  it('counts what has fallen due, booked or not', async () => {
    const id = await purchase(service, customer, 500);
    await hold('200', 60);
    await grant('40', new Date(service.clock.now().getTime() + 60_000).toISOString());
    await debit('300');
    expect(await quote(service, id)).toMatchObject({ unspent: '40', held: '200' });
    service.clock.advance(60_000);
    expect(await quote(service, id)).toMatchObject({ unspent: '240', held: '0', spent: '260' });
  });

  it('refuses as a refund would', async () => {
    const id = await purchase(service, customer, 500);
    for (const amount of [0, -1]) {
      const refused = await expectCode(quote(service, id, amount), 'BAD_USER_INPUT');
      expect(refused).toEqual(await expectCode(refund(service, id, { amount }), 'BAD_USER_INPUT'));
    }
    const refused = await expectCode(quote(service, id, 4501), 'REFUND_EXCEEDS_PAYMENT');
    expect(refused).toEqual(
      await expectCode(refund(service, id, { amount: 4501 }), 'REFUND_EXCEEDS_PAYMENT'),
    );
    const { paymentIntentId } = await startPurchase(customer, 500);
    const unpaid = await expectCode(quote(service, paymentIntentId), 'PAYMENT_NOT_SUCCEEDED');
    expect(unpaid).toEqual(await expectCode(refund(service, paymentIntentId), 'PAYMENT_NOT_SUCCEEDED'));
    const unknown = ['pi_unknown', '00000000-0000-0000-0000-000000000000', 'no payment', ''];
    for (const name of unknown) await expectCode(quote(service, name), 'NOT_FOUND');
  });

  it(
    'is what the refund then does, for accounts of every kind',
    async () => {
      const seed = Number(process.env.SEED ?? randomInt(1_000_000));
      process.stdout.write(`refundQuote against refund: SEED=${seed}\n`);
      const random = new Random(seed);
      const seen = { REJECT: 0, CREATE_DEBT: 0 };
      for (let round = 0; round < randomAccounts; round++) {
        customer = await newCustomer(service);
        const id = await liveRandomly(random);
        const before = await quote(service, id);
        if (before.refund === null) continue;
        const amount = random.chance(0.3) ? null : random.integer(1, before.refundable.amount);
        const { refund: quoted } = await quote(service, id, amount);
        if (!quoted) throw new Error('Something is left, and nothing was quoted.');
        seen[quoted.spentCredits] += 1;
        if (quoted.spentCredits === 'CREATE_DEBT') {
          const refused = await expectCode(refund(service, id, { amount }), 'CREDITS_ALREADY_SPENT');
          expect(refused.extensions.refundable).toBe(before.refundableByUnspentCredits.amount);
        }
        const { spentCredits, fromPayment, fromOtherCredits, asDebt } = quoted;
        const { refund: made } = await refund(service, id, { amount, spentCredits });
        expect({ amount: made.amount, credits: made.credits }).toEqual({
          amount: quoted.amount,
          credits: quoted.credits,
        });
        if (parseCredits(made.credits) > 0n)
          expect(await taken(id)).toEqual({ fromPayment, fromOtherCredits, asDebt });
        const after = await quote(service, id);
        expect(after.refundable.amount).toBe(before.refundable.amount - quoted.amount.amount);
        expect({ held: after.held, spent: after.spent }).toEqual({ held: before.held, spent: before.spent });
        expect(parseCredits(after.unspent)).toBe(parseCredits(before.unspent) - parseCredits(fromPayment));
        expect(parseCredits(after.refundedCredits)).toBe(
          parseCredits(before.refundedCredits) + parseCredits(quoted.credits),
        );
      }
      expect(seen.REJECT + seen.CREATE_DEBT).toBeGreaterThan(0);
    },
    manyRequestsTimeoutMs,
  );

  it(
    'is what the refund then does, where a dispute holds a part of the money and has to make way',
    async () => {
      const seed = Number(process.env.SEED ?? randomInt(1_000_000));
      process.stdout.write(`refundQuote against refund, disputed: SEED=${seed}\n`);
      const random = new Random(seed);
      const { disputes, refunds } = paymentServicesOf(service);
      const locked = <T>(id: string, work: (em: EntityManager, payment: Payment) => Promise<T>) =>
        service.orm.em.fork().transactional(async (em) => {
          const lockMode = LockMode.PESSIMISTIC_WRITE;
          return work(em, await em.findOneOrFail(Payment, { stripePaymentIntentId: id }, { lockMode }));
        });
      for (let round = 0; round < randomAccounts; round++) {
        customer = await newCustomer(service);
        const id = await liveRandomly(random);
        const { refundable } = await quote(service, id);
        if (refundable.amount < 2) continue;
        const fundsWithdrawn = BigInt(random.integer(1, refundable.amount - 1));
        await locked(id, (em, payment) =>
          disputes.report(em, payment, [
            {
              id: `du_${id}`,
              status: random.pick(['NEEDS_RESPONSE', 'LOST']),
              reason: 'fraudulent',
              amount: fundsWithdrawn,
              currency: 'USD',
              evidenceDueBy: null,
              fundMoves: 1,
              fundsWithdrawn,
              createdAt: service.clock.now(),
            },
          ]),
        );
        if (random.chance(0.5)) await grant('20');
        const left = refundable.amount - Number(fundsWithdrawn);
        const amount = random.integer(1, left);
        const { refund: quoted } = await quote(service, id, amount);
        if (!quoted) throw new Error('Something is left, and nothing was quoted.');
        const { credits, fromPayment, fromOtherCredits, asDebt, spentCredits } = quoted;
        const reason = 'FRAUDULENT' as const;
        const terms = {
          amount: BigInt(amount),
          reason,
          note: null,
          spentCredits,
          requestedBy: newId(service.clock),
        };
        const made = await locked(id, (em, payment) =>
          refunds.open(em, payment, newId(service.clock), terms),
        );
        expect(formatCredits(made.credits)).toBe(credits);
        if (made.credits > 0n) expect(await taken(id)).toEqual({ fromPayment, fromOtherCredits, asDebt });
      }
    },
    manyRequestsTimeoutMs,
  );

  /** Buys, and then lives through whatever an account can; returns the payment to ask about. */
  async function liveRandomly(random: Random): Promise<string> {
    const ids = [await purchase(service, customer, random.pick(packages), 'pm_card_pendingRefund')];
    if (random.chance(0.4)) ids.push(await purchase(service, customer, random.pick(packages)));
    const [id = ''] = ids;
    const some = () => formatCredits(BigInt(random.integer(1, Number(creditsToMicro(250)))));
    for (let step = random.integer(0, 6); step > 0; step--) {
      const kind = random.weighted({ debit: 3, grant: 1, hold: 2, capture: 1, refund: 2, fail: 1 });
      if (kind === 'debit') await debit(some()).catch(onlyIfShort);
      else if (kind === 'grant') await grant(some());
      else if (kind === 'hold') await hold(some()).catch(onlyIfShort);
      else if (kind === 'capture') {
        const holdId = await hold(some()).catch(onlyIfShort);
        const input = { ...terms(), holdId: holdId ?? '', credits: some(), allowDebt: true };
        if (holdId) await service.clients.service.request(captureHoldMutation, { input }).catch(onlyIfShort);
      } else {
        const { refundable } = await quote(service, id);
        if (refundable.amount === 0) continue;
        const amount = random.integer(1, refundable.amount);
        const { refund: made } = await refund(service, id, { amount, spentCredits: 'CREATE_DEBT' });
        if (kind === 'fail') service.sandbox.failRefund(made.stripeRefundId ?? '');
        await service.settle();
      }
    }
    return id;
  }
});

/** An account may not have what a random step asks of it. */
function onlyIfShort(error: unknown): null {
  if (/INSUFFICIENT_CREDITS|CREDITS_HELD|ACCOUNT_IN_DEBT/.test(JSON.stringify(error))) return null;
  throw error;
}
