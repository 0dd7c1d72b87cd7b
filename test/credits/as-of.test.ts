import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BalanceReader } from '../../src/credits/balance-reader.js';
import { BooksStore } from '../../src/credits/books.store.js';
import { LedgerStore } from '../../src/ledger/ledger.store.js';
import { type Sql, type Statement, sqlOfOrm } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { startTestService, type TestService } from '../support/service.js';
import { bookDue, inMs, TestAccount } from './account.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const seconds = fc.integer({ min: 1, max: 8 });
const credits = fc.integer({ min: 1, max: 30 }).map(String);
const pick = fc.nat({ max: 9 });

/** Something that the gateway or support does; refusals are part of life. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 999, 1_000, 2_500) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('grant' as const),
      credits,
      priority: fc.integer({ min: 1, max: 3 }),
      effectiveIn: fc.option(seconds, { nil: null }),
      expiresIn: fc.option(seconds, { nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('debit' as const), credits }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hold' as const), credits, seconds }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('extend' as const), credits, seconds, pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('capture' as const),
      credits,
      pick,
      allowDebt: fc.boolean(),
      finalCapture: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('book' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Lives a history; every instant at which something may happen by itself is lived through as well. */
class Life {
  readonly #holds: string[] = [];
  readonly #instants = new Set<number>();
  /** What `balance` answered last at each instant. */
  readonly answers = new Map<number, unknown>();

  constructor(private readonly account: TestAccount) {}

  async live(steps: readonly Step[]): Promise<void> {
    await this.#record();
    for (const one of steps) {
      if (one.kind === 'wait') await this.#waitUntil(service.clock.now().getTime() + one.ms);
      else {
        await this.#act(one).catch((error: Error) => {
          if (
            !/ACCOUNT_IN_DEBT|CREDITS_HELD|INSUFFICIENT_CREDITS|HOLD_NOT_ACTIVE|BAD_USER_INPUT/.test(
              error.message,
            )
          )
            throw error;
        });
        await this.#record();
      }
    }
    await this.#waitUntil(service.clock.now().getTime() + 20_000);
  }

  async #act(one: Exclude<Step, { kind: 'wait' }>): Promise<void> {
    const { account } = this;
    const held = 'pick' in one ? this.#holds[one.pick % Math.max(1, this.#holds.length)] : undefined;
    switch (one.kind) {
      case 'grant': {
        const start = one.effectiveIn === null ? null : this.#at(one.effectiveIn);
        const end = one.expiresIn === null ? null : this.#at((one.effectiveIn ?? 0) + one.expiresIn);
        await account.grant(one.credits, { priority: one.priority, effectiveAt: start, expiresAt: end });
        return;
      }
      case 'debit':
        await account.debit(one.credits);
        return;
      case 'hold':
        this.#holds.push((await account.hold(one.credits, { expiresInSeconds: one.seconds })).hold.id);
        this.#at(one.seconds);
        return;
      case 'book':
        return bookDue(service);
    }
    if (held === undefined) return;
    if (one.kind === 'extend') {
      const { hold } = await account.extend(held, { addCredits: one.credits, addSeconds: one.seconds });
      this.#instants.add(new Date(hold.expiresAt).getTime());
    } else if (one.kind === 'capture') {
      const { allowDebt, finalCapture } = one;
      await account.capture(held, one.credits, { allowDebt, finalCapture });
    } else await account.release(held);
  }

  #at(inSeconds: number): string {
    const at = inMs(service, inSeconds * 1_000);
    this.#instants.add(at.getTime());
    return at.toISOString();
  }

  async #waitUntil(end: number): Promise<void> {
    const start = service.clock.now().getTime();
    const stops = [...this.#instants].flatMap((at) => [at - 1, at]);
    for (const at of [...new Set([...stops, end])].sort((a, b) => a - b)) {
      if (at <= start || at > end) continue;
      service.clock.set(new Date(at));
      await this.#record();
    }
  }

  async #record(): Promise<void> {
    this.answers.set(service.clock.now().getTime(), await this.account.balance());
  }
}

describe('balance(asOf)', () => {
  it(
    'answers what balance answered at the time, lots and all, for any history',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
          const account = await TestAccount.open(service);
          service.clock.advance(1);
          const life = new Life(account);
          await account.grant('50');
          await life.live(steps);
          for (const [at, answer] of life.answers)
            expect({ at, answer: await account.balance(new Date(at)) }).toEqual({ at, answer });
          await bookDue(service);
          service.clock.advance(1);
          await account.grant('1');
          for (const [at, answer] of life.answers)
            expect({ at, answer: await account.balance(new Date(at)) }).toEqual({ at, answer });
        }),
        { numRuns: 5, endOnFailure: true },
      ),
    120_000,
  );

  it('shows what was held of each lot then', async () => {
    const account = await TestAccount.open(service, '10');
    const { id } = (await account.hold('4')).hold;
    const then = service.clock.now();
    service.clock.advance(1);
    await account.capture(id, '4');
    expect(await account.lots(then)).toEqual(['6+4']);
    expect(await account.lots()).toEqual(['6+0']);
  });

  it('is nothing before the first operation', async () => {
    const account = await TestAccount.open(service);
    const opened = service.clock.now();
    service.clock.advance(1_000);
    await account.grant('10');
    for (const at of [opened, new Date(opened.getTime() + 999), new Date('2001-01-01')]) {
      expect(await account.amounts(at)).toEqual(['0', '0', '0']);
      expect(await account.lots(at)).toEqual([]);
    }
    expect(await account.amounts(new Date(opened.getTime() + 1_000))).toEqual(['10', '0', '0']);
  });

  it('is known of an account to which nothing happened', async () => {
    const account = await TestAccount.open(service);
    expect(await account.amounts(inMs(service, -1))).toEqual(['0', '0', '0']);
    expect(await account.amounts(service.clock.now())).toEqual(['0', '0', '0']);
  });

  it('of now is the balance, of the future is refused', async () => {
    const account = await TestAccount.open(service, '10');
    expect(await account.amounts(service.clock.now())).toEqual(['10', '0', '0']);
    await expectCode(account.balance(inMs(service, 1)), 'BAD_USER_INPUT');
    await expectCode(account.balance(new Date('9999-12-31T23:59:59.999Z')), 'BAD_USER_INPUT');
  });

  it('has nothing in it that is booked while it is looked at', async () => {
    const account = await TestAccount.open(service, '10');
    await account.grant('5', { expiresAt: inMs(service, 1_000).toISOString() });
    service.clock.advance(2_000);
    const then = inMs(service, -500);
    const sql = sqlOfOrm(service.orm);
    const interrupted: Sql = {
      ...sql,
      async query<Row>(statement: Statement, values: readonly unknown[]) {
        const rows = await sql.query<Row>(statement, values);
        if (statement.name === 'read_balance_rows') await account.debit('3');
        return rows;
      },
    };
    const ledger = new LedgerStore();
    const uow = new UnitOfWork(service.orm, createLog('error'));
    const reader = new BalanceReader(interrupted, uow, new BooksStore(ledger), ledger, service.clock);
    expect((await reader.balance(account.accountId, then)).available).toBe(10_000_000n);
    expect(await account.amounts(then)).toEqual(['10', '0', '0']);
    expect(await account.amounts()).toEqual(['7', '0', '0']);
  });

  it('is for those who may see the balance', async () => {
    const account = await TestAccount.open(service, '10');
    const other = await TestAccount.open(service);
    const query = `query ($id: ID) { balance(accountId: $id, asOf: "2026-01-15T12:00:00.000Z") { available } }`;
    const id = account.accountId;
    await expectCode(other.customer.client.request(query, { id }), 'FORBIDDEN');
    expect(await account.customer.client.request(query)).toBeDefined();
    await expectCode(service.clients.service.request(query, { id: 'nobody' }), 'NOT_FOUND');
  });
});
