import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { debitOf, micro, refusal, Till, tally } from './till.js';

/** What waits at most. */
const maxWaiting = 20_000;

describe('behind an account that somebody has locked', () => {
  let database: TestDatabase;
  let till: Till;
  let other: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    till = await Till.open(database);
    other = new Client({ connectionString: database.url });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await expectSoundBooks(database).finally(() => till.close());
    await database.drop();
  });

  const lock = async (accountId: string) => {
    await other.query('begin');
    await other.query('select from credit_balances where account_id = $1 for update', [accountId]);
  };
  const unlock = () => other.query('rollback');
  const underWay = () => new Promise((wake) => setTimeout(wake, 100));

  it('works wait, and are done when it is free', async () => {
    const account = await till.account('waits', 100);
    await lock(account);
    const waiting = Array.from({ length: 5 }, () => till.debit(account, 1));
    await underWay();
    const more = Array.from({ length: 5 }, () => till.debit(account, 1));
    await underWay();
    expect(await till.booked(account)).toBe(0);
    await unlock();
    await Promise.all([...waiting, ...more]);
    expect(await till.booked(account)).toBe(10);
  });

  it('works of other accounts do not wait', async () => {
    const account = await till.account('alone', 100);
    const free = await till.account('free', 100);
    await lock(account);
    const waiting = till.debit(account, 1);
    await underWay();
    await till.debit(free, 1);
    await unlock();
    await waiting;
  });

  it('more than may wait are refused, and not done; those that waited too long too', async () => {
    const account = await till.account('crowded', 100_000);
    await lock(account);
    const first = till.debit(account, 1);
    await underWay();
    const started = performance.now();
    const crowd = till.debitAll(Array.from({ length: maxWaiting - 1 }, () => debitOf(account, 1)));
    expect(await refusal(till.debitAll([debitOf(account, 1), debitOf(account, 1)]))).toBe('RATE_LIMITED');
    const last = refusal(till.debit(account, 1));
    expect(await refusal(till.debit(account, 1))).toBe('RATE_LIMITED');
    expect(performance.now() - started).toBeLessThan(4_000);

    const outcomes = await crowd;
    const codes = outcomes.map((outcome) =>
      'error' in outcome ? (outcome.error as { code: string }).code : null,
    );
    expect(tally(codes)).toEqual(new Map([['RATE_LIMITED', maxWaiting - 1]]));
    expect(await last).toBe('RATE_LIMITED');
    expect(performance.now() - started).toBeGreaterThan(4_500);
    await unlock();
    await first;
    expect(await till.booked(account)).toBe(1);
    expect(await till.available(account)).toBe(micro(99_999));
    // There is room again.
    await till.debit(account, 1);
    expect(await till.booked(account)).toBe(2);
  });

  it('closing waits for what is under way, and for what waits', async () => {
    const account = await till.account('closing', 100);
    const closing = await Till.open(database);
    await lock(account);
    const works = [refusal(closing.debit(account, 1))];
    await underWay();
    works.push(...Array.from({ length: 20 }, () => refusal(closing.debit(account, 1))));
    const closed = closing.close();
    await underWay();
    await unlock();
    await closed;
    expect(await Promise.all(works)).toEqual(Array(21).fill(null));
    expect(await till.booked(account)).toBe(21);
  });
});
