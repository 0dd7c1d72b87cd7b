import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HistoryStore, maxSkippedRows } from '../../src/history/history.store.js';
import { LedgerEntryStore } from '../../src/history/ledger-entry.store.js';
import type { Sql, Statement } from '../../src/platform/database/sql.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  blocksRead,
  executed,
  openPlanner,
  type PlanNode,
  type Planner,
  type Planning,
  rowsRead,
} from '../support/plans.js';

const months = 60;
/** Of the index's levels and the heap, for one entry that lies alone. */
const blocksPerRow = 5;
const limit = 21;

let database: TestDatabase;

/** Five years of an account that spends all the time, of one that stopped, of one that only holds, and of others. */
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`
    select ensure_journal_month(month) from generate_series('2021-01-01'::timestamptz, '2025-12-01', '1 month') month`);
  const fill = (account: string, rows: number, until: string, type: string) =>
    database.query(
      `insert into ledger_operations (account_id, created_at, seq, type, description, credits,
         available_after, held_after, owed_after, hash)
       select $1, date_trunc('second', '2021-01-01'::timestamptz + ($3::timestamptz - '2021-01-01') * n / $2::int), n,
         ${type}, '', -1, 0, 0, 0, '' from generate_series(1, $2::int) n`,
      [account, rows, until],
    );
  await fill('busy', 60_000, '2025-12-31', `case when n % 20000 = 1 then 'PURCHASE' else 'USAGE' end`);
  await fill('idle', 60, '2021-03-01', `'USAGE'`);
  await fill('holding', 12_000, '2025-12-31', `case when n % 11000 = 1 then 'USAGE' else 'HOLD' end`);
  for (let i = 0; i < 20; i++) await fill(`other ${i}`, 600, '2025-12-31', `'USAGE'`);
  await database.query(`
    insert into ledger_further_transfers
    select account_id, seq, 1, created_at, 'available', 'consumed', 1, null
    from ledger_operations where account_id in ('busy', 'idle')`);
  await database.query('vacuum analyze');
}, 60_000);
afterAll(async () => {
  await database.expectNoConnections().finally(() => database.drop());
});

const plannings: readonly Planning[] = ['force_generic_plan', 'force_custom_plan'];

describe.each(plannings)('of a journal of five years, with %s', (planning) => {
  let planner: Planner;
  let history: HistoryStore;
  let ledger: LedgerEntryStore;
  beforeAll(async () => {
    planner = await openPlanner(database.url, planning);
    history = new HistoryStore(planner.sql);
    ledger = new LedgerEntryStore(planner.sql);
  });
  afterAll(() => planner.close());

  /** The plan of the only statement that `read` runs, which sorts and scans nothing of the journal. */
  async function planOf(read: Promise<unknown>): Promise<PlanNode> {
    await read;
    const [plan, ...others] = planner.takePlans();
    if (!plan || others.length > 0) throw new Error('It was not one statement.');
    const ofJournal = executed(plan).filter((node) => node['Relation Name']?.startsWith('ledger_'));
    expect(new Set(ofJournal.map((node) => node['Node Type']))).toEqual(new Set(['Index Scan']));
    return plan;
  }
  const scans = (plan: PlanNode) => executed(plan).filter((node) => node['Relation Name']?.startsWith('led'));

  const old = { at: new Date('2023-06-15T00:00:00.000Z'), seq: 0n };

  it.each([
    ['the newest', null],
    ['those in the middle', old],
  ])('a page of %s entries reads the page alone', async (_which, before) => {
    const query = { accountId: 'busy', before, limit };
    for (const read of [() => history.page({ ...query, types: null }), () => ledger.page(query)]) {
      const plan = await planOf(read());
      expect(rowsRead(plan)).toBe(limit);
      expect(scans(plan).length).toBeLessThanOrEqual(2);
      expect(blocksRead(plan)).toBeLessThan(limit * blocksPerRow);
    }
  });

  it('a page of what is rare is found among what is not', async () => {
    const query = { accountId: 'busy', before: null, limit };
    const { entries } = await history.page({ ...query, types: ['PURCHASE', 'GRANT'] });
    expect(entries).toHaveLength(3);
    planner.takePlans();
    const plan = await planOf(history.page({ ...query, types: ['PURCHASE', 'GRANT'] }));
    expect(rowsRead(plan)).toBe(3);
    expect(blocksRead(plan)).toBeLessThan(months * blocksPerRow);
  });

  it('a page of usage needs no index of its type', async () => {
    const plan = await planOf(
      history.page({ accountId: 'busy', before: null, limit, types: ['USAGE', 'GRANT'] }),
    );
    expect(rowsRead(plan)).toBe(limit);
    expect(scans(plan)).toHaveLength(1);
  });

  it('a page of an account that stopped long ago passes months by', async () => {
    const plan = await planOf(history.page({ accountId: 'idle', before: null, limit, types: null }));
    expect(rowsRead(plan)).toBe(limit);
    expect(blocksRead(plan)).toBeLessThan(months * blocksPerRow);
  });

  it('a page of an account that only holds is given up after a while', async () => {
    const query = { accountId: 'holding', before: null, limit, types: null };
    const plan = await planOf(history.page(query));
    expect(rowsRead(plan)).toBe(limit + maxSkippedRows);
    const { entries, givenUpAt } = await history.page(query);
    expect(entries.map(({ seq }) => seq)).toEqual([11_001n]);
    expect(givenUpAt?.seq).toBe(12_000n - BigInt(limit + maxSkippedRows) + 1n);
    planner.takePlans();
  });

  it('the transfers of a page are found by key, in the months of their operations', async () => {
    const entries = await ledger.page({ accountId: 'busy', before: null, limit: 100 });
    planner.takePlans();
    const keys = entries.map(({ createdAt, seq }) => ({ accountId: 'busy', at: createdAt, seq }));
    const plan = await planOf(Promise.all(keys.map((key) => ledger.furtherTransfers(key))));
    expect(rowsRead(plan)).toBe(100);
    expect(scans(plan).length).toBeLessThanOrEqual(2);
  });
});

/** PostgreSQL plans a prepared statement anew so often before it decides. */
const plansBeforeChoice = 5;

it('plans are kept, so that partitions are not looked into for each page', async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const sql: Sql = {
    pipelined: false,
    query: async <Row>({ name, text }: Statement, values: readonly unknown[]) =>
      (await client.query({ name, text, values: [...values] })).rows as Row[],
  };
  const history = new HistoryStore(sql);
  const ledger = new LedgerEntryStore(sql);
  for (let i = 0; i <= plansBeforeChoice; i++) {
    const query = { accountId: 'idle', before: null, limit };
    await history.page({ ...query, types: null });
    await history.page({ ...query, types: ['USAGE'] });
    await history.page({ ...query, types: ['GRANT'] });
    const [entry] = await ledger.page(query);
    if (entry) await ledger.furtherTransfers({ accountId: 'idle', at: entry.createdAt, seq: entry.seq });
  }
  const { rows } = await client.query('select generic_plans, custom_plans from pg_prepared_statements');
  await client.end();
  expect(rows).toEqual(Array(5).fill({ generic_plans: '1', custom_plans: `${plansBeforeChoice}` }));
});
