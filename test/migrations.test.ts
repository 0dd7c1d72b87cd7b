import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from './support/database.js';

/** That the migrations make what the entities describe is checked by `npm run migrations:check`. */
describe('the migrated database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('sells the five packages', async () => {
    const rows = await database.query(
      `select p.id, p.credits, r.amount, r.currency from credit_packages p
       join credit_package_prices r on r.package_id = p.id and r.valid_to is null where p.active order by p.credits`,
    );
    expect(rows).toEqual([
      { id: 'credits_100', credits: 100, amount: '1000', currency: 'USD' },
      { id: 'credits_500', credits: 500, amount: '4500', currency: 'USD' },
      { id: 'credits_1000', credits: 1000, amount: '8000', currency: 'USD' },
      { id: 'credits_2000', credits: 2000, amount: '15000', currency: 'USD' },
      { id: 'credits_5000', credits: 5000, amount: '35000', currency: 'USD' },
    ]);
  });

  describe('refuses', () => {
    const operation = `insert into ledger_operations (account_id, seq, type, description, credits, available_after,
      held_after, owed_after, created_at, hash) values ('a', 1, 'GRANT', 'x', 1, 1, 0, 0, '2026-11-25', '')`;
    const transfer = (amount: number, debit: string, credit: string) =>
      `insert into ledger_further_transfers (account_id, operation_seq, line, created_at, debit_account, credit_account, amount)
       values ('a', 1, ${amount + 10}, '2026-11-25', '${debit}', '${credit}', ${amount})`;
    const lot = (remaining: number, source: string, payment: string) =>
      `insert into credit_lots (account_id, id, source, granted, remaining, held, pending, priority, effective_at,
         payment_id, price_amount, price_currency, created_at, open)
       values ('a', gen_random_uuid(), '${source}', 10, ${remaining}, 0, 0, 1, now(), ${payment},
         ${source === 'PURCHASE' ? "100, 'USD'" : 'null, null'}, now(), ${remaining > 0})`;
    const hold = (status: string, credits: number, lots: string, amounts: string) =>
      `insert into credit_holds (account_id, id, status, credits, captured, lot_ids, lot_amounts, expires_at, created_at)
       values ('a', gen_random_uuid(), '${status}', ${credits}, 0, '${lots}', '${amounts}', now(), now())`;
    const payment = "'00000000-0000-7000-8000-000000000001'";

    beforeAll(async () => {
      await database.query("select ensure_journal_month('2026-11-25')");
      await database.query(operation);
      await database.query(transfer(1, 'issued', 'available'));
      await database.query(lot(10, 'PURCHASE', payment));
      await database.query(
        `insert into credit_balances (account_id, available, held, owed, last_seq, head_hash, updated_at) values ('a', 1, 0, 0, 1, '', now())`,
      );
    });

    test.each([
      ['changing an operation', "update ledger_operations set description = 'y'", /append-only/],
      ['deleting an operation', 'delete from ledger_operations', /append-only/],
      ['emptying the journal', 'truncate ledger_operations', /append-only/],
      ['changing a transfer', 'update ledger_further_transfers set amount = 2', /append-only/],
      ['deleting a transfer', 'delete from ledger_further_transfers', /append-only/],
      ['emptying the transfers', 'truncate ledger_further_transfers', /append-only/],
      ['a second operation with the same number', operation, /ledger_operations_2026_11_pkey/],
      ['a transfer of nothing', transfer(0, 'issued', 'available'), /ledger_further_transfers_amount_check/],
      ['a transfer to itself', transfer(2, 'available', 'available'), /ledger_further_transfers_sides_check/],
      [
        'an account that is not in the books',
        transfer(2, 'issued', 'elsewhere'),
        /invalid input value for enum ledger_account/,
      ],
      ['a negative balance', 'update credit_balances set available = -1', /credit_balances_available_check/],
      ['a negative debt', 'update credit_balances set owed = -1', /credit_balances_owed_check/],
      ['a lot with more than was granted', lot(11, 'PROMOTION', 'null'), /credit_lots_remaining_check/],
      ['a lot below zero', lot(-1, 'PROMOTION', 'null'), /credit_lots_remaining_check/],
      ['a purchase without a payment', lot(10, 'PURCHASE', 'null'), /credit_lots_payment_check/],
      ['a second grant for a payment', lot(10, 'PURCHASE', payment), /credit_lots_payment/],
      [
        'a purchase that says no price',
        lot(10, 'PURCHASE', payment).replace("100, 'USD'", 'null, null'),
        /price_check/,
      ],
      [
        'a gift that says a price',
        lot(10, 'PROMOTION', 'null').replace('null, null', "100, 'USD'"),
        /price_check/,
      ],
      [
        'more set aside in a lot than was granted',
        'update credit_lots set held = 1',
        /credit_lots_remaining_check/,
      ],
      ['less than nothing set aside in a lot', 'update credit_lots set held = -1', /credit_lots_held_check/],
      [
        'a lot that is pending in part',
        'update credit_lots set remaining = 5, pending = 5',
        /credit_lots_pending_check/,
      ],
      ['an empty lot that is open', 'update credit_lots set remaining = 0', /credit_lots_open_check/],
      ['a hold of nothing', hold('ACTIVE', 0, '{}', '{}'), /credit_holds_credits_check/],
      ['a hold of another status', hold('PENDING', 1, '{}', '{}'), /credit_holds_status_check/],
      [
        'a hold that does not say how much lies where',
        hold('ACTIVE', 1, '{}', '{1}'),
        /credit_holds_lots_check/,
      ],
      [
        'a hold that is over and sets aside',
        hold('EXPIRED', 1, `{${payment.slice(1, -1)}}`, '{1}'),
        /credit_holds_lots_check/,
      ],
      [
        'changing a partition',
        "update journal.ledger_operations_2026_11 set description = 'y'",
        /append-only/,
      ],
      ['deleting from a partition', 'delete from journal.ledger_further_transfers_2026_11', /append-only/],
      ['emptying a partition', 'truncate journal.ledger_operations_2026_11', /append-only/],
      [
        'emptying a partition of transfers',
        'truncate journal.ledger_further_transfers_2026_11',
        /append-only/,
      ],
      [
        'a second current price',
        `insert into credit_package_prices (id, package_id, amount, currency, valid_from)
         values (gen_random_uuid(), 'credits_100', 1, 'USD', now())`,
        /credit_package_prices_current/,
      ],
    ])('%s', async (_what, sql, reason) => {
      await expect(database.query(sql)).rejects.toThrow(reason);
    });
  });

  describe('has tables of credits that could lie on many servers, by account:', () => {
    const tables = [
      'credit_balances',
      'credit_lots',
      'credit_holds',
      'idempotency_keys',
      'ledger_operations',
      'ledger_further_transfers',
    ];
    const partitions = ['ledger_operations', 'ledger_further_transfers'].flatMap((table) =>
      ['2026_11', '2026_12'].map((month) => `${table}_${month}`),
    );
    beforeAll(async () => {
      for (const month of ['2026-11-25', '2026-12-25'])
        await database.query('select ensure_journal_month($1)', [month]);
    });

    test('every unique key starts with the account, also in every partition', async () => {
      const unique = await database.query<{ tablename: string; indexdef: string }>(
        `select tablename, indexdef from pg_indexes where tablename ~ ($1) and indexdef like 'CREATE UNIQUE%'`,
        [`^(${tables.join('|')})`],
      );
      expect(new Set(unique.map(({ tablename }) => tablename))).toEqual(new Set([...tables, ...partitions]));
      for (const { indexdef } of unique) expect(indexdef).toMatch(/ USING btree \(account_id[,)]/);
    });

    test('nothing refers to them or from them, and no constraint spans accounts', async () => {
      const spanning = await database.query(
        `select conname from pg_constraint
         where conrelid::regclass::text ~ $1 and contype not in ('p', 'c', 'n') or confrelid::regclass::text ~ $1`,
        [`^(journal\\.)?(${tables.join('|')})`],
      );
      expect(spanning).toEqual([]);
    });
  });
});
