import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/ids.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { debitOf, micro, refusal, Till } from './till.js';

const accounts = ['a', 'b', 'c', 'd'];
const rounds = 12;

describe('two processes on one database', () => {
  let database: TestDatabase;
  let tills: readonly [Till, Till];
  beforeAll(async () => {
    database = await createTestDatabase();
    tills = [await Till.open(database), await Till.open(database)];
    for (const id of accounts) await tills[0].account(id, 1_000);
  });
  afterAll(async () => {
    await Promise.all(tills.map((till) => till.close()));
    await database.drop();
  });

  /** What a payment and its refunds do to credits, one that fails and one that stands, in a transaction each; as debt, what is not there any more. */
  async function payAndRefund({ uow, credits, clock }: Till, accountId: string): Promise<void> {
    const paymentId = newId(clock);
    const lotId = await uow.run(async (em) => {
      const { id } = await credits.purchase(
        em,
        { accountId, paymentId, credits: micro(100), price: { amount: 1000n, currency: 'USD' } },
        {
          type: 'PURCHASE',
          description: 'Purchased 100 credits',
          money: { amount: 1000n, currency: 'USD' },
          paymentId,
        },
      );
      await em.execute(
        `insert into payments (id, account_id, status, package_price_id, credits, amount, currency, refunded_amount,
           lot_id, created_at, succeeded_at)
         select ?, ?, 'SUCCEEDED', id, 100, 1000, 'USD', 0, ?, now(), now() from credit_package_prices
         where package_id = 'credits_100'`,
        [paymentId, accountId, id],
      );
      return id;
    });
    const info = { type: 'REFUND', description: 'Refunded', paymentId } as const;
    const seq = await uow.run((em) =>
      credits.clawBack(em, accountId, { lotId, amount: micro(30), to: 'disputed' }, info),
    );
    await uow.run((em) =>
      credits.unwind(
        em,
        accountId,
        { clawBackSeq: seq, writtenOff: false },
        { ...info, type: 'REFUND_FAILED', description: 'Failed' },
      ),
    );
    await uow.run(async (em) => {
      const back = { lotId, amount: micro(40), to: 'refunded' } as const;
      const refundId = newId(clock);
      const money = { amount: -400n, currency: 'USD' };
      const standing = await credits.clawBack(em, accountId, back, { ...info, money, refundId });
      await em.execute(
        `insert into refunds (id, payment_id, status, amount, currency, credits, reason, claw_back_seq, created_at)
         values (?, ?, 'SUCCEEDED', 400, 'USD', ?, 'DUPLICATE', ?, now())`,
        [refundId, paymentId, micro(40), standing],
      );
      await em.execute(
        `update payments set refunded_amount = 400, status = 'PARTIALLY_REFUNDED' where id = ?`,
        [paymentId],
      );
    });
  }

  it('and payments, all at the same accounts: no deadlock, and exact sums', async () => {
    const spent = new Map(accounts.map((id) => [id, 0n]));
    const works: Promise<unknown>[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [t, till] of tills.entries()) {
        const commands = Array.from({ length: 40 }, (_, i) => debitOf(accounts[(i + t) % 4] ?? '', 0.75));
        works.push(
          till.debitAll(commands).then((outcomes) =>
            outcomes.forEach((outcome, i) => {
              const { accountId = '', credits = 0n } = commands[i] ?? {};
              if ('result' in outcome) spent.set(accountId, (spent.get(accountId) ?? 0n) + credits);
              else throw outcome.error;
            }),
          ),
        );
        const account = accounts[(round + t) % 4] ?? '';
        works.push(payAndRefund(till, account));
        const hold = {
          accountId: account,
          credits: micro(5),
          expiresInSeconds: 60,
          idempotencyKey: `${round}`,
        };
        works.push(
          till.spending.hold(hold).then(({ hold: { id } }) => till.spending.releaseHold(account, id)),
        );
      }
      await new Promise((wake) => setTimeout(wake, 5));
    }
    await Promise.all(works);
    for (const [i, id] of accounts.entries()) {
      const paid = Array.from({ length: rounds }, (_, round) => [round % 4, (round + 1) % 4])
        .flat()
        .filter((index) => index === i).length;
      expect(await tills[0].available(id)).toBe(micro(1_000 + 60 * paid) - (spent.get(id) ?? 0n));
    }
    await expectSoundBooks(database);
    const [{ deadlocks } = { deadlocks: null }] = await database.query<{ deadlocks: string | null }>(
      'select deadlocks::text from pg_stat_database where datname = current_database()',
    );
    expect(deadlocks).toBe('0');
  });

  it('and one key: whoever comes first does it, the other repeats it', async () => {
    for (let round = 0; round < 20; round++) {
      const command = debitOf('a', 1);
      const answers = await Promise.all(tills.map((till) => till.spending.debit(command)));
      expect(answers.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    }
  });

  it('and one hold: one of them captures it', async () => {
    for (let round = 0; round < 20; round++) {
      const { hold } = await tills[0].spending.hold({
        accountId: 'b',
        credits: micro(1),
        expiresInSeconds: 60,
        idempotencyKey: `contended ${round}`,
      });
      const capture = (till: Till, n: number) =>
        till.spending.captureHold({
          accountId: 'b',
          holdId: hold.id,
          credits: micro(1),
          allowDebt: false,
          final: true,
          description: null,
          metadata: null,
          idempotencyKey: `contended ${round} ${n}`,
        });
      const outcomes = await Promise.all(tills.map((till, n) => refusal(capture(till, n))));
      expect(outcomes.sort()).toEqual(['HOLD_NOT_ACTIVE', null]);
    }
    await expectSoundBooks(database);
  });
});
