import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addAccounts,
  addCustomerKeys,
  addDebits,
  addPayments,
  copyForLeanServer,
  countCaptured,
  countCredited,
  countDebits,
  countEvents,
} from '../../bench/data/billing.js';
import { type Database, openDatabase } from '../../bench/data/database.js';
import { accountId } from '../../bench/data/names.js';
import { type InProcess, openInProcess } from '../../bench/subjects.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** What the benchmarks fill in by SQL must look to the service as if it had written it itself. */
describe('data for the benchmarks', () => {
  const parts = new AsyncDisposableStack();
  let test: TestDatabase;
  let database: Database;
  let service: InProcess;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = openDatabase(test.url, parts);
    await addAccounts(database, 3);
    await addCustomerKeys(database, 2);
    await addDebits(database, { first: 0, count: 2 }, 50);
    await addPayments(database, 3, 7);
    service = await openInProcess(test.url);
  });
  afterAll(async () => {
    await service.close();
    await parts.disposeAsync();
    await test.drop();
  });

  it('is what it is said to be', async () => {
    expect(await countDebits(database, { first: 0, count: 2 })).toBe(100);
    expect(await countDebits(database, { first: 0, count: 3 })).toBe(100);
    const [journal] = await database.query(
      `select count(*)::int as entries, count(distinct to_char(created_at, 'YYYY-MM'))::int as months
       from ledger_operations where account_id = $1`,
      [accountId(0)],
    );
    expect(journal).toEqual({ entries: 51, months: 13 });
    expect([await countEvents(database), await countCredited(database)]).toEqual([0, 0]);
  });

  it('can be spent, and what is spent is counted', async () => {
    await service.debit({ accountId: accountId(1), idempotencyKey: 'a debit' });
    expect(await countDebits(database, { first: 1, count: 1 })).toBe(51);
    await service.holdAndCapture({ accountId: accountId(2), idempotencyKey: 'a call' });
    expect(await countCaptured(database)).toBe(1);
    expect(await countDebits(database, { first: 2, count: 1 })).toBe(1);
  });

  it('is there for the hand-written server too', async () => {
    await copyForLeanServer(database);
    const [rows] = await database.query(
      `select (select count(*)::int from lean.api_key) as keys, (select count(*)::int from lean.balance) as balances,
         (select count(*)::int from lean.history where account_id = $1) as lines`,
      [accountId(0)],
    );
    expect(rows).toEqual({ keys: 2, balances: 3, lines: 51 });
  });
});
