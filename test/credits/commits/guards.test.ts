import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { Books } from '../../../src/credits/books.js';
import { allOf, sqlOfClient } from '../../../src/platform/database/sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { micro, Till } from './till.js';

let database: TestDatabase;
let till: Till;
beforeAll(async () => {
  database = await createTestDatabase();
  till = await Till.open(database);
});
afterAll(async () => {
  await expectSoundBooks(database).finally(() => till.close());
  await database.drop();
});

it('books that others wrote meanwhile are not overwritten, also where the commit is sent with them', async () => {
  const account = await till.account('unlocked', 10);
  const pool = new Pool({ connectionString: database.url, pipeline: true } as object);
  const client = await pool.connect();
  try {
    const sql = sqlOfClient(client);
    expect(sql.pipelined).toBe(true);
    const now = till.clock.now();
    const request = { accountIds: [account], holds: [], lots: [], now };
    const state = (await till.store.look(sql, request)).get(account);
    if (!state) throw new Error('No books.');
    await till.debit(account, 1);
    // Later than what the others wrote: the key of the journal, which has the time in it, does not help.
    till.clock.advance(1);
    const books = new Books(state, till.clock.now());
    books.debit(micro(2), { type: 'USAGE', description: 'from stale books' });
    await client.query('begin');
    const written = allOf([till.store.save(sql, [books]), client.query('commit')]);
    await expect(written).rejects.toThrow('division by zero');
  } finally {
    client.release();
    await pool.end();
  }
  expect(await till.available(account)).toBe(micro(9));
  expect(await till.booked(account)).toBe(1);
});

describe('a payment that waited for the lock of its account', () => {
  it('forgets no hold that expired meanwhile', async () => {
    const account = await till.account('waited', 100);
    const hold = (seconds: number) =>
      till.spending.hold({
        accountId: account,
        credits: micro(10),
        expiresInSeconds: seconds,
        idempotencyKey: `${seconds}`,
      });
    for (const seconds of [10, 11, 12, 90]) await hold(seconds);
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin');
    await other.query('select from credit_balances where account_id = $1 for update', [account]);
    const noted = till.uow.run((em) =>
      till.credits.note(em, account, { type: 'PAYMENT_FAILED', description: 'Payment failed' }),
    );
    await new Promise((wake) => setTimeout(wake, 100));
    till.clock.advance(60_000);
    await other.query('rollback');
    await other.end();
    await noted;
    expect(await till.balances.balance(account)).toMatchObject({ available: micro(90), held: micro(10) });
    await expectSoundBooks(database);
    till.clock.advance(30_000);
    await till.debit(account, 100);
    expect(await till.booked(account, 'RELEASE')).toBe(4);
  });
});
