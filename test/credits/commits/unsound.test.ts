import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine } from '../../../src/platform/actor.js';
import { createLog } from '../../../src/platform/log.js';
import { expectCode } from '../../support/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestService } from '../../support/service.js';
import { TestAccount } from '../account.js';
import { micro, refusal, Till, tally } from './till.js';

/** As somebody would who changes rows by hand: the lots have less than the balance says. */
const tamper = (database: Pick<TestDatabase, 'query'>, accountId: string) =>
  database.query('update credit_lots set remaining = remaining / 2 where account_id = $1', [accountId]);

describe('an account whose books are not sound', () => {
  let database: TestDatabase;
  let till: Till;
  const unheard: unknown[] = [];
  const listen = (reason: unknown) => unheard.push(reason);
  beforeAll(async () => {
    database = await createTestDatabase();
    till = await Till.open(database);
    process.on('unhandledRejection', listen);
  });
  afterAll(async () => {
    process.off('unhandledRejection', listen);
    await till.close();
    await database.drop();
  });
  afterEach(() => expect(unheard).toEqual([]));

  let poisoned: string;
  let healthy: string;
  let tests = 0;
  beforeEach(async () => {
    tests += 1;
    poisoned = await till.account(`poisoned-${tests}`, 100);
    healthy = await till.account(`healthy-${tests}`, 100);
    await tamper(database, poisoned);
  });

  it('fails alone', async () => {
    const outcomes = await Promise.all([
      ...Array.from({ length: 20 }, () => refusal(till.debit(poisoned, 51))),
      ...Array.from({ length: 20 }, () => refusal(till.debit(healthy, 5))),
    ]);
    expect(tally(outcomes)).toEqual(
      new Map<string | null, number>([
        ['UnsoundBooks', 20],
        [null, 20],
      ]),
    );
    expect(await till.booked(poisoned)).toBe(0);
    expect(await till.available(healthy)).toBe(0n);
  });

  it('fails alone, as a whole, also where that shows only when part of it was written', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 600 }, (_, i) => refusal(till.debit(i % 2 === 0 ? poisoned : healthy, 0.25))),
    );
    expect(tally(outcomes)).toEqual(
      new Map<string | null, number>([
        ['UnsoundBooks', 300],
        [null, 300],
      ]),
    );
    expect(await till.booked(poisoned)).toBe(0);
    expect(await till.available(healthy)).toBe(micro(25));
  });

  it('fails alone, also where what was written before it showed is refused', async () => {
    const outcomes = await Promise.all([
      refusal(till.debit(healthy, 1, { description: 'a\0b' })),
      // More than are written at once, before the lots are empty.
      ...Array.from({ length: 300 }, () => refusal(till.debit(poisoned, 0.18))),
      refusal(till.debit(healthy, 1)),
    ]);
    expect(tally(outcomes)).toEqual(
      new Map<string | null, number>([
        ['22021', 1],
        ['UnsoundBooks', 300],
        [null, 1],
      ]),
    );
    expect(await till.available(healthy)).toBe(micro(99));
  });

  it('is one of several, and does not keep the job from booking the others', async () => {
    const expiresAt = new Date(till.clock.now().getTime() + 1_000);
    const grant = (accountId: string) =>
      till.spending.grant({
        accountId,
        credits: micro(10),
        source: 'PROMOTION',
        priority: 1,
        effectiveAt: null,
        expiresAt,
        note: null,
        idempotencyKey: 'short',
        by: commandLine,
      });
    const other = await till.account(`other-${tests}`, 100);
    for (const account of [poisoned, healthy, other]) await grant(account);
    await tamper(database, other);
    await database.query('update credit_balances set available = 1 where account_id = any ($1)', [
      [poisoned, other],
    ]);
    till.clock.advance(1_000);
    const outcomes = await Promise.all([poisoned, healthy, other].map((id) => refusal(till.debit(id, 1))));
    expect(outcomes).toEqual(['UnsoundBooks', null, 'UnsoundBooks']);
  });
});

it('is answered over HTTP as what it is: a fault of ours, which says nothing', async () => {
  const service = await startTestService({ log: createLog('silent') });
  try {
    const [poisoned, healthy] = await Promise.all(
      ['100', '100'].map((credits) => TestAccount.open(service, credits)),
    );
    if (!poisoned || !healthy) throw new Error('No accounts.');
    await tamper(service.database, poisoned.accountId);
    const [failure] = await Promise.all([
      expectCode(poisoned.debit('60'), 'INTERNAL_SERVER_ERROR'),
      healthy.debit('60'),
    ]);
    expect(JSON.stringify(failure)).not.toMatch(/sound|lots/i);
    expect(await healthy.amounts()).toEqual(['40', '0', '0']);
    expect(await poisoned.journal()).toHaveLength(1);
  } finally {
    await service.close();
  }
});
