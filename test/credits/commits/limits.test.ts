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

  it('works of one batch with it are done, however long it stays locked; its own are refused, and not done', async () => {
    const account = await till.account('locked', 100);
    const others = await Promise.all(Array.from({ length: 20 }, (_, i) => till.account(`beside-${i}`, 100)));
    await lock(account);
    const refused = Array.from({ length: 3 }, () => refusal(till.debit(account, 1)));
    const done = others.map((other) => refusal(till.debit(other, 1)));
    const unknown = refusal(till.debit('nobody-there', 1));
    expect(await Promise.all(done)).toEqual(others.map(() => null));
    expect(await unknown).toBe('NOT_FOUND');
    expect(await Promise.all(refused)).toEqual(refused.map(() => 'UNAVAILABLE'));
    await unlock();
    expect(await till.booked(account)).toBe(0);
    await till.debit(account, 1);
    expect(await till.booked(account)).toBe(1);
  });

  it('a work that somebody else keeps from a row besides its account is refused alone', async () => {
    const account = await till.account('row', 100);
    const free = await till.account('row-free', 100);
    await other.query('begin');
    await other.query(
      `insert into idempotency_keys select $1, operation, 'taken', request_hash, resource, created_at
       from idempotency_keys limit 1`,
      [account],
    );
    await other.query(`update idempotency_keys set operation = 'debitCredits' where account_id = $1`, [
      account,
    ]);
    const outcomes = [
      refusal(till.debit(account, 1, { idempotencyKey: 'taken' })),
      refusal(till.debit(free, 1)),
    ];
    expect(await Promise.all(outcomes)).toEqual(['UNAVAILABLE', null]);
    await unlock();
  });

  it('more than may wait are refused, and not done; those that waited too long too', async () => {
    const account = await till.account('crowded', 100_000);
    await lock(account);
    const first = refusal(till.debit(account, 1));
    await underWay();
    const crowd = till.debitAll(Array.from({ length: maxWaiting - 1 }, () => debitOf(account, 1)));
    expect(await refusal(till.debitAll([debitOf(account, 1), debitOf(account, 1)]))).toBe('RATE_LIMITED');
    const last = refusal(till.debit(account, 1));
    expect(await refusal(till.debit(account, 1))).toBe('RATE_LIMITED');

    const outcomes = await crowd;
    const codes = tally(
      outcomes.map((outcome) => ('error' in outcome ? (outcome.error as { code: string }).code : null)),
    );
    // Some had their turn, and waited for the lock in vain.
    expect(new Set(codes.keys())).toEqual(new Set(['UNAVAILABLE', 'RATE_LIMITED']));
    expect(codes.get('RATE_LIMITED')).toBeGreaterThan(maxWaiting / 2);
    expect(await Promise.all([first, last])).toEqual(['UNAVAILABLE', 'RATE_LIMITED']);
    await unlock();
    expect(await till.booked(account)).toBe(0);
    expect(await till.available(account)).toBe(micro(100_000));
    // There is room again.
    await till.debit(account, 1);
    expect(await till.booked(account)).toBe(1);
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
